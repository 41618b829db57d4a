//! Walks the top level of a COCO document in blocks, whatever the order and number of its keys.
//!
//! Nothing is held but the place: in a value that is a list or an object the walk goes on from
//! element to element, so only one of them must fit into a block.

use crate::code::{Code, Fault};
use crate::cursor::{Cursor, Shape, Value};
use crate::row::RowText;

/// Containers that may be open in one element.
const DEPTH: usize = 64;
/// A fault so near the end of a block may be owed to the bytes that are not there yet.
const NEAR_END: usize = 16;
const LONGEST_CHARACTER: usize = 4;
const MARK: &str = "\u{feff}";
/// Values at the top that belong to the document as a whole.
const ASIDES: [&str; 2] = ["info", "licenses"];

/// The arrays that are read, and all other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the document's own words")]
pub enum Section {
    Images,
    Annotations,
    Categories,
    Other,
}

impl Section {
    /// The arrays that a document must have.
    pub const NEEDED: [Self; 3] = [Self::Images, Self::Annotations, Self::Categories];

    /// The array's key.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["images", "annotations", "categories", ""][self as usize]
    }

    fn of(key: &str) -> Self {
        Self::NEEDED.into_iter().find(|section| section.name() == key).unwrap_or(Self::Other)
    }
}

/// Where an element stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// Its number in its array, from 0.
    pub index: u64,
    /// Offset of its first byte in the document.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
    /// Its line, from 1.
    pub line: u64,
}

/// Takes the elements of the arrays one by one.
pub trait Visit {
    /// Reads one value and keeps what it says until `commit`, or until the next one is read.
    ///
    /// # Errors
    /// The first fault of the grammar.
    fn read(&mut self, section: Section, cursor: &mut Cursor<'_>) -> Result<(), Fault>;

    /// The value that was read last, spelled by `text`, is whole and stands at `place`.
    fn commit(&mut self, section: Section, text: &str, place: Place);

    /// A key at the top whose value is no array that is read.
    fn other(&mut self, key: &str);
}

/// What makes a document unreadable from some byte on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Why.
    pub code: Code,
    /// Offset in the document.
    pub offset: u64,
    /// Line, from 1.
    pub line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    FirstKey,
    Key,
    Elements { section: Section, first: bool },
    Members { first: bool },
    Behind,
    End,
}

/// A document that is being walked.
pub struct Document {
    state: State,
    offset: u64,
    line: u64,
    index: u64,
    counts: [u64; 3],
    seen: [u32; 3],
    asides: [Aside; ASIDES.len()],
    aside: Option<usize>,
}

/// First byte of a value in the document, and behind its last; two zeros where there is none.
pub type Aside = (u64, u64);

impl Default for Document {
    fn default() -> Self {
        Self {
            state: State::Begin,
            offset: 0,
            line: 1,
            index: 0,
            counts: [0; 3],
            seen: [0; 3],
            asides: Default::default(),
            aside: None,
        }
    }
}

enum Stop {
    Cut,
    At(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::At(fault)
    }
}

impl Document {
    /// How many elements each of [`Section::NEEDED`] has.
    #[must_use]
    pub fn counts(&self) -> [u64; 3] {
        self.counts
    }

    /// How many times each of [`Section::NEEDED`] stands at the top as a list.
    #[must_use]
    pub fn seen(&self) -> [u32; 3] {
        self.seen
    }

    /// Where `info` and `licenses` lie, as far as they are lists or objects.
    #[must_use]
    pub fn asides(&self) -> [Aside; 2] {
        self.asides
    }

    /// Takes a block, of which the first byte follows what was consumed before, and gives how many
    /// bytes are consumed. What is left must come again with more behind it.
    ///
    /// # Errors
    /// The first byte from which on the document is not JSON.
    pub fn take(
        &mut self,
        block: &[u8],
        last: bool,
        visit: &mut impl Visit,
    ) -> Result<usize, Broken> {
        let RowText { text, whole } = RowText::new(block);
        // Bytes at the end that are no text are a character that is cut, or the last there is.
        let last = last || block.len() - text.len() >= LONGEST_CHARACTER;
        let mut walk = Walk { cursor: Cursor::new(text, DEPTH), done: 0, last };
        match self.walk(&mut walk, visit) {
            Ok(()) | Err(Stop::Cut) if !last => Ok(self.pass(block, walk.done)),
            Ok(()) if whole => Ok(self.pass(block, block.len())),
            Err(Stop::At(fault)) if whole || fault.at < text.len() => {
                Err(self.broken(block, fault))
            }
            Ok(()) | Err(Stop::At(_)) => {
                Err(self.broken(block, Fault::here(Code::Utf8, text.len())))
            }
            Err(Stop::Cut) => {
                let code = if whole { Code::NotJson } else { Code::Utf8 };
                Err(self.broken(block, Fault::here(code, text.len())))
            }
        }
    }

    fn pass(&mut self, block: &[u8], done: usize) -> usize {
        self.offset += done as u64;
        self.line += lines(&block[..done]);
        done
    }

    fn broken(&self, block: &[u8], fault: Fault) -> Broken {
        Broken {
            code: fault.code,
            offset: self.offset + fault.at as u64,
            line: self.line + lines(&block[..fault.at]),
        }
    }

    fn walk(&mut self, walk: &mut Walk<'_>, visit: &mut impl Visit) -> Result<(), Stop> {
        let mut counted = (0, 0);
        loop {
            walk.cursor.space();
            if self.state == State::End {
                walk.done = walk.cursor.at();
                return walk.cursor.end().map_err(Stop::At);
            }
            if walk.cursor.peek().is_none() {
                return Err(Stop::Cut);
            }
            let next = match self.state {
                State::Begin => walk.begin(),
                State::FirstKey | State::Key => self.key(walk, visit),
                State::Elements { section, first } => {
                    self.element(walk, visit, (section, first), &mut counted)
                }
                State::Members { first } => walk.member(first),
                State::Behind | State::End => walk.behind(),
            };
            match next {
                Ok(state) => {
                    self.state = state;
                    walk.done = walk.cursor.at();
                    if let (State::Behind, Some(aside)) = (state, self.aside) {
                        self.asides[aside].1 = self.offset + walk.done as u64;
                        self.aside = None;
                    }
                }
                Err(Stop::At(fault)) if walk.may_be_cut(fault) => return Err(Stop::Cut),
                Err(stop) => return Err(stop),
            }
        }
    }

    fn key(&mut self, walk: &mut Walk<'_>, visit: &mut impl Visit) -> Result<State, Stop> {
        let cursor = &mut walk.cursor;
        if self.state == State::FirstKey && cursor.take(b'}') {
            return Ok(State::End);
        }
        let key = cursor.key()?;
        let name = key.text(cursor.whole()).unwrap_or_default();
        let section = Section::of(&name);
        let state = match cursor.peek() {
            Some(b'[') => State::Elements { section, first: true },
            Some(b'{') => State::Members { first: true },
            _ => {
                let value = cursor.scalar()?;
                walk.require_whole(value)?;
                visit.other(&name);
                return Ok(State::Behind);
            }
        };
        if matches!(state, State::Elements { .. }) && section != Section::Other {
            self.seen[section as usize] += 1;
            self.index = self.counts[section as usize];
        } else {
            visit.other(&name);
            self.aside = ASIDES.iter().position(|aside| *aside == name);
            if let Some(aside) = self.aside {
                self.asides[aside] = (self.offset + cursor.at() as u64, 0);
            }
        }
        cursor.go(cursor.at() + 1);
        Ok(state)
    }

    fn element(
        &mut self,
        walk: &mut Walk<'_>,
        visit: &mut impl Visit,
        (section, first): (Section, bool),
        counted: &mut (usize, u64),
    ) -> Result<State, Stop> {
        if walk.cursor.take(b']') {
            return Ok(State::Behind);
        }
        walk.comma(first)?;
        let start = walk.cursor.at();
        if section == Section::Other {
            let value = walk.cursor.value()?;
            walk.require_whole(value)?;
            return Ok(State::Elements { section, first: false });
        }
        visit.read(section, &mut walk.cursor)?;
        let end = walk.cursor.at();
        walk.require_whole(Value { shape: Shape::Null, start, end })?;
        let whole = walk.cursor.whole();
        counted.1 += lines(&whole.as_bytes()[counted.0..start]);
        counted.0 = start;
        let place = Place {
            index: self.index,
            offset: self.offset + start as u64,
            length: (end - start) as u64,
            line: self.line + counted.1,
        };
        visit.commit(section, &whole[start..end], place);
        self.index += 1;
        self.counts[section as usize] = self.index;
        Ok(State::Elements { section, first: false })
    }
}

struct Walk<'t> {
    cursor: Cursor<'t>,
    done: usize,
    last: bool,
}

impl Walk<'_> {
    fn begin(&mut self) -> Result<State, Stop> {
        if self.cursor.at() == 0 && self.cursor.whole().starts_with(MARK) {
            self.cursor.go(MARK.len());
            return Ok(State::Begin);
        }
        if !self.cursor.take(b'{') {
            return Err(Fault::here(Code::NotObject, self.cursor.at()).into());
        }
        Ok(State::FirstKey)
    }

    fn behind(&mut self) -> Result<State, Stop> {
        if self.cursor.take(b'}') {
            return Ok(State::End);
        }
        self.cursor.expect(b',')?;
        Ok(State::Key)
    }

    // A member of an object at the top that is not read.
    fn member(&mut self, first: bool) -> Result<State, Stop> {
        if self.cursor.take(b'}') {
            return Ok(State::Behind);
        }
        self.comma(first)?;
        self.cursor.key()?;
        let value = self.cursor.value()?;
        self.require_whole(value)?;
        Ok(State::Members { first: false })
    }

    fn comma(&mut self, first: bool) -> Result<(), Stop> {
        if !first {
            self.cursor.expect(b',')?;
            self.cursor.space();
        }
        Ok(())
    }

    // A number may go on behind the block.
    fn require_whole(&self, value: Value) -> Result<(), Stop> {
        let cut = !self.last && value.end == self.cursor.whole().len();
        if cut { Err(Stop::Cut) } else { Ok(()) }
    }

    fn may_be_cut(&self, fault: Fault) -> bool {
        !self.last && fault.at + NEAR_END >= self.cursor.whole().len()
    }
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
