//! Walks the tokens of one row over the marks of its piece, checking every byte by the grammar.
//!
//! Whatever needs a second look ends the walk with nothing. White space is that of JSON but the
//! line feed, which ends the row; it is looked for only where what is usual is not ahead.

use super::number::decimal;
use crate::index::{Index, REACH};
use crate::text::escape;

/// Containers that may be open in one value: one bit of a word for each.
const DEEPEST: usize = 64;

/// What closes a list, and an object.
const CLOSE: [u8; 2] = *b"]}";

/// The bytes between the quotes of a string.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// As they are spelled.
    pub raw: &'t [u8],
    /// Whether escapes are among them.
    pub escaped: bool,
}

/// A place in a piece of rows.
#[derive(Clone, Copy)]
pub struct Walker<'t> {
    text: &'t [u8],
    index: &'t Index,
    at: usize,
}

impl<'t> Walker<'t> {
    /// Stands before the first byte of a piece whose marks are in the index.
    #[must_use]
    pub fn new(text: &'t [u8], index: &'t Index) -> Self {
        Self { text, index, at: 0 }
    }

    /// Where the walker stands.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place.
    pub fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// Passes white space and a line feed, or the end of the piece; false if more is ahead.
    #[inline(always)]
    pub fn end_of_line(&mut self) -> bool {
        if self.peek() != Some(b'\n') {
            self.space();
        }
        let ended = self.at == self.text.len() || self.peek() == Some(b'\n');
        self.at += 1;
        ended
    }

    /// The byte ahead.
    #[inline(always)]
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes white space.
    #[inline(always)]
    pub fn space(&mut self) {
        self.at = behind_space(self.text, self.at);
    }

    // Passes `byte` if it is ahead, which it seldom is.
    #[inline(always)]
    fn seldom(&mut self, byte: u8) -> bool {
        if self.peek() == Some(byte) {
            unusual();
            self.at += 1;
            return true;
        }
        false
    }

    // Passes `byte`, which must be ahead, and white space before it.
    #[inline(always)]
    fn token(&mut self, byte: u8) -> Option<()> {
        if self.peek()? != byte {
            self.space();
            if self.peek()? != byte {
                return None;
            }
        }
        self.at += 1;
        Some(())
    }

    /// Passes white space and looks at the byte behind it.
    #[inline(always)]
    pub fn ink(&mut self) -> Option<u8> {
        if self.peek()? <= b' ' {
            self.space();
        }
        self.peek()
    }

    /// Enters an object: true if a key follows, false if it is already behind.
    #[inline(always)]
    pub fn first_key(&mut self) -> Option<bool> {
        self.token(b'{')?;
        Some(self.peek()? == b'"' || self.ink()? != b'}' || !self.seldom(b'}'))
    }

    /// Behind a member: true if another key follows, false if the object is behind.
    #[inline(always)]
    pub fn next_key(&mut self) -> Option<bool> {
        self.next(b'}').map(|closed| !closed)
    }

    // Behind a member or element: passes the comma, or else the end of the container, then true.
    #[inline(always)]
    fn next(&mut self, close: u8) -> Option<bool> {
        let mut byte = self.peek()?;
        if byte <= b' ' {
            self.space();
            byte = self.peek()?;
        }
        self.at += 1;
        match byte {
            b',' => Some(false),
            byte if byte == close => Some(true),
            _ => None,
        }
    }

    /// Reads a key with its colon.
    #[inline(always)]
    pub fn key(&mut self) -> Option<Text<'t>> {
        let key = self.string()?;
        self.token(b':')?;
        Some(key)
    }

    /// Passes `text` if it is ahead.
    #[inline(always)]
    pub fn passes<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        let ahead = self.ahead() == Some(text);
        if ahead {
            self.at += N;
        }
        ahead
    }

    /// Reads a string.
    #[inline(always)]
    pub fn string(&mut self) -> Option<Text<'t>> {
        self.token(b'"')?;
        let start = self.at;
        let escaped = self.inside()?;
        Some(Text { raw: self.text.get(start..self.at - 1)?, escaped })
    }

    // Passes a string from behind its first quote, and says whether escapes are in it.
    #[inline(always)]
    fn inside(&mut self) -> Option<bool> {
        let mut end = self.index.stop(self.at)?;
        let escaped = *self.text.get(end)? != b'"';
        if escaped {
            end = end_of_escaped(self.text, self.index, end)?;
        }
        self.at = end + 1;
        Some(escaped)
    }

    /// Reads one value whole, with at most `room` containers open in it, and gives its first byte.
    #[inline(always)]
    pub fn value(&mut self, room: usize) -> Option<u8> {
        let first = self.ink()?;
        match first {
            b'{' | b'[' => self.at = self.container(room.min(DEEPEST))?,
            _ => self.scalar(first)?,
        }
        Some(first)
    }

    // Reads what begins with `first`, which is ahead.
    #[inline(always)]
    fn scalar(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => {
                self.at += 1;
                self.inside().map(drop)
            }
            b'-' | b'0'..=b'9' => self.number(first),
            _ => {
                self.at = self.literal()?;
                Some(())
            }
        }
    }

    #[inline(never)]
    fn literal(self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        match rest.first_chunk()? {
            b"true" | b"null" => Some(self.at + 4),
            b"fals" if rest.get(4) == Some(&b'e') => Some(self.at + 5),
            _ => None,
        }
    }

    #[inline(always)]
    fn number(&mut self, mut first: u8) -> Option<()> {
        if first == b'-' {
            unusual();
            self.at += 1;
            first = self.peek()?;
        }
        let (no_digits, no_decimals) = self.index.numbers(self.at)?;
        let length = decimal(no_digits, no_decimals)?;
        if first == b'0' && no_digits & 0b10 == 0 {
            return None;
        }
        self.at += length;
        if let b'e' | b'E' = self.peek()? {
            self.at = self.exponent()?;
        }
        Some(())
    }

    // With three digits or more the number may be beyond a double, unless it is a fraction.
    #[cold]
    fn exponent(mut self) -> Option<usize> {
        self.at += 1;
        let fraction = self.seldom(b'-');
        if !fraction {
            self.seldom(b'+');
        }
        let digits = self.index.numbers(self.at)?.0.trailing_zeros() as usize;
        let most = if fraction { REACH } else { 3 };
        (1..most).contains(&digits).then_some(self.at + digits)
    }

    // Walks a container and all inside it, and gives the place behind it. One bit of `objects` for
    // each that is open, the lowest for the innermost: whether it is an object.
    #[inline(never)]
    fn container(self, room: usize) -> Option<usize> {
        let (mut walker, mut open, mut objects) = (self, 0, 0_u64);
        loop {
            // A container is ahead.
            if open == room {
                return None;
            }
            objects = objects << 1 | u64::from(walker.peek()? == b'{');
            open += 1;
            walker.at += 1;
            let mut closed = walker.ink()? == CLOSE[usize::from(objects & 1 != 0)];
            walker.at += usize::from(closed);
            loop {
                if closed {
                    open -= 1;
                    objects >>= 1;
                    if open == 0 {
                        return Some(walker.at);
                    }
                } else if !walker.element(objects & 1 != 0, open < room)? {
                    break;
                }
                closed = walker.next(CLOSE[usize::from(objects & 1 != 0)])?;
            }
        }
    }

    // Reads a member or element, but of a container only what stands before it: then false.
    #[inline(always)]
    fn element(&mut self, in_object: bool, room: bool) -> Option<bool> {
        if in_object {
            self.inner_key()?;
        }
        match self.ink()? {
            b'{' if room && self.point() => {}
            b'{' | b'[' => return Some(false),
            first => self.scalar(first)?,
        }
        Some(true)
    }

    // Keys of one letter are so many that they are looked at first.
    #[inline(always)]
    fn inner_key(&mut self) -> Option<()> {
        if let Some(ahead) = self.ahead()
            && u32::from_le_bytes(*ahead) & !0xff00 == u32::from_le_bytes(*b"\"\0\":")
            && ahead[1].is_ascii_alphanumeric()
        {
            self.at += 4;
            return Some(());
        }
        self.token(b'"')?;
        self.inside()?;
        self.token(b':')
    }

    // Most of a large row are points, written in one of two ways; all other ways are left alone.
    #[inline(always)]
    fn point(&mut self) -> bool {
        let start = self.at;
        let read = self.spelled_point().is_some();
        if !read {
            self.at = start;
        }
        read
    }

    #[inline(always)]
    fn spelled_point(&mut self) -> Option<()> {
        self.at += 1;
        self.coordinate(*b"\"x\":")?;
        self.token(b',')?;
        self.seldom(b' ');
        self.coordinate(*b"\"y\":")?;
        self.token(b'}')
    }

    #[inline(always)]
    fn coordinate(&mut self, key: [u8; 4]) -> Option<()> {
        if !self.passes(&key) {
            return None;
        }
        self.seldom(b' ');
        let first = self.peek()?;
        self.number(first)
    }

    #[inline(always)]
    fn ahead<const N: usize>(&self) -> Option<&[u8; N]> {
        self.text.get(self.at..)?.first_chunk()
    }
}

// Says that a branch is seldom taken, so that what follows need not wait for what it asks.
#[cold]
fn unusual() {}

#[inline(never)]
fn behind_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

#[cold]
fn end_of_escaped(text: &[u8], index: &Index, mut stop: usize) -> Option<usize> {
    while *text.get(stop)? == b'\\' {
        stop = index.stop(escape(text, stop).ok()?)?;
    }
    (text.get(stop) == Some(&b'"')).then_some(stop)
}
