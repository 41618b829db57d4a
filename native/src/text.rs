//! The inside of JSON strings: how far a plain run goes, and what an escaped text says.

use crate::code::{Code, Fault};
use std::borrow::Cow;

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many leading bytes are neither a quote, nor a backslash, nor a control character.
#[must_use]
#[inline]
pub fn plain_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let tail = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    words.len() * 8 + tail.unwrap_or(rest.len())
}

// Sets the high bit of each byte that ends a plain run. Borrows can set bits wrongly only above
// the first right one, so the lowest is exact.
#[inline]
fn special(word: u64) -> u64 {
    let quote = word ^ (EACH * 0x22);
    let backslash = word ^ (EACH * 0x5c);
    let zero = |bytes: u64| bytes.wrapping_sub(EACH) & !bytes;
    let control = word.wrapping_sub(EACH * 0x20) & !word;
    (zero(quote) | zero(backslash) | control) & HIGH
}

/// Reads the escape whose backslash stands at `at`, and gives the place behind it.
///
/// # Errors
/// Not JSON, at the first byte that cannot go on; a surrogate without its other half, at `at`.
pub fn escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => surrogates(bytes, at),
        _ => Err(Fault::here(Code::NotJson, at + 1)),
    }
}

// A high surrogate is sound only right before the escape of a low one.
fn surrogates(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let lone = Fault::here(Code::Surrogate, at);
    match unit(bytes, at + 2)? {
        0xdc00..=0xdfff => Err(lone),
        0xd800..=0xdbff if !bytes[at + 6..].starts_with(b"\\u") => Err(lone),
        0xd800..=0xdbff => match unit(bytes, at + 8) {
            Ok(0xdc00..=0xdfff) => Ok(at + 12),
            _ => Err(lone),
        },
        _ => Ok(at + 6),
    }
}

fn unit(bytes: &[u8], from: usize) -> Result<u32, Fault> {
    (from..from + 4).try_fold(0, |unit, at| {
        let digit = bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        digit.map(|digit| unit * 16 + digit).ok_or(Fault::here(Code::NotJson, at))
    })
}

/// What a string says, given the text between its quotes, which has been read without a fault.
#[must_use]
pub fn decode(raw: &str, escaped: bool) -> Cow<'_, str> {
    if escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
}

fn unescape(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        let (letter, length) = spelled(&rest[at..]);
        plain.push(letter);
        rest = &rest[at + length..];
    }
    plain.push_str(rest);
    plain
}

// One escape at the start of `rest`: the character and how many bytes spell it.
fn spelled(rest: &str) -> (char, usize) {
    let letter = rest.as_bytes()[1];
    if letter == b'u' {
        return unicode(rest);
    }
    let plain = match letter {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(other),
    };
    (plain, 2)
}

fn unicode(rest: &str) -> (char, usize) {
    let unit = |at: usize| rest.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let high = unit(2).unwrap_or_default();
    if let Some(letter) = char::from_u32(high) {
        return (letter, 6);
    }
    let low = unit(8).unwrap_or_default();
    let point = 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
    (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
}

#[cfg(test)]
mod tests {
    use super::{decode, plain_run};

    #[test]
    fn a_plain_run_ends_at_the_first_special_byte_wherever_it_stands() {
        for special in [b'"', b'\\', 0, 1, 0x1f] {
            for plain in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                for at in 0..20 {
                    let mut bytes = vec![plain; 20];
                    bytes[at] = special;
                    assert_eq!(plain_run(&bytes), at, "{special} in {plain}");
                }
                assert_eq!(plain_run(&[plain; 20]), 20);
            }
        }
        assert_eq!(plain_run(b""), 0);
    }

    #[test]
    fn escapes_say_what_the_grammar_says() {
        let table = [
            (r"", ""),
            (r#"\" \\ \/"#, "\" \\ /"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"\u0062box", "bbox"),
            (r"caf\u00e9 \u4E2d", "café 中"),
            (r"x\ud83d\uDE00y", "x😀y"),
            (r"\u0000", "\0"),
            (r"é\\é", "é\\é"),
        ];
        for (raw, plain) in table {
            assert_eq!(decode(raw, true), plain, "{raw}");
        }
        assert_eq!(decode("as it is", false), "as it is");
    }
}
