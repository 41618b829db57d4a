//! A light cursor over the bytes of a row whose grammar has been proved by the scan.
//!
//! It trusts the grammar and checks nothing twice. Of bytes that are no JSON it makes nonsense,
//! but every step goes forward and none leaves the row.

use super::number::{Number, number};

/// A string: the bytes `start..end` between its quotes.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Its first byte, behind the quote.
    pub start: usize,
    /// The closing quote.
    pub end: usize,
    /// Whether there is a backslash in it.
    pub escaped: bool,
}

impl Text {
    /// Its bytes as they are spelled.
    #[must_use]
    #[inline]
    pub fn raw<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// A place in a row.
#[derive(Clone, Copy)]
pub struct Tokens<'t> {
    /// The row.
    pub bytes: &'t [u8],
    /// Where the cursor stands.
    pub at: usize,
}

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl<'t> Tokens<'t> {
    /// Stands before the first byte.
    #[must_use]
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    #[inline]
    fn here(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Passes blanks and looks at the byte ahead; 0 at the end.
    #[inline]
    pub fn ahead(&mut self) -> u8 {
        loop {
            match self.here() {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return byte,
            }
        }
    }

    /// Passes the brace or bracket ahead.
    #[inline]
    pub fn enter(&mut self) {
        self.at += 1;
    }

    /// The next key of the object that was entered, standing before its value. Nothing, and the
    /// cursor behind the brace, when there is no more.
    #[inline]
    pub fn key(&mut self) -> Option<Text> {
        let mut byte = self.ahead();
        if byte == b',' {
            self.at += 1;
            byte = self.ahead();
        }
        if byte != b'"' {
            self.at += usize::from(byte == b'}');
            return None;
        }
        let key = self.text();
        if self.ahead() == b':' {
            self.at += 1;
        }
        self.ahead();
        Some(key)
    }

    /// Whether the list that was entered has a next element, standing before it. If not, the cursor
    /// is behind the bracket.
    #[inline]
    pub fn element(&mut self) -> bool {
        let mut byte = self.ahead();
        if byte == b',' {
            self.at += 1;
            byte = self.ahead();
        }
        let more = !matches!(byte, b']' | b'}' | b',' | b':' | 0);
        self.at += usize::from(byte == b']');
        more
    }

    /// Reads the string ahead.
    #[inline]
    pub fn text(&mut self) -> Text {
        let start = self.at + 1;
        let mut end = quote_or_escape(self.bytes, start);
        let escaped = self.bytes.get(end) == Some(&b'\\');
        while self.bytes.get(end) == Some(&b'\\') {
            end = quote_or_escape(self.bytes, end + 2);
        }
        let end = end.min(self.bytes.len());
        self.at = (end + 1).min(self.bytes.len());
        Text { start, end, escaped }
    }

    /// Reads the number ahead.
    #[inline]
    pub fn number(&mut self) -> Number {
        let (found, length) = number(self.bytes.get(self.at..).unwrap_or_default());
        self.at = (self.at + length).min(self.bytes.len());
        found
    }

    /// Passes the value ahead.
    #[inline]
    pub fn skip(&mut self) {
        match self.here() {
            b'"' => {
                self.text();
            }
            b'{' | b'[' => self.skip_container(),
            _ => self.skip_scalar(),
        }
    }

    fn skip_scalar(&mut self) {
        self.at = (self.at + 1).min(self.bytes.len());
        while !matches!(self.here(), b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | 0) {
            self.at += 1;
        }
    }

    fn skip_container(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }
}

// Where the next quote or backslash stands from `at` on; at least the length when there is none.
#[inline]
fn quote_or_escape(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(word) = rest.first_chunk::<8>() else {
        return at
            + rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
    };
    let found = special(u64::from_le_bytes(*word));
    if found != 0 {
        return at + found.trailing_zeros() as usize / 8;
    }
    long_text(rest, at)
}

// Keys end within a word or two; texts of masks run over megabytes.
fn long_text(rest: &[u8], at: usize) -> usize {
    let words = rest.as_chunks::<8>().0.iter().take(16);
    for (index, word) in words.enumerate().skip(1) {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at + index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let passed = rest.len().min(128) / 8 * 8;
    let tail = &rest[passed..];
    at + passed + memchr::memchr2(b'"', b'\\', tail).unwrap_or(tail.len())
}

// Sets the high bit of each byte that is a quote or a backslash; the lowest one is exact.
#[inline]
fn special(word: u64) -> u64 {
    let zero = |bytes: u64| bytes.wrapping_sub(EACH) & !bytes;
    (zero(word ^ (EACH * 0x22)) | zero(word ^ (EACH * 0x5c))) & HIGH
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    #[test]
    fn every_value_is_passed_whole() {
        let long = format!(r#""{}\"x""#, "y".repeat(300));
        let values = [
            "0",
            "-1.5e3",
            "true",
            "null",
            r#""""#,
            r#""a\\""#,
            r#""]\"}""#,
            "{}",
            "[]",
            &long,
            r#"{"a":[1,{"b":"}]"}],"c":"\\"}"#,
            "[[],[[]]]",
            r#"[ 1 , "x" ]"#,
        ];
        for value in values {
            for tail in [",1", "}", " ]", ""] {
                let row = format!("{value}{tail}");
                let mut tokens = Tokens::new(row.as_bytes());
                tokens.skip();
                assert_eq!(tokens.at, value.len(), "{row}");
            }
        }
    }

    #[test]
    fn members_and_elements_come_in_their_order() {
        let row = br#" { "a" : [ 1 , "b" ] , "c\"d":{} } "#;
        let mut tokens = Tokens::new(row);
        assert_eq!(tokens.ahead(), b'{');
        tokens.enter();
        assert_eq!(tokens.key().expect("a key").raw(row), b"a");
        tokens.enter();
        assert!(tokens.element());
        assert_eq!(tokens.number().integer, Some(1));
        assert!(tokens.element());
        assert_eq!(tokens.text().raw(row), b"b");
        assert!(!tokens.element());
        let key = tokens.key().expect("a key");
        assert!(key.escaped);
        assert_eq!(key.raw(row), br#"c\"d"#);
        tokens.skip();
        assert!(tokens.key().is_none());
        assert_eq!(tokens.at, row.len() - 1);
    }

    #[test]
    fn a_text_ends_at_its_quote_wherever_it_stands() {
        for length in 0..300 {
            let row = format!(r#""{}",1"#, "é".repeat(length));
            let mut tokens = Tokens::new(row.as_bytes());
            assert_eq!(tokens.text().end, 1 + 2 * length);
            assert_eq!(tokens.ahead(), b',');
        }
    }
}
