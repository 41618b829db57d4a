//! Numbers read and copied at once, as they are spelled, so that no digit is ever changed.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use crate::check::block::word;
use crate::check::number::{number, short};

/// A number in a text: what it says, and where it ends.
#[derive(Clone, Copy, Debug)]
pub struct Numeral {
    /// The nearest double.
    pub value: f64,
    /// Behind its last byte.
    pub end: usize,
}

/// Reads the number at `at`; nothing when none is there by the grammar, or it is not finite.
#[inline(always)]
#[must_use]
pub fn numeral(bytes: &[u8], at: usize) -> Option<Numeral> {
    let negative = *bytes.get(at)? == b'-';
    let first = at + usize::from(negative);
    let ahead = word(bytes, first);
    // Behind a zero that stands first comes no digit.
    if ahead.to_le_bytes()[0] == b'0' && ahead.to_le_bytes()[1].is_ascii_digit() {
        return None;
    }
    let Some((found, length)) = short(ahead) else { return long(bytes, at, first) };
    let value = if negative { -found.value } else { found.value };
    Some(Numeral { value, end: first + length })
}

#[inline(never)]
fn long(bytes: &[u8], at: usize, first: usize) -> Option<Numeral> {
    let (found, end) = number(bytes, at);
    let sound = found.value.is_finite() && end > first && is_unsigned(&bytes[first..end]);
    sound.then_some(Numeral { value: found.value, end })
}

// The grammar of a number without its sign.
fn is_unsigned(text: &[u8]) -> bool {
    let mut rest = text;
    let whole = digits(&mut rest);
    let mut sound = whole == 1 || whole > 1 && text[0] != b'0';
    if rest.first() == Some(&b'.') {
        rest = &rest[1..];
        sound &= digits(&mut rest) > 0;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        rest = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        sound &= digits(&mut rest) > 0;
    }
    sound && rest.is_empty()
}

fn digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &rest[count..];
    count
}

/// Text that grows by pieces of up to eight bytes, without asking for room at each.
#[derive(Debug, Default)]
pub struct Spelling {
    bytes: Vec<u8>,
    length: usize,
}

impl Spelling {
    /// Begins anew, with room for `most` bytes.
    pub fn clear(&mut self, most: usize) {
        self.length = 0;
        self.reserve(most);
    }

    /// Makes room for `more` bytes and what a last piece writes beyond them.
    pub fn reserve(&mut self, more: usize) {
        let needed = self.length + more + 16;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.next_power_of_two(), 0);
        }
    }

    /// What was written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// How much was written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Takes back what was written last.
    pub fn shorten(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Writes the first `length` bytes of a word, for which there is room.
    #[inline(always)]
    pub fn piece(&mut self, word: [u8; 8], length: usize) {
        if let Some(place) = self.bytes[self.length..].first_chunk_mut() {
            *place = word;
            self.length += length;
        }
    }

    /// Copies the bytes from `start` to `end`, for which there is room.
    #[inline(always)]
    pub fn copy(&mut self, bytes: &[u8], start: usize, end: usize) {
        if end - start <= 8 {
            self.piece(word(bytes, start).to_le_bytes(), end - start);
        } else {
            let to = self.length + end - start;
            self.bytes[self.length..to].copy_from_slice(&bytes[start..end]);
            self.length = to;
        }
    }

    /// Writes any bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.copy(bytes, 0, bytes.len());
    }
}
