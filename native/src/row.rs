//! Judges one row by the rules, and packs what is known of it into the ROW that Python sees.

use crate::code::{Code, Fault};
use crate::fields::{Fields, Payload, read};
use crate::key::{Hasher, Tag, halves};
use crate::kind::Kind;
use crate::rules::{self, Named};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_128;

/// Bytes of a [`Row`].
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
/// Flag: the row goes with a warning; set by Python, once the rules have been asked.
pub const WARNED: u8 = 64;

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

/// What a name is of, and its bytes, without escapes.
pub type Spelled<'t> = (Tag, Cow<'t, [u8]>);

/// What is known of a row: of a bad one, all that is sound by itself.
pub struct Known<'t> {
    /// The verdict.
    pub code: Code,
    /// What it carries.
    pub kind: Kind,
    /// Its data row.
    pub reference: Option<Spelled<'t>>,
    /// Its own UUID.
    pub uuid: Option<u128>,
    /// The feature it is of.
    pub name: Option<Spelled<'t>>,
    /// `isBenchmarkReferenceLabel` is true.
    pub benchmark: bool,
}

impl<'t> From<Judged<'t>> for Known<'t> {
    fn from(judged: Judged<'t>) -> Self {
        Self {
            code: judged.fault.map_or(Code::Ok, |fault| fault.code),
            kind: judged.payload.map_or(Kind::None, |payload| payload.kind),
            reference: judged.reference.ok().map(spelled),
            uuid: judged.uuid.ok().flatten(),
            name: judged.name.ok().flatten().map(spelled),
            benchmark: judged.benchmark,
        }
    }
}

fn spelled((tag, name): Named<'_>) -> Spelled<'_> {
    let bytes = match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.as_bytes()),
        Cow::Owned(name) => Cow::Owned(name.into_bytes()),
    };
    (tag, bytes)
}

/// Where a row stands in the input.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which source.
    pub source: u32,
    /// Line, from 1; the largest number stands for all beyond.
    pub line: u32,
    /// Offset of the first byte in the source.
    pub offset: u64,
}

/// A ROW as it is handed to Python: its fields one behind the other, in words that lie in memory
/// low byte first. Their twin is `ROW` in `bulkimport/native.py`, and a test there compares them.
pub type Row = [u64; ROW_BYTES / 8];

/// Packs what is known of the row that stands at `place` and is spelled by `bytes`.
#[must_use]
#[inline]
pub fn pack(known: &Known, place: Place, bytes: &[u8], hasher: &mut Hasher) -> Row {
    let mut flags = if known.benchmark { HAS_BENCHMARK } else { 0 };
    let (mut key, mut spelling, mut name) = ([0; 2], 0, 0);
    if let Some((tag, text)) = &known.reference {
        flags |= HAS_KEY | if *tag == Tag::Id { KEY_IS_ID } else { 0 };
        (key, spelling) = hasher.reference(*tag, text);
    }
    if let Some((tag, text)) = &known.name {
        flags |= HAS_NAME | if *tag == Tag::SchemaId { NAME_IS_SCHEMA_ID } else { 0 };
        name = hasher.spelling(*tag, text);
    }
    // The content is part of the uuid that is filled in where there is none.
    let (uuid, content) = match known.uuid {
        Some(uuid) => (halves(uuid), [0; 2]),
        None => ([0; 2], halves(xxh3_128(bytes))),
    };
    flags |= if known.uuid.is_some() { HAS_UUID } else { 0 };
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let extent = u64::from(length) | u64::from(place.source) << 32;
    let [code, kind] = [u64::from(known.code.number()), u64::from(known.kind.number())];
    let verdict = u64::from(place.line) | code << 32 | kind << 48 | u64::from(flags) << 56;
    let mut row = [verdict; ROW_BYTES / 8];
    let others = [key, uuid, content, [name, spelling], [place.offset, extent]];
    row[..10].copy_from_slice(others.as_flattened());
    row.map(u64::to_le)
}

/// The row, `lines` further down.
#[must_use]
pub fn further_down(mut row: Row, lines: u64) -> Row {
    let verdict = &mut row[ROW_BYTES / 8 - 1];
    let line = u64::from_le(*verdict) & u64::from(u32::MAX);
    let moved = (line + lines).min(u64::from(u32::MAX));
    *verdict = (u64::from_le(*verdict) - line + moved).to_le();
    row
}
