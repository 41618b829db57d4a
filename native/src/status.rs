//! Reads the status file of an import: which row it speaks of, and whether it was taken.

use crate::cursor::{Shape, Value};
use crate::fields::{Fields, read};
use crate::key::{Hasher, Tag, halves};
use crate::lines::Lines;
use crate::nesting::DEEPEST;
use crate::pattern::{Pattern, TEXTS};

/// Words of a packed STATUS. Its fields are written by [`Status::pack`]; their twin is `STATUS` in
/// `bulkimport/native.py`, and a test there compares the two.
pub const STATUS_WORDS: usize = 8;

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
pub struct Status {
    uuid: [u64; 2],
    id: [u64; 2],
    global_key: [u64; 2],
    outcome: u8,
    flags: u8,
}

/// Reads lines that are mostly alike.
#[derive(Default)]
pub struct Reader {
    keys: Keys,
    last: Option<Like>,
}

/// Hashes of data row keys: rows of one data row mostly stand together.
#[derive(Default)]
struct Keys {
    hasher: Hasher,
    // Of the last id and the last global key.
    last: [(Vec<u8>, [u64; 2]); 2],
}

impl Keys {
    fn hash(&mut self, tag: Tag, key: &[u8]) -> [u64; 2] {
        let (last, hash) = &mut self.last[usize::from(tag == Tag::GlobalKey)];
        if last != key {
            last.clear();
            last.extend_from_slice(key);
            *hash = halves(self.hasher.key(tag, key));
        }
        *hash
    }
}

impl Reader {
    /// Reads a block of whole lines and hands on each that is not blank.
    pub fn read(&mut self, block: &[u8], mut take: impl FnMut(Status, &[u8])) {
        for line in Lines::new(block) {
            let line = &block[line.span];
            let known = self.last.as_ref().and_then(|like| like.read(line, &mut self.keys));
            let status = known.unwrap_or_else(|| {
                let (status, pattern) = Status::read(line, &mut self.keys);
                self.last = pattern.map(|pattern| Like { pattern, outcome: status.outcome });
                status
            });
            take(status, line);
        }
    }
}

/// The last line that was read by the grammar: its pattern and its outcome.
#[derive(Debug)]
struct Like {
    pattern: Pattern,
    outcome: u8,
}

impl Like {
    fn read(&self, line: &[u8], keys: &mut Keys) -> Option<Status> {
        let texts = self.pattern.texts(line)?;
        let mut status = Status { outcome: self.outcome, ..Status::default() };
        status.note(texts, keys);
        Some(status)
    }
}

impl Status {
    fn read(line: &[u8], keys: &mut Keys) -> (Self, Option<Pattern>) {
        let Ok(text) = simdutf8::basic::from_utf8(line) else { return (Self::default(), None) };
        let (fields, fault) = read(text, DEEPEST);
        if fault.is_some() || !text.starts_with('{') {
            return (Self { outcome: UNREADABLE, ..Self::default() }, None);
        }
        let mut status = Self { outcome: outcome(text, &fields), ..Self::default() };
        let values = [fields.uuid, fields.id, fields.global_key];
        let texts = values.map(|value| value?.text(text));
        status.note(texts.each_ref().map(|text| text.as_deref().map(str::as_bytes)), keys);
        let inside = |value: Value| value.start + 1..value.end - 1;
        let is_text = |value: &Value| matches!(value.shape, Shape::Text { .. });
        let pattern = Pattern::of(line, values.map(|value| value.filter(is_text).map(inside)));
        (status, pattern)
    }

    // Takes uuid, id and global key, as far as they say something.
    fn note(&mut self, texts: [Option<&[u8]>; TEXTS], keys: &mut Keys) {
        let [uuid, id, key] = texts.map(|text| text.filter(|words| !words.is_empty()));
        if let Some(uuid) = uuid.and_then(crate::uuid::parse) {
            self.flags |= HAS_UUID;
            self.uuid = halves(uuid);
        }
        if let Some(id) = id {
            self.flags |= HAS_ID;
            self.id = keys.hash(Tag::Id, id);
        }
        if let Some(key) = key {
            self.flags |= HAS_GLOBAL;
            self.global_key = keys.hash(Tag::GlobalKey, key);
        }
    }

    /// Whether the row was taken.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.outcome == SUCCESS
    }

    /// The row's uuid, if the line names one.
    #[must_use]
    pub fn uuid(&self) -> Option<[u64; 2]> {
        (self.flags & HAS_UUID != 0).then_some(self.uuid)
    }

    /// Appends the STATUS of a line with this place.
    pub fn pack(&self, offset: usize, length: usize, statuses: &mut Vec<u64>) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let last = u64::from(length) | u64::from(self.outcome) << 32 | u64::from(self.flags) << 40;
        let [uuid, id, key] =
            [self.uuid, self.id, self.global_key].map(|word| word.map(u64::to_le));
        statuses.extend([uuid, id, key].as_flattened());
        statuses.extend([(offset as u64).to_le(), last.to_le()]);
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
        FAILURE, HAS_GLOBAL, HAS_ID, HAS_UUID, Keys, OTHER, Reader, STATUS_WORDS, SUCCESS, Status,
        UNREADABLE,
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
            let (status, _) = Status::read(line.as_bytes(), &mut Keys::default());
            assert_eq!((status.outcome, status.flags), (outcome, flags), "{line}");
        }
        assert_eq!(Status::read(b"\xff", &mut Keys::default()).0, Status::default());
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
        let mut together = Vec::new();
        Reader::default().read(lines.join("\n").as_bytes(), |status, _| together.push(status));
        let mut alone = Vec::new();
        for line in &lines {
            Reader::default().read(line.as_bytes(), |status, _| alone.push(status));
        }
        assert_eq!(together, alone);
    }

    #[test]
    fn a_status_is_packed_into_its_words() {
        let mut words = Vec::new();
        Status { outcome: FAILURE, flags: HAS_ID, ..Status::default() }.pack(9, 7, &mut words);
        assert_eq!(words.len(), STATUS_WORDS);
        assert_eq!(words[6..], [9, 7 | 2 << 32 | 2 << 40].map(u64::to_le));
    }
}
