//! What a text says, without an allocation of its own.

use super::tokens::Text;

/// Where what a text says can be read.
#[derive(Clone, Copy, Debug)]
pub enum Spelling {
    /// In the row.
    Plain(Text),
    /// In the buffer of decoded texts, from and to.
    Decoded(usize, usize),
}

/// How many characters UTF-8 bytes have.
#[must_use]
pub fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Appends what an escaped text says. Of an escape that is none the bytes are kept.
pub fn unescape(raw: &[u8], plain: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        plain.extend_from_slice(&rest[..at]);
        let (letter, length) = escape(&rest[at..]);
        plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        rest = rest.get(at + length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
}

// One escape at the start of `rest`: the character and how many bytes spell it.
fn escape(rest: &[u8]) -> (char, usize) {
    let letter = match rest.get(1) {
        Some(b'u') => return unicode(rest),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(other) => char::from(*other),
        None => '\\',
    };
    (letter, 2)
}

fn unicode(rest: &[u8]) -> (char, usize) {
    let high = unit(rest, 2);
    if let Some(letter) = char::from_u32(high) {
        return (letter, 6);
    }
    let low = unit(rest, 8);
    let point = 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
    (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
}

fn unit(rest: &[u8], at: usize) -> u32 {
    let hex = rest.get(at..at + 4).unwrap_or_default();
    let digits = hex.iter().map(|byte| char::from(*byte).to_digit(16).unwrap_or(0));
    digits.fold(0, |sum, digit| sum << 4 | digit)
}

#[cfg(test)]
mod tests {
    use super::{characters, unescape};

    #[test]
    fn escapes_say_what_the_grammar_says() {
        let table = [
            ("", ""),
            (r#"\" \\ \/"#, "\" \\ /"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"caf\u00e9 \u4E2d", "café 中"),
            (r"x\ud83d\uDE00y", "x😀y"),
            (r"é\\é", "é\\é"),
            ("\\", "\\"),
            (r"\ud83d", "\u{1f400}"),
        ];
        for (raw, plain) in table {
            let mut buffer = Vec::new();
            unescape(raw.as_bytes(), &mut buffer);
            assert_eq!(String::from_utf8_lossy(&buffer), plain, "{raw}");
        }
    }

    #[test]
    fn characters_are_not_bytes() {
        assert_eq!(characters("aé中😀".as_bytes()), 4);
        assert_eq!(characters(b""), 0);
    }
}
