//! Judges one row and packs what is known of it into the ROW that Python sees.

use crate::code::{Code, Fault};
use crate::fields::{Fields, Payload, read};
use crate::key::{Hasher, Tag, halves};
use crate::kind::Kind;
use crate::rules::{self, Named};
use xxhash_rust::xxh3::xxh3_128;

/// Bytes of a packed ROW. Its fields are written by [`Row::pack`]; their twin is `ROW` in
/// `bulkimport/native.py`, and a test there compares the two.
pub const ROW_BYTES: usize = 88;

/// Flag: the data row is known.
pub const HAS_KEY: u8 = 1;
/// Flag: the row has a uuid.
pub const HAS_UUID: u8 = 2;
/// Flag: the data row is named by its id, else by its global key.
pub const KEY_IS_ID: u8 = 4;
/// Flag: the feature is named, by name or schema id.
pub const HAS_NAME: u8 = 8;
/// Flag: `isBenchmarkReferenceLabel` is true.
pub const HAS_BENCHMARK: u8 = 16;
/// Flag: the feature is named by its schema id, since the row has no name.
pub const NAME_IS_SCHEMA_ID: u8 = 32;

/// U+FEFF at the start of a text, which RFC 8259 forbids.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of a row as far as it is UTF-8, and whether that is all of it.
#[derive(Clone, Copy)]
pub struct RowText<'t> {
    /// The longest prefix that is UTF-8.
    pub text: &'t str,
    /// Whether nothing follows the prefix.
    pub whole: bool,
}

impl<'t> RowText<'t> {
    /// Looks how far `bytes` are UTF-8.
    #[must_use]
    pub fn new(bytes: &'t [u8]) -> Self {
        match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => Self { text, whole: true },
            Err(error) => {
                let sound = &bytes[..error.valid_up_to()];
                Self { text: str::from_utf8(sound).unwrap_or_default(), whole: false }
            }
        }
    }
}

/// What the rules say of a row, each by itself, and the fault that decides.
pub struct Judged<'t> {
    /// Its data row.
    pub reference: Result<Named<'t>, Fault>,
    /// Its own UUID.
    pub uuid: Result<Option<u128>, Fault>,
    /// What it carries.
    pub payload: Result<Payload, Fault>,
    /// The feature it is of.
    pub name: Result<Option<Named<'t>>, Fault>,
    /// `isBenchmarkReferenceLabel` is true.
    pub benchmark: bool,
    /// The first fault: that of the grammar, or else of the rules in their order.
    pub fault: Option<Fault>,
}

/// Judges a row. Of one with a fault of the grammar the rules see what was read before it, but a
/// byte order mark does not hide the row behind it.
#[must_use]
pub fn judge(row: RowText<'_>, depth: usize) -> Judged<'_> {
    if let Some(text) = row.text.strip_prefix(BYTE_ORDER_MARK) {
        let (fields, _) = read(text, depth);
        let mark = Fault { code: Code::Bom, at: 0, end: BYTE_ORDER_MARK.len() };
        Judged::new(text, &fields, Some(mark))
    } else {
        let (fields, broken) = read(row.text, depth);
        Judged::new(row.text, &fields, grammar(row, broken))
    }
}

// A fault at the end of the sound prefix is owed to the bytes behind it.
fn grammar(row: RowText, broken: Option<Fault>) -> Option<Fault> {
    let end = row.text.len();
    match broken {
        Some(fault) if row.whole || fault.at < end => Some(fault),
        _ if row.whole => None,
        _ => Some(Fault::here(Code::Utf8, end)),
    }
}

impl<'t> Judged<'t> {
    fn new(text: &'t str, fields: &Fields, grammar: Option<Fault>) -> Self {
        let reference = rules::reference(text, fields);
        let uuid = rules::uuid(text, fields);
        let payload = rules::payload(fields);
        let name = rules::name(text, fields);
        let fault = grammar
            .or_else(|| rules::object(fields).err())
            .or_else(|| reference.as_ref().err().copied())
            .or_else(|| uuid.as_ref().err().copied())
            .or_else(|| payload.as_ref().err().copied())
            .or_else(|| name.as_ref().err().copied());
        Self { reference, uuid, payload, name, benchmark: fields.benchmark, fault }
    }
}

/// Where a row stands in the input.
pub struct Place {
    /// Which source.
    pub source: u32,
    /// Line, from 1; the largest number stands for all beyond.
    pub line: u32,
    /// Offset of the first byte in the source.
    pub offset: u64,
}

/// What is known of a row.
#[derive(Default)]
pub struct Row {
    key: [u64; 2],
    uuid: [u64; 2],
    name: u64,
    spelling: u64,
    code: u16,
    kind: u8,
    flags: u8,
}

impl Row {
    /// Sums up what was judged; of a bad row, all that is sound by itself.
    #[must_use]
    pub fn new(judged: &Judged, hasher: &mut Hasher) -> Self {
        let mut row = Self {
            code: judged.fault.map_or(Code::Ok, |fault| fault.code).number(),
            kind: judged.payload.as_ref().map_or(Kind::None, |payload| payload.kind).number(),
            flags: if judged.benchmark { HAS_BENCHMARK } else { 0 },
            ..Self::default()
        };
        if let Ok((tag, key)) = &judged.reference {
            row.flags |= HAS_KEY | if *tag == Tag::Id { KEY_IS_ID } else { 0 };
            row.key = halves(hasher.key(*tag, key));
            row.spelling = hasher.spelling(*tag, key);
        }
        if let Ok(Some(uuid)) = judged.uuid {
            row.flags |= HAS_UUID;
            row.uuid = halves(uuid);
        }
        if let Ok(Some((tag, name))) = &judged.name {
            row.flags |= HAS_NAME | if *tag == Tag::SchemaId { NAME_IS_SCHEMA_ID } else { 0 };
            row.name = hasher.spelling(*tag, name);
        }
        row
    }

    /// Appends the ROW, little-endian, to `rows`.
    pub fn pack(&self, place: &Place, bytes: &[u8], rows: &mut Vec<u8>) {
        let content = halves(xxh3_128(bytes));
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let words = [self.key, self.uuid, content, [self.name, self.spelling]];
        for word in words.as_flattened() {
            rows.extend_from_slice(&word.to_le_bytes());
        }
        rows.extend_from_slice(&place.offset.to_le_bytes());
        for half in [length, place.source, place.line] {
            rows.extend_from_slice(&half.to_le_bytes());
        }
        rows.extend_from_slice(&self.code.to_le_bytes());
        rows.extend_from_slice(&[self.kind, self.flags]);
    }
}
