//! Says where in a row a byte stands, as a JSON path such as `$.polygon[3].x`.

use crate::cursor::{Cursor, Value};
use crate::quote::quote;
use std::fmt::Write as _;

/// Characters of one key that a path shows at most.
const KEY_CHARACTERS: usize = 64;

enum Step {
    /// In an object, behind this key; before the first and between two there is none.
    Member(Option<Value>),
    /// In a list, at this place; behind an element there is none.
    Element { next: usize, inside: bool },
}

/// The path of the innermost value or member in which byte `at` stands. Up to there the row must
/// be sound; what follows is not looked at.
#[must_use]
pub fn path_at(text: &str, at: usize) -> String {
    paths_at(text, &[at]).pop().unwrap_or_default()
}

/// As [`path_at`], the paths of many places, which ascend: in one walk, however many they are.
#[must_use]
pub fn paths_at(text: &str, places: &[usize]) -> Vec<String> {
    let paths = Vec::with_capacity(places.len());
    let mut walk = Walk { cursor: Cursor::new(text, 0), steps: Vec::new(), places, paths };
    walk.cursor.space();
    let mut going = walk.value();
    while going.is_some() && !walk.steps.is_empty() {
        walk.cursor.space();
        going = walk.next();
    }
    walk.before(usize::MAX);
    walk.paths
}

struct Walk<'t> {
    cursor: Cursor<'t>,
    steps: Vec<Step>,
    places: &'t [usize],
    paths: Vec<String>,
}

// Each step of the walk gives nothing once all places have been reached, or what follows is broken.
impl Walk<'_> {
    fn value(&mut self) -> Option<()> {
        self.before(self.cursor.at() + 1)?;
        if self.cursor.take(b'{') {
            self.steps.push(Step::Member(None));
        } else if self.cursor.take(b'[') {
            self.steps.push(Step::Element { next: 0, inside: false });
        } else {
            let end = self.cursor.scalar().ok()?.end;
            self.before(end)?;
            self.leave();
        }
        Some(())
    }

    // Behind a value its step is no longer part of the path.
    fn leave(&mut self) {
        match self.steps.last_mut() {
            Some(Step::Member(key)) => *key = None,
            Some(Step::Element { inside, .. }) => *inside = false,
            None => {}
        }
    }

    fn next(&mut self) -> Option<()> {
        self.before(self.cursor.at())?;
        if self.cursor.take(b'}') || self.cursor.take(b']') {
            self.before(self.cursor.at())?;
            self.steps.pop();
            self.leave();
            return Some(());
        }
        if self.cursor.take(b',') {
            self.before(self.cursor.at())?;
            self.cursor.space();
        }
        match self.steps.last_mut()? {
            Step::Member(key) => *key = Some(self.cursor.key().ok()?),
            Step::Element { next, inside } => {
                *next += 1;
                *inside = true;
            }
        }
        self.value()
    }

    // The places before `end` are where the walk is now; nothing when they are the last.
    fn before(&mut self, end: usize) -> Option<()> {
        while let Some((place, others)) = self.places.split_first() {
            if *place >= end {
                return Some(());
            }
            self.paths.push(spell(self.cursor.whole(), &self.steps));
            self.places = others;
        }
        None
    }
}

fn spell(text: &str, steps: &[Step]) -> String {
    let mut path = String::from("$");
    for step in steps {
        // Writing into a String cannot fail.
        let _ = match step {
            Step::Member(Some(key)) => spell_key(&mut path, &key.text(text).unwrap_or_default()),
            Step::Element { next, inside: true } => write!(path, "[{}]", next - 1),
            Step::Member(None) | Step::Element { inside: false, .. } => Ok(()),
        };
    }
    path
}

fn spell_key(path: &mut String, key: &str) -> std::fmt::Result {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !key.is_empty() && key.len() <= KEY_CHARACTERS && key.bytes().all(word) {
        write!(path, ".{key}")
    } else {
        write!(path, "[\"{}\"]", quote(key, KEY_CHARACTERS))
    }
}

#[cfg(test)]
mod tests {
    use super::{path_at, paths_at};

    #[test]
    fn a_place_is_named_by_its_keys_and_numbers() {
        let row = r#"{"dataRow": {"id":"a"}, "polygon":[{"x":1},{"x":2,"y":30}] ,"a b":{"":4}}"#;
        let table = [
            ("{\"dataRow", "$"),
            ("dataRow", "$.dataRow"),
            ("{\"id", "$.dataRow"),
            ("id", "$.dataRow.id"),
            ("a\"}", "$.dataRow.id"),
            ("}, ", "$.dataRow"),
            (", \"p", "$"),
            ("[{", "$.polygon"),
            ("{\"x\":2", "$.polygon[1]"),
            ("0}", "$.polygon[1].y"),
            ("}] ", "$.polygon[1]"),
            ("] ", "$.polygon"),
            (" ,", "$"),
            ("4}", "$[\"a b\"][\"\"]"),
        ];
        for (there, path) in table {
            assert_eq!(path_at(row, row.find(there).expect("in the row")), path, "{there}");
        }
    }

    #[test]
    fn many_places_are_named_as_each_alone() {
        for row in [
            r#" {"a": [1, {"b":"}]"} ,[ ] ,-2.5e3], "c\"d": {}, "e":[[[]],null] } "#,
            r#"{"a":[1,{"b":tru}],"c":[]}"#,
            r#"{"a":[1 2]}"#,
            "[1,]",
            "7",
            "",
        ] {
            let places: Vec<_> = (0..=row.len() + 1).flat_map(|at| [at, at]).collect();
            let alone: Vec<_> = places.iter().map(|at| path_at(row, *at)).collect();
            assert_eq!(paths_at(row, &places), alone, "{row}");
        }
    }

    #[test]
    fn what_follows_the_place_may_be_broken() {
        let table = [
            ("[1,]", 3, "$[1]"),
            (r#"{"a":tru}"#, 8, "$.a"),
            (r#"{"a":1 x}"#, 7, "$"),
            (r#"{"a":1,}"#, 7, "$"),
            (r#"{"a":"b"#, 7, "$.a"),
            ("", 0, "$"),
            ("x", 0, "$"),
            ("1 2", 2, "$"),
            ("[[[[", 4, "$[0][0][0][0]"),
        ];
        for (row, at, path) in table {
            assert_eq!(path_at(row, at), path, "{row}");
        }
    }

    #[test]
    fn wide_rows_are_walked_like_deep_ones() {
        let row = format!("[{}x", "[],".repeat(3000));
        assert_eq!(path_at(&row, row.len() - 1), "$[3000]");
    }
}
