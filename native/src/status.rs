//! Reads the status file of an import: which row it speaks of, and whether it was taken.

use crate::cursor::{Shape, Value};
use crate::fields::{Fields, read};
use crate::key::{Hasher, Tag, halves};
use crate::lines::{Lines, whole_lines};
use crate::nesting::DEEPEST;
use crate::pattern::{Pattern, TEXTS};

/// Bytes of a packed STATUS. Its fields are written by [`Status::pack`]; their twin is `STATUS` in
/// `bulkimport/native.py`, and a test there compares the two.
pub const STATUS_BYTES: usize = 64;

/// Flag: the line names a uuid.
pub const HAS_UUID: u8 = 1;
/// Flag: the line names a data row by id.
pub const HAS_ID: u8 = 2;
/// Flag: the line names a data row by global key.
pub const HAS_GLOBAL: u8 = 4;

const UNREADABLE: u8 = 0;
const SUCCESS: u8 = 1;
const FAILURE: u8 = 2;
const OTHER: u8 = 3;

/// What one line says. Whatever it lacks, or says in another type, is left out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Status {
    uuid: [u64; 2],
    id: [u64; 2],
    global_key: [u64; 2],
    outcome: u8,
    flags: u8,
}

/// Reads the whole lines of a block, in the `last` block also one without a line feed. Gives the
/// bytes consumed and one packed STATUS for each line that is not blank.
#[must_use]
pub fn scan_statuses(block: &[u8], last: bool) -> (usize, Vec<u8>) {
    let consumed = whole_lines(block, last);
    let block = &block[..consumed];
    let mut hasher = Hasher::default();
    let mut statuses = Vec::with_capacity(consumed / 96 * STATUS_BYTES);
    let mut last: Option<Like> = None;
    for line in Lines::new(block) {
        let (offset, length) = (line.span.start, line.span.len());
        let line = &block[line.span];
        let known = last.as_ref().and_then(|like| like.read(line, &mut hasher));
        let status = known.unwrap_or_else(|| {
            let (status, pattern) = Status::read(line, &mut hasher);
            last = pattern.map(|pattern| Like { pattern, outcome: status.outcome });
            status
        });
        status.pack(offset, length, &mut statuses);
    }
    (consumed, statuses)
}

/// The last line that was read by the grammar: its pattern and its outcome.
struct Like {
    pattern: Pattern,
    outcome: u8,
}

impl Like {
    fn read(&self, line: &[u8], hasher: &mut Hasher) -> Option<Status> {
        let texts = self.pattern.texts(line)?;
        let mut status = Status { outcome: self.outcome, ..Status::default() };
        status.note(texts, hasher);
        Some(status)
    }
}

impl Status {
    fn read(line: &[u8], hasher: &mut Hasher) -> (Self, Option<Pattern>) {
        let Ok(text) = simdutf8::basic::from_utf8(line) else { return (Self::default(), None) };
        let (fields, fault) = read(text, DEEPEST);
        if fault.is_some() || !text.starts_with('{') {
            return (Self { outcome: UNREADABLE, ..Self::default() }, None);
        }
        let mut status = Self { outcome: outcome(text, &fields), ..Self::default() };
        let values = [fields.uuid, fields.id, fields.global_key];
        let texts = values.map(|value| value?.text(text));
        status.note(texts.each_ref().map(Option::as_deref), hasher);
        let inside = |value: Value| value.start + 1..value.end - 1;
        let is_text = |value: &Value| matches!(value.shape, Shape::Text { .. });
        let pattern = Pattern::of(line, values.map(|value| value.filter(is_text).map(inside)));
        (status, pattern)
    }

    // Takes uuid, id and global key, as far as they say something.
    fn note(&mut self, texts: [Option<&str>; TEXTS], hasher: &mut Hasher) {
        let [uuid, id, key] = texts.map(|text| text.filter(|words| !words.is_empty()));
        if let Some(uuid) = uuid.and_then(crate::uuid::parse) {
            self.flags |= HAS_UUID;
            self.uuid = halves(uuid);
        }
        if let Some(id) = id {
            self.flags |= HAS_ID;
            self.id = halves(hasher.key(Tag::Id, id.as_bytes()));
        }
        if let Some(key) = key {
            self.flags |= HAS_GLOBAL;
            self.global_key = halves(hasher.key(Tag::GlobalKey, key.as_bytes()));
        }
    }

    fn pack(&self, offset: usize, length: usize, statuses: &mut Vec<u8>) {
        let words = [self.uuid, self.id, self.global_key];
        for word in words.as_flattened() {
            statuses.extend_from_slice(&word.to_le_bytes());
        }
        statuses.extend_from_slice(&(offset as u64).to_le_bytes());
        statuses.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        statuses.extend_from_slice(&[self.outcome, self.flags, 0, 0]);
    }
}

fn outcome(text: &str, fields: &Fields) -> u8 {
    match fields.status.and_then(|value| value.text(text)).as_deref() {
        Some("SUCCESS") => SUCCESS,
        Some("FAILURE") => FAILURE,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        FAILURE, HAS_GLOBAL, HAS_ID, HAS_UUID, Hasher, OTHER, STATUS_BYTES, SUCCESS, Status,
        UNREADABLE, scan_statuses,
    };

    const UUID: &str = "73dd0422-8c21-5372-bced-44449b17d66b";

    #[test]
    fn a_line_says_what_it_says_and_no_more() {
        let all = HAS_UUID | HAS_ID | HAS_GLOBAL;
        let table = [
            (
                r#"{"uuid":"UUID","dataRow":{"id":"a","globalKey":"b"},"status":"SUCCESS"}"#,
                SUCCESS,
                all,
            ),
            (r#"{"dataRow":{"id":"a"},"status":"FAILURE","errors":[{"x":1}]}"#, FAILURE, HAS_ID),
            (r#"{"dataRow":{"globalKey":"b"},"status":"success"}"#, OTHER, HAS_GLOBAL),
            (r#"{"uuid":7,"dataRow":{"id":null,"globalKey":""},"status":[]}"#, OTHER, 0),
            (r#"{"uuid":"x","dataRow":"a"}"#, OTHER, 0),
            ("{}", OTHER, 0),
            ("[]", UNREADABLE, 0),
            (r#"{"status":"SUCCESS""#, UNREADABLE, 0),
            ("\u{feff}{}", UNREADABLE, 0),
        ];
        for (line, outcome, flags) in table {
            let line = line.replace("UUID", UUID);
            let (status, _) = Status::read(line.as_bytes(), &mut Hasher::default());
            assert_eq!((status.outcome, status.flags), (outcome, flags), "{line}");
        }
        assert_eq!(Status::read(b"\xff", &mut Hasher::default()).0, Status::default());
    }

    #[test]
    fn lines_alike_are_read_as_they_are_read_alone() {
        let line = |uuid: &str, id: &str, status: &str| {
            format!(r#"{{"uuid":"{uuid}","dataRow":{{"id":"{id}"}},"status":"{status}"}}"#)
        };
        let lines = [
            line(UUID, "a", "SUCCESS"),
            line(&UUID.replace('7', "8"), "b", "SUCCESS"),
            line("no uuid", "", "SUCCESS"),
            line(UUID, r#"a\"b"#, "SUCCESS"),
            line(UUID, "c", "FAILURE"),
            line("", "c", "FAILURE"),
            line(UUID, "d", "FAILURE") + ",",
            line(UUID, "d", "FAILURE"),
            String::from(r#"{"status":"SUCCESS","uuid":null}"#),
            String::from(r#"{"status":"SUCCESS","uuid":null}"#),
        ];
        let block = lines.join("\n");
        let (_, together) = scan_statuses(block.as_bytes(), true);
        let alone = lines.iter().flat_map(|line| scan_statuses(line.as_bytes(), true).1);
        let rows = |packed: Vec<u8>| {
            let no_place = |row: &[u8]| [&row[..48], &row[56..]].concat();
            packed.chunks_exact(STATUS_BYTES).map(no_place).collect::<Vec<_>>()
        };
        assert_eq!(rows(together), rows(alone.collect()));
    }

    #[test]
    fn a_line_that_is_not_finished_waits_for_the_next_block() {
        let block = b"{}\n\n{\"status\":\"SUCCESS\"}";
        let (consumed, statuses) = scan_statuses(block, false);
        assert_eq!((consumed, statuses.len()), (4, STATUS_BYTES));
        let (consumed, statuses) = scan_statuses(block, true);
        assert_eq!((consumed, statuses.len()), (block.len(), 2 * STATUS_BYTES));
        assert_eq!(statuses[STATUS_BYTES + 48], 4, "the offset in the block");
    }
}
