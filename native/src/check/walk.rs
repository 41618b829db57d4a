//! One walk over one row: where it stands, what it found, and the steps all families share.

use super::clue::Clue;
use super::extent::Extent;
use super::geometry::Rectangle;
use super::link::Link;
use super::report::{Finding, Near, Report};
use super::ring::Boxes;
use super::rule::Rule;
use super::spec::Spec;
use super::spelling::{Spelling, unescape};
use super::tokens::{Text, Tokens};
use super::video::Track;
use super::word::Word;

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
    /// Questions below keyframes, which are judged once the tool is known.
    pub deferred: Vec<usize>,
    /// Texts of the row without their escapes.
    pub decoded: Vec<u8>,
    /// What the row says that counts only beside others.
    pub clues: Vec<Clue>,
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
    /// The name of the row.
    pub name: Option<Text>,
    /// What the row carries, and where it stands.
    pub payload: Option<(Word, usize)>,
    /// The box that the row carries.
    pub rectangle: Option<Rectangle>,
    /// What the keyframes of the row have in common.
    pub track: Track,
    /// The format of a chat task, by its number, and where it stands.
    pub format: Option<(usize, usize)>,
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
        scratch.deferred.clear();
        scratch.clues.clear();
        let tokens = Tokens::new(row);
        let extent = Extent::default();
        Self {
            spec,
            tokens,
            report,
            scratch,
            extent,
            feature: 0,
            link: None,
            name: None,
            payload: None,
            rectangle: None,
            track: Track::default(),
            format: None,
            frames_at: None,
            confident: false,
            depth: 0,
        }
    }

    /// Whether the walk found nothing that goes into a verdict but its feature and its clues.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let Report { first, warnings, errors, notes, .. } = self.report;
        let found = first.is_some() || warnings != 0 || errors != 0 || notes != 0;
        !found && self.link.is_none() && self.extent.is_empty()
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
        let mut tokens = self.tokens;
        tokens.ahead();
        let number = self.number_of(&mut tokens);
        self.tokens = tokens;
        number
    }

    /// As [`Walk::number`], by a cursor that is not the walk's own.
    #[inline]
    pub fn number_of(&mut self, tokens: &mut Tokens<'t>) -> Option<f64> {
        if matches!(tokens.here(), b'-' | b'0'..=b'9') {
            return Some(tokens.number().value);
        }
        self.tokens = *tokens;
        self.wrong_type();
        *tokens = self.tokens;
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
