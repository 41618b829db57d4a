//! Whether a text is base64: standard alphabet with padding (R-MASK-16).

/// Bytes of the decoded text that tell whether it is base64 itself.
const GLIMPSE: usize = 48;
/// A text that decodes to fewer bytes is no picture that was encoded twice.
const SHORTEST_TWICE: usize = 16;

const NO_DIGIT: u8 = 0xff;

static DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digit = 0;
    while digit < alphabet.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 64")]
        let number = digit as u8;
        table[alphabet[digit] as usize] = number;
        digit += 1;
    }
    table
};

/// Whether `text` is base64 of something that is not base64 once more. An empty text is not.
#[must_use]
pub fn is_base64_once(text: &[u8]) -> bool {
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let digits = &text[..text.len() - padding];
    let whole = !digits.is_empty() && text.len().is_multiple_of(4);
    whole && all_digits(digits) && !encoded_twice(digits)
}

// Digits have the high bit clear, so one look at the end does for a block.
fn all_digits(text: &[u8]) -> bool {
    text.chunks(64).all(|block| {
        let bits = block.iter().fold(0, |bits, byte| bits | DIGITS[usize::from(*byte)]);
        bits < 64
    })
}

fn encoded_twice(digits: &[u8]) -> bool {
    let length = digits.len() / 4 * 3;
    let start = digits.as_chunks::<4>().0.iter().take(GLIMPSE / 3);
    length >= SHORTEST_TWICE && start.copied().flat_map(decoded).all(is_digit)
}

fn decoded(quantum: [u8; 4]) -> [u8; 3] {
    let [a, b, c, d] = quantum.map(|byte| DIGITS[usize::from(byte)]);
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

fn is_digit(byte: u8) -> bool {
    DIGITS[usize::from(byte)] != NO_DIGIT || matches!(byte, b'=' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::is_base64_once;

    #[test]
    fn only_the_standard_alphabet_with_padding_passes() {
        let good = ["iVBORw0KGgo=", "AAAA", "+/8=", "QQ==", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"];
        for text in good {
            assert!(is_base64_once(text.as_bytes()), "{text}");
        }
        let long = "A".repeat(400) + "*AAA";
        let bad = [
            "",
            "=",
            "====",
            "A===",
            "AAA",
            "AAAA=",
            "AA A",
            "AA\\/",
            "-_8=",
            "data:image/png;base64,AAAA",
            "é",
            &long,
        ];
        for text in bad {
            assert!(!is_base64_once(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_picture_that_was_encoded_twice_is_told() {
        // base64 of "iVBORw0KGgoAAAANSUhEUg==".
        assert!(!is_base64_once(b"aVZCT1J3MEtHZ29BQUFBTlNVaEVVZz09"));
    }
}
