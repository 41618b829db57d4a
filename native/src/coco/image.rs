//! Reads one image: its id, file name and size.

use super::fault::{Finding, Rule};
use super::identity::Identity;
use super::others::Others;
use crate::check::number::number;
use crate::code::Fault;
use crate::cursor::{Cursor, Shape, Value};
use std::ops::Range;

/// What was read of one image; used again for the next.
#[derive(Debug, Default)]
pub struct Image {
    /// `id`
    pub id: Identity,
    /// `file_name`, without escapes.
    pub file_name: String,
    /// Width and height; NaN where there is none.
    pub size: [f64; 2],
    /// The rules that are broken.
    pub findings: Vec<Finding>,
    /// Keys that mean nothing to rows.
    pub others: Others,
    /// Where it begins in the text in which all spans lie.
    pub origin: usize,
    id_span: Option<Range<usize>>,
    name_span: Option<Range<usize>>,
}

impl Image {
    /// Reads the image ahead, which is any JSON value.
    ///
    /// # Errors
    /// The first fault of the grammar.
    pub fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.findings.clear();
        self.others.clear();
        self.file_name.clear();
        (self.id, self.id_span, self.name_span) = Default::default();
        (self.size, self.origin) = ([f64::NAN; 2], cursor.at());
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

    fn mind(&mut self, rule: Rule, span: Range<usize>) {
        self.findings.push(Finding { rule, mild: true, span });
    }

    fn member(&mut self, cursor: &mut Cursor<'_>, key: Value) -> Result<(), Fault> {
        let text = cursor.whole();
        let value = cursor.value()?;
        let span = value.start..value.end;
        match key.text(text).unwrap_or_default().as_ref() {
            "id" => (self.id, self.id_span) = (Identity::read(text, value), Some(span)),
            "file_name" => self.name(text, value),
            "width" => self.side(0, text, value),
            "height" => self.side(1, text, value),
            _ => self.others.push(key.start..key.end),
        }
        Ok(())
    }

    fn name(&mut self, text: &str, value: Value) {
        self.name_span = Some(value.start..value.end);
        self.file_name.clear();
        self.file_name.push_str(&value.text(text).unwrap_or_default());
    }

    fn side(&mut self, side: usize, text: &str, value: Value) {
        let found = number(text.as_bytes(), value.start).0.value;
        let sound = value.shape == Shape::Number && found > 0.0 && found.is_finite();
        self.size[side] = if sound { found } else { f64::NAN };
    }

    fn judge(&mut self) {
        let missing = self.origin..self.origin;
        let id = self.id_span.clone().unwrap_or_else(|| missing.clone());
        if self.id.id().is_none() {
            self.find(Rule::Ids, id);
        } else if !self.id.is_plain() {
            self.mind(Rule::Ids, id);
        }
        let name = self.name_span.clone().unwrap_or_else(|| missing.clone());
        if self.file_name.is_empty() {
            self.find(Rule::FileName, name);
        } else if self.file_name.contains(['/', '\\']) {
            self.mind(Rule::FileName, name);
        }
        if self.size.iter().any(|side| side.is_nan()) {
            self.mind(Rule::Size, missing);
        }
    }
}
