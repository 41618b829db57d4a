//! The pattern of a status line: most lines of a file differ in their uuid and data row alone.
//!
//! A line that is read by the pattern of one before it has the same bytes around its texts, so it
//! has the same grammar and the same outcome; its texts are plain, so they end where their quote
//! stands. What does not fit is read by the grammar.

use crate::text::plain_run;
use std::ops::Range;

/// Places of the texts in a line: uuid, id, global key.
pub const TEXTS: usize = 3;

/// What stands between the texts of a line, in the order in which they stand there.
#[derive(Debug)]
pub struct Pattern {
    /// What stands before each text, and which of the three it is.
    before: Vec<(Vec<u8>, usize)>,
    behind: Vec<u8>,
}

impl Pattern {
    /// The pattern of a line that was read by the grammar, whose `texts` (without their quotes) are
    /// plain; of those that are missing it has none.
    #[must_use]
    pub fn of(line: &[u8], texts: [Option<Range<usize>>; TEXTS]) -> Option<Self> {
        let mut spans: Vec<(Range<usize>, usize)> =
            texts.into_iter().zip(0..).filter_map(|(span, which)| Some((span?, which))).collect();
        spans.sort_by_key(|(span, _)| span.start);
        let mut at = 0;
        let mut before = Vec::with_capacity(TEXTS);
        for (span, which) in spans {
            if plain_run(&line[span.start..]) != span.len() {
                return None;
            }
            before.push((line.get(at..span.start)?.to_vec(), which));
            at = span.end;
        }
        Some(Self { before, behind: line[at..].to_vec() })
    }

    /// The texts of a line that has this pattern.
    #[must_use]
    pub fn texts<'l>(&self, line: &'l [u8]) -> Option<[Option<&'l [u8]>; TEXTS]> {
        let mut texts = [None; TEXTS];
        let mut rest = line;
        for (before, which) in &self.before {
            rest = rest.strip_prefix(before.as_slice())?;
            let (text, after) = rest.split_at(plain_run(rest));
            if !text.is_ascii() {
                simdutf8::basic::from_utf8(text).ok()?;
            }
            texts[*which] = Some(text);
            rest = after;
        }
        (rest == self.behind).then_some(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn texts<'l>(pattern: &Pattern, line: &'l str) -> Option<[Option<&'l str>; 3]> {
        let texts = pattern.texts(line.as_bytes())?;
        Some(texts.map(|text| text.map(|text| str::from_utf8(text).expect("UTF-8"))))
    }

    #[test]
    fn a_line_fits_when_only_its_texts_differ() {
        let line = r#"{"dataRow":{"id":"ab"},"uuid":"u1"}"#;
        let pattern = Pattern::of(line.as_bytes(), [Some(31..33), Some(18..20), None]).unwrap();
        assert_eq!(texts(&pattern, line), Some([Some("u1"), Some("ab"), None]));
        let other = r#"{"dataRow":{"id":"longer é"},"uuid":""}"#;
        assert_eq!(texts(&pattern, other), Some([Some(""), Some("longer é"), None]));
        for stranger in [
            r#"{"dataRow":{"id":"ab"},"uuid":"u1"} "#,
            r#"{"dataRow":{"id":"ab"},"uuid":"u1""#,
            r#"{"dataRow":{"id":"a\"b"},"uuid":"u1"}"#,
            r#"{"dataRow":{"id":"ab","x":1},"uuid":"u1"}"#,
            "{\"dataRow\":{\"id\":\"a\u{1}b\"},\"uuid\":\"u1\"}",
            "",
        ] {
            assert_eq!(texts(&pattern, stranger), None, "{stranger}");
        }
        assert_eq!(pattern.texts(b"{\"dataRow\":{\"id\":\"\xff\"},\"uuid\":\"u1\"}"), None);
    }

    #[test]
    fn an_escaped_text_makes_no_pattern() {
        assert!(Pattern::of(br#"{"uuid":"a\"b"}"#, [Some(9..13), None, None]).is_none());
        let none = Pattern::of(b"{}", [None, None, None]).unwrap();
        assert_eq!(none.texts(b"{}"), Some([None; 3]));
        assert_eq!(none.texts(b"{ }"), None);
    }
}
