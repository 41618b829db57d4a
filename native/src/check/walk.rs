//! One walk over one row: where it stands, what it found, and the steps all families share.

use super::extent::Extent;
use super::link::Link;
use super::report::{Finding, Near, Report};
use super::ring::Boxes;
use super::rule::Rule;
use super::spec::Spec;
use super::spelling::{Spelling, unescape};
use super::tokens::{Text, Tokens};
use super::word::{Fields, Word};
use xxhash_rust::xxh3::xxh3_64;

/// Levels that are walked; the scan lets none deeper through unless it is told to.
const DEEPEST: usize = 256;

/// A range of frames that is part of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Its first frame.
    pub start: i64,
    /// Its last frame.
    pub end: i64,
    /// The last frame of it and all that start before it, once they are sorted.
    pub reach: i64,
    /// The option or text it is a range of.
    pub owner: u64,
}

/// Buffers that are used again for each row, so that a good row allocates nothing.
#[derive(Default)]
pub struct Scratch {
    /// Vertices of one geometry.
    pub points: Vec<[f64; 2]>,
    /// Boxes around runs of edges.
    pub boxes: Boxes,
    /// Ranges of the answers around; each level gives back what it took.
    pub ranges: Vec<Range>,
    /// Things that must not repeat, with their places; each level gives back what it took.
    pub marks: Vec<(u64, usize)>,
    /// Orders of ranked messages.
    pub orders: Vec<i64>,
    /// Texts of the row without their escapes.
    pub decoded: Vec<u8>,
}

/// A walk over one row.
pub struct Walk<'c, 't> {
    /// What it is judged by.
    pub spec: &'c Spec,
    /// Where it stands.
    pub tokens: Tokens<'t>,
    /// What it found.
    pub report: Report,
    /// Its buffers.
    pub scratch: &'c mut Scratch,
    /// How far the geometry and the frames go.
    pub extent: Extent,
    /// The feature the row is of; 0 when it is not known.
    pub feature: u32,
    /// What a relationship joins.
    pub link: Option<Link>,
    /// The first frames of an answer.
    pub frames_at: Option<usize>,
    /// Whether a confidence has been met.
    pub confident: bool,
    depth: usize,
}

impl<'c, 't> Walk<'c, 't> {
    /// Stands before the row.
    pub fn new(spec: &'c Spec, scratch: &'c mut Scratch, row: &'t [u8], report: Report) -> Self {
        scratch.decoded.clear();
        scratch.ranges.clear();
        scratch.marks.clear();
        let tokens = Tokens::new(row);
        let extent = Extent::default();
        let (feature, link, frames_at, confident, depth) = (0, None, None, false, 0);
        Self { spec, tokens, report, scratch, extent, feature, link, frames_at, confident, depth }
    }

    fn add(&mut self, rule: Rule, at: usize, (mild, missing): (bool, bool), near: Near) {
        let severity = self.spec.severities.of(rule, mild);
        self.report.add(Finding { rule, severity, at, missing, near });
    }

    /// The value at `at` breaks a rule.
    #[cold]
    pub fn fault(&mut self, rule: Rule, at: usize) {
        self.add(rule, at, (false, false), Near::Nothing);
    }

    /// The value at `at` is the lesser case of a rule.
    #[cold]
    pub fn mild(&mut self, rule: Rule, at: usize) {
        self.add(rule, at, (true, false), Near::Nothing);
    }

    /// The value at `at` lacks something.
    #[cold]
    pub fn missing(&mut self, rule: Rule, at: usize) {
        self.add(rule, at, (false, true), Near::Nothing);
    }

    /// The value at `at` breaks a rule, and what would be right may stand near.
    #[cold]
    pub fn astray(&mut self, rule: Rule, at: usize, near: Near) {
        self.add(rule, at, (false, false), near);
    }

    /// Goes to a value that was noted.
    #[inline]
    pub fn go(&mut self, at: usize) {
        self.tokens.at = at;
    }

    /// The first byte of a value that was noted.
    #[inline]
    pub fn byte(&self, at: usize) -> u8 {
        self.tokens.bytes.get(at).copied().unwrap_or(0)
    }

    /// Where a value stands; nothing when it is null.
    #[inline]
    pub fn given(&self, fields: &Fields, word: Word) -> Option<usize> {
        fields.at(word).filter(|at| self.byte(*at) != b'n')
    }

    /// The word that a key spells.
    #[inline]
    pub fn word(&mut self, key: Text) -> Option<Word> {
        if key.escaped {
            let spelling = self.spell(key);
            return Word::named(self.spelled(spelling));
        }
        Word::named(key.raw(self.tokens.bytes))
    }

    /// Takes the escapes out of a text, when there are any.
    #[inline]
    pub fn spell(&mut self, text: Text) -> Spelling {
        if !text.escaped {
            return Spelling::Plain(text);
        }
        let start = self.scratch.decoded.len();
        unescape(text.raw(self.tokens.bytes), &mut self.scratch.decoded);
        Spelling::Decoded(start, self.scratch.decoded.len())
    }

    /// What a text says.
    #[inline]
    pub fn spelled(&self, spelling: Spelling) -> &[u8] {
        match spelling {
            Spelling::Plain(text) => text.raw(self.tokens.bytes),
            Spelling::Decoded(start, end) => &self.scratch.decoded[start..end],
        }
    }

    /// Reads the object ahead and notes where its members stand. `strange` looks at every
    /// key.
    #[inline]
    pub fn fields(&mut self, strange: impl Fn(&mut Self, Text, Option<Word>)) -> Fields {
        let mut fields = Fields::default();
        let marks = self.scratch.marks.len();
        self.tokens.enter();
        while let Some(key) = self.tokens.key() {
            let at = self.tokens.at;
            let word = self.word(key);
            strange(self, key, word);
            let Some(word) = word else {
                self.stranger(key);
                continue;
            };
            if fields.note(word, at) {
                self.fault(Rule::DuplicateKey, key.start - 1);
            }
            self.tokens.skip();
        }
        self.repeated_keys(marks);
        fields
    }

    /// Passes the value of a key that has no meaning, looking for keys that stand twice.
    pub fn stranger(&mut self, key: Text) {
        let spelling = self.spell(key);
        let name = xxh3_64(self.spelled(spelling));
        self.scratch.marks.push((name, key.start - 1));
        self.passing();
    }

    // Any value, with nothing looked at but its keys.
    fn passing(&mut self) {
        match self.tokens.ahead() {
            b'{' if self.deeper() => {
                let marks = self.scratch.marks.len();
                self.tokens.enter();
                while let Some(key) = self.tokens.key() {
                    self.stranger(key);
                }
                self.repeated_keys(marks);
                self.depth -= 1;
            }
            b'[' if self.deeper() => {
                self.tokens.enter();
                while self.tokens.element() {
                    self.passing();
                }
                self.depth -= 1;
            }
            _ => self.tokens.skip(),
        }
    }

    /// Enters a level of the walk, if it is not too deep; it must be left again.
    pub fn deeper(&mut self) -> bool {
        let free = self.depth < DEEPEST;
        self.depth += usize::from(free);
        free
    }

    /// Leaves a level.
    pub fn higher(&mut self) {
        self.depth -= 1;
    }

    fn repeated_keys(&mut self, from: usize) {
        if self.scratch.marks.len() > from {
            self.repeated(from, Rule::DuplicateKey);
        }
    }

    /// Finds marks that repeat from place `from` on, and gives the place back.
    pub fn repeated(&mut self, from: usize, rule: Rule) {
        self.scratch.marks[from..].sort_unstable();
        for index in from + 1..self.scratch.marks.len() {
            let ((before, _), (mark, at)) =
                (self.scratch.marks[index - 1], self.scratch.marks[index]);
            if before == mark {
                self.fault(rule, at);
            }
        }
        self.scratch.marks.truncate(from);
    }

    /// Whether a list is ahead; if so it is entered, and else passed and told.
    #[inline]
    pub fn list(&mut self, rule: Rule) -> bool {
        self.container(b'[', rule)
    }

    /// Whether an object is ahead, which is not entered; else it is passed and told.
    #[inline]
    pub fn object(&mut self, rule: Rule) -> bool {
        let object = self.tokens.ahead() == b'{';
        if !object {
            self.fault(rule, self.tokens.at);
            self.tokens.skip();
        }
        object
    }

    #[inline]
    fn container(&mut self, open: u8, rule: Rule) -> bool {
        let right = self.tokens.ahead() == open;
        if right {
            self.tokens.enter();
        } else {
            self.fault(rule, self.tokens.at);
            self.tokens.skip();
        }
        right
    }

    /// Reads a string; another value is passed and told.
    #[inline]
    pub fn string(&mut self) -> Option<Text> {
        if self.tokens.ahead() == b'"' {
            return Some(self.tokens.text());
        }
        self.wrong_type();
        None
    }

    /// R-KIND-5: passes a value that has the wrong type.
    #[cold]
    pub fn wrong_type(&mut self) {
        self.fault(Rule::WrongType, self.tokens.at);
        self.tokens.skip();
    }

    /// Reads a number; another value is passed and told.
    #[inline]
    pub fn number(&mut self) -> Option<f64> {
        if !matches!(self.tokens.ahead(), b'-' | b'0'..=b'9') {
            self.wrong_type();
            return None;
        }
        let at = self.tokens.at;
        let number = self.tokens.number();
        if number.value.is_finite() {
            return Some(number.value);
        }
        self.fault(Rule::Finite, at);
        None
    }

    /// Reads an integer; another number breaks `rule`, another value is of the wrong type.
    #[inline]
    pub fn integer(&mut self, rule: Rule) -> Option<i64> {
        if !matches!(self.tokens.ahead(), b'-' | b'0'..=b'9') {
            self.wrong_type();
            return None;
        }
        let at = self.tokens.at;
        let integer = self.tokens.number().integer;
        if integer.is_none() {
            self.fault(rule, at);
        }
        integer
    }
}
