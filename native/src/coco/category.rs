//! Reads categories, and keeps them by id: they are few.

use super::fault::{Finding, Rule};
use super::identity::Identity;
use super::others::Others;
use crate::check::number::number;
use crate::code::Fault;
use crate::cursor::{Cursor, Shape, Value};
use std::ops::Range;

/// What was read of one category.
#[derive(Clone, Debug, Default)]
pub struct Category {
    /// `id`
    pub id: Identity,
    /// `name`, without escapes.
    pub name: String,
    /// The names of its keypoints, if it has any.
    pub keypoints: Vec<String>,
    /// Whether it has a skeleton.
    pub skeleton: bool,
    /// Whether it has a supercategory.
    pub supercategory: bool,
    /// The rules that are broken.
    pub findings: Vec<Finding>,
    /// Keys that mean nothing to rows.
    pub others: Others,
    /// Where it begins in the text in which all spans lie.
    pub origin: usize,
    /// The element itself, without blanks; only where a document is split.
    pub spelling: Vec<u8>,
    /// Whether it is no class of the project.
    pub foreign: bool,
    bones: Vec<f64>,
    spans: [Option<Range<usize>>; 3],
}

impl Category {
    /// Reads the category ahead, which is any JSON value.
    ///
    /// # Errors
    /// The first fault of the grammar.
    pub fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        *self = Self { origin: cursor.at(), ..Self::default() };
        if cursor.peek() == Some(b'{') {
            cursor.members(|cursor, key| self.member(cursor, key))?;
            self.judge();
        } else {
            let value = cursor.value()?;
            self.find(Rule::Lists, value.start..value.end);
        }
        Ok(())
    }

    fn find(&mut self, rule: Rule, span: Range<usize>) {
        self.findings.push(Finding { rule, mild: false, span });
    }

    fn member(&mut self, cursor: &mut Cursor<'_>, key: Value) -> Result<(), Fault> {
        let text = cursor.whole();
        let value = cursor.value()?;
        let span = value.start..value.end;
        let list = || serde_json::from_str(&text[span.clone()]);
        match key.text(text).unwrap_or_default().as_ref() {
            "id" => (self.id, self.spans[0]) = (Identity::read(text, value), Some(span)),
            "name" => {
                self.spans[1] = Some(span);
                self.name = value.text(text).unwrap_or_default().into_owned();
            }
            "keypoints" => match list() {
                Ok(Some(names)) => self.keypoints = names,
                Ok(None) => {}
                Err(_) => self.find(Rule::Keypoints, span),
            },
            "skeleton" => {
                self.skeleton = value.shape == Shape::List;
                self.bones = numbers(text, value);
                self.spans[2] = Some(span);
            }
            "supercategory" => self.supercategory = true,
            _ => self.others.push(key.start..key.end),
        }
        Ok(())
    }

    fn judge(&mut self) {
        let missing = self.origin..self.origin;
        let [id, name, skeleton] =
            self.spans.clone().map(|span| span.unwrap_or_else(|| missing.clone()));
        if self.id.id().is_none() {
            self.find(Rule::Ids, id);
        } else if !self.id.is_plain() {
            self.findings.push(Finding { rule: Rule::Ids, mild: true, span: id });
        }
        if self.name.is_empty() {
            self.find(Rule::Category, name);
        }
        #[expect(clippy::cast_precision_loss, reason = "keypoints are few")]
        let most = self.keypoints.len() as f64;
        let known = |joint: &f64| joint.fract() == 0.0 && (1.0..=most).contains(joint);
        if !self.bones.iter().all(known) {
            self.find(Rule::Keypoints, skeleton);
        }
    }
}

// All numbers in a value, which was read without a fault; what is no number counts as none known.
fn numbers(text: &str, value: Value) -> Vec<f64> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = value.start;
    while at < value.end {
        at += 1;
        if !matches!(bytes[at - 1], b'-' | b'0'..=b'9') {
            if !matches!(bytes[at - 1], b'[' | b']' | b',' | b' ' | b'\n' | b'\r' | b'\t') {
                found.push(f64::NAN);
            }
            continue;
        }
        let (joint, end) = number(bytes, at - 1);
        found.push(joint.value);
        at = end;
    }
    found
}
