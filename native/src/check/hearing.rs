//! Checks rows while they are scanned: one pass over the bytes, and no way back.
//!
//! What the scan knows of a row already is not read again: of a row that has nothing but its uuid,
//! its data row, its name and one payload, only the payload is walked.

use super::clue::{About, Clue};
use super::envelope::{is_data_row_id, raw_separator};
use super::memory::Memory;
use super::report::Report;
use super::spec::Spec;
use super::verdict::Checked;
use super::walk::{Scratch, Walk};
use crate::code::Code;
use crate::key::Tag;
use crate::kind::Kind;
use crate::plain::Parts;
use crate::row::Known;
use crate::scan::Hear;

/// A check that hears of rows from a scan.
pub struct Hearing<'c> {
    spec: &'c Spec,
    scratch: Scratch,
    memory: Memory,
    checked: Checked,
    rows: u32,
    // Whether a character of R-FILE-3 stands somewhere in the piece.
    separators: bool,
}

impl<'c> Hearing<'c> {
    /// Nothing heard yet.
    #[must_use]
    pub fn new(spec: &'c Spec) -> Self {
        Self {
            spec,
            scratch: Scratch::default(),
            memory: Memory::default(),
            checked: Checked::new(),
            rows: 0,
            separators: false,
        }
    }

    /// What was found: exactly what [`super::verdict::check`] finds.
    #[must_use]
    pub fn end(self) -> Checked {
        self.checked
    }

    // Judges a row by its parts; one whose answer was judged before is not judged again.
    fn parts(&mut self, text: &[u8], known: &Known, parts: &Parts) {
        let data_row = !parts.lone_key || !is_plain(known);
        let answer =
            if data_row || known.uuid.is_none() { None } else { answer(text, known, parts) };
        if let Some(feature) = answer.and_then(|answer| self.memory.feature(answer)) {
            return self.checked.good(self.rows, feature, ANSWERED);
        }
        let mut walk = Walk::new(self.spec, &mut self.scratch, text, Report::default());
        let parts = Parts { uuid: known.uuid.map_or(0, |_| parts.uuid), ..*parts };
        walk.parts(&parts, data_row);
        self.checked.add(self.rows, known.kind.number(), &walk);
        let (feature, silent) = (walk.feature, walk.is_silent());
        if let Some(answer) = answer.filter(|_| silent && self.scratch.clues == [ANSWERED]) {
            self.memory.learn(answer, feature);
        }
    }

    fn whole(&mut self, text: &[u8], length: usize, known: &Known) {
        let mut walk = Walk::new(self.spec, &mut self.scratch, text, Report::default());
        walk.row(length);
        self.checked.add(self.rows, known.kind.number(), &walk);
    }
}

// The clue of a question that is answered for the whole asset.
const ANSWERED: Clue = Clue { about: About::Answer, value: 0 };

impl Hear for Hearing<'_> {
    fn piece(&mut self, piece: &[u8], ascii: bool) {
        self.separators = !ascii && raw_separator(piece).is_some();
    }

    fn row(&mut self, text: &[u8], length: usize, known: &Known, parts: Option<Parts>) {
        match parts {
            _ if known.code != Code::Ok => self.checked.pass(),
            Some(parts) if !self.separators => self.parts(text, known, &parts),
            _ => self.whole(text, length, known),
        }
        self.rows += 1;
    }
}

// Whether nothing can be wrong with the name of the data row, but what the scan looks for.
fn is_plain(known: &Known) -> bool {
    known.reference.as_ref().is_some_and(|(tag, key)| *tag == Tag::GlobalKey || is_data_row_id(key))
}

// Name and answer of a row that has little else, as they are spelled in one piece.
fn answer<'t>(text: &'t [u8], known: &Known, parts: &Parts) -> Option<&'t [u8]> {
    let (start, _) = parts.name.filter(|_| known.kind == Kind::Answer)?;
    text.get(start..parts.payload.1)
}
