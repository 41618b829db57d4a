//! A light cursor over the bytes of a row whose grammar has been proved by the scan.
//!
//! It trusts the grammar and checks nothing twice. Of bytes that are no JSON it makes nonsense,
//! but every step goes forward and none leaves the bytes. What follows the row may be among them:
//! a good row is never read beyond its last brace, and what is loaded at once need not be cut.

#![allow(
    clippy::inline_always,
    reason = "the cursor lives in registers, or each step waits for memory"
)]

use super::block::{BLOCK, block, ends, inside, marks};
use super::number::{Number, number, seldom};
use super::strings::{escaped_end, string_end};

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
    #[inline(always)]
    pub fn raw<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// A key: the bytes `start..end` between its quotes, with the first eight of them as a number;
/// behind a shorter one stand zeros.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its first byte, behind the quote.
    pub start: usize,
    /// The closing quote.
    pub end: usize,
    /// How it begins.
    pub head: u64,
}

const SHORT: [u64; BLOCK + 1] = {
    let mut masks = [u64::MAX; BLOCK + 1];
    let mut length = 0;
    while length < 8 {
        masks[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    masks
};

/// Bytes of a UUID in its usual spelling, with its quotes.
const UUID: usize = 38;

/// A place in a row.
#[derive(Clone, Copy)]
pub struct Tokens<'t> {
    /// The row and what follows it.
    pub bytes: &'t [u8],
    /// Where the cursor stands.
    pub at: usize,
}

impl<'t> Tokens<'t> {
    /// Stands before the first byte.
    #[must_use]
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The byte at the cursor; 0 at the end.
    #[inline(always)]
    #[must_use]
    pub fn here(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Passes blanks and looks at the byte ahead; 0 at the end.
    #[inline(always)]
    pub fn ahead(&mut self) -> u8 {
        let byte = self.here();
        if byte > b' ' { byte } else { self.behind_blanks() }
    }

    #[inline(never)]
    fn behind_blanks(&mut self) -> u8 {
        while matches!(self.here(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.here()
    }

    /// Passes the brace or bracket ahead.
    #[inline(always)]
    pub fn enter(&mut self) {
        self.at += 1;
    }

    /// The next key of the object that was entered, standing before its value. Nothing, and the
    /// cursor behind the brace, when there is no more.
    #[inline(always)]
    pub fn key(&mut self) -> Option<Key> {
        if self.separated() != b'"' {
            self.at += usize::from(self.here() == b'}');
            return None;
        }
        let start = self.at + 1;
        let block = block(self.bytes, start);
        let (quotes, escapes) = ends(block);
        let length = (quotes | 1 << BLOCK).trailing_zeros() as usize;
        let end = start + length;
        // No backslash before the first quote, if there is one.
        let key = if length < BLOCK && escapes & ((1 << length) - 1) == 0 {
            self.at = end + 1;
            let head = u64::from_le_bytes(*block.first_chunk().unwrap_or(&[0; 8]));
            Key { start, end, head: head & SHORT[length] }
        } else {
            self.far_key()
        };
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()) {
            Some([b':', first]) if *first > b' ' => self.at += 1,
            _ => self.loose_colon(),
        }
        Some(key)
    }

    // The byte behind a comma, when there is one, and blanks.
    #[inline(always)]
    fn separated(&mut self) -> u8 {
        let byte = self.ahead();
        if byte != b',' {
            return byte;
        }
        self.at += 1;
        self.ahead()
    }

    // A key that is long or has escapes.
    #[inline(never)]
    fn far_key(&mut self) -> Key {
        let text = self.text();
        Key { start: text.start, end: text.end, head: head(text.raw(self.bytes)) }
    }

    #[inline(never)]
    fn loose_colon(&mut self) {
        if self.ahead() == b':' {
            self.at += 1;
        }
        self.ahead();
    }

    /// Whether the list that was entered has a next element, standing before it. If not, the cursor
    /// is behind the bracket.
    #[inline(always)]
    pub fn element(&mut self) -> bool {
        match self.separated() {
            b']' => {
                seldom();
                self.at += 1;
                false
            }
            byte => !matches!(byte, b'}' | b',' | b':' | 0),
        }
    }

    /// Reads the string ahead.
    #[inline(always)]
    pub fn text(&mut self) -> Text {
        let start = self.at + 1;
        let mut end = string_end(self.bytes, start);
        let escaped = self.bytes.get(end) == Some(&b'\\');
        if escaped {
            end = escaped_end(self.bytes, end);
        }
        self.at = (end + 1).min(self.bytes.len());
        Text { start, end, escaped }
    }

    /// Reads the string ahead, or passes what else is there.
    #[inline(always)]
    pub fn text_or_skip(&mut self) -> Option<Text> {
        if self.here() == b'"' {
            return Some(self.text());
        }
        self.skip();
        None
    }

    /// Passes the uuid ahead: quickly in its usual spelling, in which no quote can stand inside.
    #[inline(always)]
    pub fn skip_uuid(&mut self) {
        match self.bytes.get(self.at..self.at + UUID) {
            Some(text)
                if [9, 14, 19, 24].iter().all(|at| text[*at] == b'-') && text[37] == b'"' =>
            {
                self.at += UUID;
            }
            _ => self.skip(),
        }
    }

    /// Reads the number ahead.
    #[inline(always)]
    pub fn number(&mut self) -> Number {
        let (found, end) = number(self.bytes, self.at);
        self.at = end;
        found
    }

    /// Passes the value ahead.
    #[inline(always)]
    pub fn skip(&mut self) {
        match self.here() {
            b'"' => {
                self.text();
            }
            b'{' | b'[' => self.at = self.behind_container(),
            _ => self.at = self.behind_scalar(),
        }
    }

    #[inline(never)]
    fn behind_scalar(mut self) -> usize {
        self.at = (self.at + 1).min(self.bytes.len());
        while !matches!(self.here(), b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | 0) {
            self.at += 1;
        }
        self.at
    }

    #[inline(never)]
    fn behind_container(mut self) -> usize {
        let (mut depth, mut open) = (0_usize, 0);
        while self.at < self.bytes.len() {
            let found = marks(block(self.bytes, self.at));
            if found.escapes != 0 {
                return self.behind_bytes(depth, open != 0);
            }
            let inside = inside(found.quotes) ^ open;
            let mut brackets = (found.opens | found.closes) & !inside;
            while brackets != 0 {
                let place = brackets.trailing_zeros();
                brackets &= brackets - 1;
                if found.opens >> place & 1 == 1 {
                    depth += 1;
                } else if depth <= 1 {
                    return self.at + place as usize + 1;
                } else {
                    depth -= 1;
                }
            }
            open = (inside >> (BLOCK - 1)) * 0xffff;
            self.at += BLOCK;
        }
        self.bytes.len()
    }

    // Goes on byte by byte, since there are escapes.
    #[cold]
    fn behind_bytes(mut self, mut depth: usize, inside: bool) -> usize {
        if inside {
            let end = escaped_end(self.bytes, string_end(self.bytes, self.at));
            self.at = (end + 1).min(self.bytes.len());
        }
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.at
    }
}

/// The first eight bytes of a text as a number; behind a shorter one stand zeros.
#[must_use]
#[inline(always)]
pub const fn head(text: &[u8]) -> u64 {
    if let Some(word) = text.first_chunk() {
        return u64::from_le_bytes(*word);
    }
    // Two loads that may overlap, or else the first, the middle and the last byte.
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let [first, last] = [u32::from_le_bytes(*first), u32::from_le_bytes(*last)];
            first as u64 | (last as u64) << (8 * (text.len() - 4))
        }
        _ if text.is_empty() => 0,
        _ => {
            let last = text.len() - 1;
            let (middle, end) = (text[text.len() / 2] as u64, text[last] as u64);
            text[0] as u64 | middle << (8 * (text.len() / 2)) | end << (8 * last)
        }
    }
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
        let key = tokens.key().expect("a key");
        assert_eq!((key.start, key.end), (4, 5));
        tokens.enter();
        assert!(tokens.element());
        assert_eq!(tokens.number().integer, Some(1));
        assert!(tokens.element());
        assert_eq!(tokens.text().raw(row), b"b");
        assert!(!tokens.element());
        let key = tokens.key().expect("a key");
        assert_eq!(row[key.start..key.end], *br#"c\"d"#);
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
