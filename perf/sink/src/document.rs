//! The root fields of a GraphQL document, found by looking for brackets: a sink needs no grammar.

/// One root field: what its answer is called, what it is, and its arguments as written.
#[derive(Debug, PartialEq, Eq)]
pub struct Field<'d> {
    pub alias: &'d str,
    pub name: &'d str,
    pub arguments: &'d str,
}

/// Lists the root fields of the first operation; as far as it can be read.
pub fn root_fields(document: &str) -> Vec<Field<'_>> {
    let mut rest = after_head(document);
    let mut fields = Vec::new();
    while let Some((field, after)) = next_field(rest) {
        fields.push(field);
        rest = after;
    }
    fields
}

/// The variable or the literal that an argument of this name has, wherever it is nested.
pub fn argument<'d>(arguments: &'d str, name: &str) -> Option<&'d str> {
    arguments.match_indices(name).find_map(|(at, _)| {
        let begins = !arguments[..at].ends_with(is_word);
        let value = arguments[at + name.len()..].trim_start().strip_prefix(':')?.trim_start();
        let end = value.find([',', ' ', '}', ')', '\n', '\r']).unwrap_or(value.len());
        begins.then_some(&value[..end])
    })
}

/// What stands behind the first brace that is in no parentheses.
fn after_head(document: &str) -> &str {
    let mut depth = 0_usize;
    for (at, letter) in document.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '{' if depth == 0 => return &document[at + 1..],
            _ => {}
        }
    }
    ""
}

fn next_field(text: &str) -> Option<(Field<'_>, &str)> {
    let (mut name, mut rest) = word(text.trim_start_matches([' ', '\n', '\r', '\t', ',']))?;
    let alias = name;
    if let Some(after) = rest.strip_prefix(':') {
        (name, rest) = word(after.trim_start())?;
    }
    let (arguments, rest) = bracketed(rest, '(', ')');
    let (_, rest) = bracketed(rest, '{', '}');
    Some((Field { alias, name, arguments }, rest))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|letter| !is_word(letter)).unwrap_or(text.len());
    (end > 0).then(|| (&text[..end], text[end..].trim_start()))
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Splits off what stands in brackets at the beginning, if anything does.
fn bracketed(text: &str, open: char, close: char) -> (&str, &str) {
    if !text.starts_with(open) {
        return ("", text);
    }
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            if depth == 0 {
                return (&text[1..at], text[at + 1..].trim_start());
            }
        }
    }
    (&text[1..], "")
}

#[cfg(test)]
mod tests {
    use super::{argument, root_fields};

    #[test]
    fn finds_aliased_fields_with_their_arguments() {
        let document = "query Imports($project: ID!, $name0: String!) { import0: labelImport(where: \
                        {projectId: $project, name: $name0}) { id name } project { id } }";
        let fields = root_fields(document);
        assert_eq!(fields.len(), 2);
        assert_eq!((fields[0].alias, fields[0].name), ("import0", "labelImport"));
        assert_eq!(argument(fields[0].arguments, "name"), Some("$name0"));
        assert_eq!((fields[1].alias, fields[1].name), ("project", "project"));
    }
}
