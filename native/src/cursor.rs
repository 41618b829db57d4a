//! Reads JSON by RFC 8259, strictly, token by token, building nothing.
//!
//! Every fault stands at the first byte that cannot go on, but a surrogate, a NaN and a number beyond
//! a double, which stand at their own first byte; the last is noted, and the reading goes on. The
//! text is UTF-8 by its type. Nothing recurses over the input.

use crate::code::{Code, Fault};
use crate::nesting::Nesting;
use crate::text::{decode, escape, plain_run};
use std::borrow::Cow;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the shapes of JSON")]
pub enum Shape {
    Null,
    True,
    False,
    Number,
    Text { escaped: bool },
    Object,
    List,
}

/// A value that was read without a fault: its shape and the bytes `start..end` that spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub shape: Shape,
    /// Its first byte.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
}

impl Value {
    /// What a string says; nothing for other shapes. Allocates only when it is escaped.
    #[must_use]
    pub fn text<'t>(&self, whole: &'t str) -> Option<Cow<'t, str>> {
        match self.shape {
            Shape::Text { escaped } => Some(decode(&whole[self.start + 1..self.end - 1], escaped)),
            _ => None,
        }
    }

    /// This value as the finding of a fault.
    #[must_use]
    pub fn fault(&self, code: Code) -> Fault {
        Fault { code, at: self.start, end: self.end }
    }
}

/// Bytes that a number without exponent may have and is surely no more than a double can hold.
const SURELY_A_DOUBLE: usize = 308;

/// A place in a text, and the containers open around it.
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
    nesting: Nesting,
    huge: Option<Fault>,
}

impl<'t> Cursor<'t> {
    /// Stands before the first byte; more than `depth` open containers are a fault.
    #[must_use]
    pub fn new(text: &'t str, depth: usize) -> Self {
        Self { text, at: 0, nesting: Nesting::new(depth), huge: None }
    }

    /// Where the cursor stands.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place up to which the text was read, by other means, outside any open container.
    pub fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// The whole text.
    #[must_use]
    pub fn whole(&self) -> &'t str {
        self.text
    }

    /// The first number so far that no double can hold, since it would be infinite.
    #[must_use]
    pub fn huge(&self) -> Option<Fault> {
        self.huge
    }

    /// The byte ahead.
    #[must_use]
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes white space.
    #[inline]
    pub fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Passes `byte` if it is ahead.
    #[inline]
    pub fn take(&mut self, byte: u8) -> bool {
        let ahead = self.peek() == Some(byte);
        self.at += usize::from(ahead);
        ahead
    }

    /// Passes `byte`, which must be ahead.
    ///
    /// # Errors
    /// Not JSON, here.
    #[inline]
    pub fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { Err(self.broken()) }
    }

    /// Not JSON, here.
    #[must_use]
    pub fn broken(&self) -> Fault {
        Fault::here(Code::NotJson, self.at)
    }

    /// Passes white space up to the end of the text.
    ///
    /// # Errors
    /// Not JSON, where something else stands.
    pub fn end(&mut self) -> Result<(), Fault> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.broken()) }
    }

    /// Reads one value whole, whatever it is.
    ///
    /// # Errors
    /// The first fault in byte order.
    pub fn value(&mut self) -> Result<Value, Fault> {
        let shape = match self.peek() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::List,
            _ => return self.scalar(),
        };
        let start = self.at;
        self.container()?;
        Ok(Value { shape, start, end: self.at })
    }

    /// Reads an object, handing over to `visit` behind every colon; it must read the value.
    ///
    /// # Errors
    /// The first fault in byte order, those of `visit` included.
    pub fn members(
        &mut self,
        mut visit: impl FnMut(&mut Self, Value) -> Result<(), Fault>,
    ) -> Result<Value, Fault> {
        let start = self.at;
        self.enter(true)?;
        self.space();
        if !self.take(b'}') {
            loop {
                let key = self.key()?;
                visit(self, key)?;
                self.space();
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
                self.space();
            }
        }
        self.nesting.leave();
        Ok(Value { shape: Shape::Object, start, end: self.at })
    }

    // Walks a container and all inside it without recursion. `fresh` while nothing has been read
    // in the innermost container, so that no comma is due.
    fn container(&mut self) -> Result<(), Fault> {
        let floor = self.nesting.open();
        self.open()?;
        let mut fresh = true;
        while self.nesting.open() > floor {
            self.space();
            let object = self.nesting.in_object();
            if self.take(if object { b'}' } else { b']' }) {
                self.nesting.leave();
                fresh = false;
                continue;
            }
            if !fresh {
                self.expect(b',')?;
                self.space();
            }
            if object {
                self.key()?;
            }
            fresh = matches!(self.peek(), Some(b'{' | b'['));
            if fresh {
                self.open()?;
            } else {
                self.scalar()?;
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), Fault> {
        self.enter(self.peek() == Some(b'{'))
    }

    fn enter(&mut self, object: bool) -> Result<(), Fault> {
        if !self.nesting.enter(object) {
            return Err(Fault::here(Code::Depth, self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a key with its colon and stands before the value.
    ///
    /// # Errors
    /// The first fault in byte order.
    #[inline]
    pub fn key(&mut self) -> Result<Value, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.broken());
        }
        let key = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(key)
    }

    /// Reads a string, a number or a literal.
    ///
    /// # Errors
    /// The first fault in byte order.
    #[inline]
    pub fn scalar(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let shape = match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal("true", Shape::True)?,
            Some(b'f') => self.literal("false", Shape::False)?,
            Some(b'n') => self.literal("null", Shape::Null)?,
            _ => return Err(self.stranger(start)),
        };
        Ok(Value { shape, start, end: self.at })
    }

    fn literal(&mut self, word: &str, shape: Shape) -> Result<Shape, Fault> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(shape)
    }

    // What stands where no value of JSON can go on: NaN and the infinities have a name of their own.
    fn stranger(&self, start: usize) -> Fault {
        let ahead = &self.text.as_bytes()[start..];
        let words: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];
        let word = words.into_iter().find(|word| ahead.starts_with(word));
        word.map_or_else(
            || self.broken(),
            |word| Fault { code: Code::Nan, at: start, end: start + word.len() },
        )
    }

    fn number(&mut self) -> Result<Shape, Fault> {
        let start = self.at;
        self.take(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.stranger(start)),
        }
        if self.take(b'.') {
            self.digits()?;
        }
        let exponent = matches!(self.peek(), Some(b'e' | b'E'));
        if exponent {
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        if exponent || self.at - start > SURELY_A_DOUBLE {
            self.measure(start);
        }
        Ok(Shape::Number)
    }

    // Notes the number that begins at `start` and has been read, if it is beyond a double.
    #[cold]
    fn measure(&mut self, start: usize) {
        let value: Result<f64, _> = self.text[start..self.at].parse();
        if value.is_ok_and(f64::is_infinite) {
            let fault = Fault { code: Code::HugeNumber, at: start, end: self.at };
            self.huge.get_or_insert(fault);
        }
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Fault> {
        let first = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == first { Err(self.broken()) } else { Ok(()) }
    }

    #[inline]
    fn string(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            self.at += plain_run(&self.text.as_bytes()[self.at..]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at = escape(self.text.as_bytes(), self.at)?,
                _ => return Err(self.broken()),
            }
            escaped = true;
        }
        self.at += 1;
        Ok(Value { shape: Shape::Text { escaped }, start, end: self.at })
    }
}
