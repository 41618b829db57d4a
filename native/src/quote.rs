//! Quotes what was found in a row, short and harmless to terminals and logs.

/// The first characters of `text`, at most `most` of them. Control characters are written as
/// escapes, what is left out as `…`. A query behind `://` is left out, since it may carry access.
#[must_use]
pub fn quote(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most + 1).map_or(text.len(), |(end, _)| end);
    let (shown, hidden) = without_query(&text[..end]);
    let mut quoted = String::new();
    let mut count = 0;
    for letter in shown.chars() {
        let spelled: String =
            if plain(letter) { letter.into() } else { letter.escape_unicode().collect() };
        count += spelled.chars().count();
        if count >= most {
            return quoted + "…";
        }
        quoted += &spelled;
    }
    if hidden { quoted + "…" } else { quoted }
}

fn without_query(text: &str) -> (&str, bool) {
    let query = text.find("://").and_then(|url| text[url..].find('?').map(|at| url + at));
    query.map_or((text, false), |at| (&text[..=at], true))
}

// Neither a control nor one of the invisible letters that turn the direction of a line.
fn plain(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_are_short_and_harmless() {
        let table = [
            ("", ""),
            ("12345678", "12345678"),
            ("123456789", "123456789"),
            ("1234567890", "123456789…"),
            ("a\0b", "a\\u{0}b"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{202e}x", "\\u{202e}x"),
            ("a://b?key", "a://b?…"),
            ("what?", "what?"),
        ];
        for (text, quoted) in table {
            assert_eq!(quote(text, 10), quoted, "{text}");
        }
    }
}
