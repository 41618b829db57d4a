//! Reads one row that is plainly good.

use super::field::Field;
use super::walker::{Text, Walker};
use crate::code::Code;
use crate::key::Tag;
use crate::kind::{Expected, Kind, payload};
use crate::row::{Known, Spelled};
use crate::rules::{GLOBAL_KEY_CHARACTERS, SCHEMA_ID_CHARACTERS};
use crate::text::decode;
use std::borrow::Cow;

// Places that are noted while a row is read.
const UUID: usize = 0;
const DATA_ROW: usize = 1;
const NAME_END: usize = 2;

/// Where the parts of a row stand that has no others but these.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'t> {
    /// Its uuid, when it has one.
    pub uuid: usize,
    /// Its data row, which was read before the payload unless it is nothing but a key.
    pub data_row: usize,
    /// Whether the data row is nothing but a key.
    pub lone_key: bool,
    /// Its name between the quotes, when it has one; without escapes.
    pub name: Option<(usize, usize)>,
    /// The key of its payload.
    pub key: &'t [u8],
    /// Its payload.
    pub payload: (usize, usize),
}

impl Parts<'_> {
    /// The same places, counted from `start`.
    #[must_use]
    #[inline(always)]
    pub fn from(self, start: usize) -> Self {
        let Self { uuid, data_row, name, payload: (value, end), .. } = self;
        Self {
            uuid: uuid.saturating_sub(start),
            data_row: data_row - start,
            name: name.map(|(first, last)| (first - start, last - start)),
            payload: (value - start, end - start),
            ..self
        }
    }
}

/// What has been read of a row.
#[derive(Default)]
struct Plain<'t> {
    data_row: Field<()>,
    id: Field<&'t [u8]>,
    global_key: Field<&'t [u8]>,
    uuid: Field<u128>,
    name: Field<Text<'t>>,
    schema_id: Field<&'t [u8]>,
    payload: Field<Kind>,
    benchmark: bool,
    // Whether there is more in it than its parts, or in another order.
    more: bool,
    keys: usize,
    places: [usize; 3],
    key: &'t [u8],
    value: (usize, usize),
}

/// Reads the row ahead up to behind its brace, with at most `depth` containers open; nothing
/// unless it is plainly good. With it come its parts, their places in the piece, if it has no others.
#[must_use]
#[inline(always)]
pub fn read<'t>(walker: &mut Walker<'t>, depth: usize) -> Option<(Known<'t>, Option<Parts<'t>>)> {
    let room = depth.checked_sub(1)?;
    let mut plain = Plain::default();
    let mut more = walker.first_key()?;
    while more {
        plain.member(walker, room)?;
        more = walker.next_key()?;
    }
    let parts = plain.parts();
    Some((plain.known()?, parts))
}

impl<'t> Plain<'t> {
    // The keys that nearly all rows have are looked for at once.
    #[inline(always)]
    fn member(&mut self, walker: &mut Walker<'t>, room: usize) -> Option<()> {
        if walker.passes(b"\"uuid\":") {
            self.places[UUID] = walker.at();
            return self.uuid(walker);
        }
        if walker.passes(b"\"dataRow\":") {
            return self.data_row(walker, room);
        }
        if walker.passes(b"\"name\":") {
            self.name.note(text(walker)?)?;
            self.places[NAME_END] = walker.at() - 1;
            return Some(());
        }
        let key = unescaped(walker.key()?)?;
        if let Some((kind, expected)) = payload(key) {
            walker.ink()?;
            let (at, first) = (walker.at(), walker.value(room)?);
            (self.key, self.value) = (key, (at, walker.at()));
            return self.payload.note(Field::Said(opened(kind, expected, first)?));
        }
        self.more = true;
        walker.go(self.other(key, *walker, room)?);
        Some(())
    }

    // Reads the value of a key that few rows have, or spell so, and gives the place behind it.
    #[inline(never)]
    fn other(&mut self, key: &[u8], mut walker: Walker<'t>, room: usize) -> Option<usize> {
        match key {
            b"uuid" => self.uuid(&mut walker)?,
            b"dataRow" => self.data_row(&mut walker, room)?,
            b"name" => self.name.note(text(&mut walker)?)?,
            b"schemaId" => self.schema_id.note(plain_text(&mut walker)?)?,
            b"isBenchmarkReferenceLabel" => self.benchmark = walker.value(room)? == b't',
            _ => drop(walker.value(room)?),
        }
        Some(walker.at())
    }

    #[inline(always)]
    fn uuid(&mut self, walker: &mut Walker<'t>) -> Option<()> {
        self.uuid.note(plain_text(walker)?.and_then(crate::uuid::parse)?)
    }

    #[inline(always)]
    fn data_row(&mut self, walker: &mut Walker<'t>, room: usize) -> Option<()> {
        self.data_row.note(Field::Said(()))?;
        let room = room.checked_sub(1)?;
        self.places[DATA_ROW] = walker.at();
        let mut more = walker.first_key()?;
        while more {
            self.keys += 1;
            self.reference(walker, room)?;
            more = walker.next_key()?;
        }
        self.more |= self.keys != 1 && matches!(self.payload, Field::Said(_));
        Some(())
    }

    #[inline(always)]
    fn reference(&mut self, walker: &mut Walker<'t>, room: usize) -> Option<()> {
        if walker.passes(b"\"globalKey\":") {
            return self.global_key.note(plain_text(walker)?);
        }
        match unescaped(walker.key()?)? {
            b"id" => self.id.note(plain_text(walker)?),
            b"globalKey" => self.global_key.note(plain_text(walker)?),
            _ => walker.value(room).map(drop),
        }
    }

    #[inline(always)]
    fn parts(&self) -> Option<Parts<'t>> {
        if self.more {
            return None;
        }
        let name = match self.name {
            Field::Said(name) if name.escaped => return None,
            Field::Said(name) => {
                let end = self.places[NAME_END];
                Some((end - name.raw.len(), end))
            }
            _ => None,
        };
        Some(Parts {
            uuid: self.places[UUID],
            data_row: self.places[DATA_ROW],
            lone_key: self.keys == 1,
            name,
            key: self.key,
            payload: self.value,
        })
    }

    #[inline(always)]
    fn known(self) -> Option<Known<'t>> {
        let kind = self.payload.said()?;
        Some(Known {
            code: Code::Ok,
            kind,
            reference: Some(self.named()?),
            uuid: self.uuid.said(),
            name: self.feature(kind)?.said(),
            benchmark: self.benchmark,
        })
    }

    #[inline(always)]
    fn named(&self) -> Option<Spelled<'t>> {
        let set = |key: Field<&'t [u8]>| key.said().filter(|key| !key.is_empty());
        match (set(self.id), set(self.global_key)) {
            (Some(id), None) => Some((Tag::Id, Cow::Borrowed(id))),
            (None, Some(key)) if key.len() <= GLOBAL_KEY_CHARACTERS => {
                Some((Tag::GlobalKey, Cow::Borrowed(key)))
            }
            _ => None,
        }
    }

    // Only masks may lack a name.
    #[inline(always)]
    fn feature(&self, kind: Kind) -> Option<Field<Spelled<'t>>> {
        let right = |id: &'t [u8]| id.len() == SCHEMA_ID_CHARACTERS && id.is_ascii();
        let schema_id = self.schema_id.and_then(|id| right(id).then_some(id))?;
        match (self.name, schema_id) {
            (Field::Said(name), _) if name.raw.is_empty() => None,
            (Field::Said(name), _) => Some(Field::Said((Tag::Name, decoded(name)?))),
            (_, Field::Said(id)) => Some(Field::Said((Tag::SchemaId, Cow::Borrowed(id)))),
            _ => (kind == Kind::Masks).then_some(Field::Absent),
        }
    }
}

// Whether the value of a payload, known by its first byte, is of the right shape.
#[inline(always)]
fn opened(kind: Kind, expected: Expected, first: u8) -> Option<Kind> {
    let right = match expected {
        Expected::Object => first == b'{',
        Expected::List => first == b'[',
        Expected::Answer => matches!(first, b'{' | b'[' | b'"'),
        Expected::Anything => false,
    };
    right.then_some(kind)
}

// A string, or null.
#[inline(always)]
fn text<'t>(walker: &mut Walker<'t>) -> Option<Field<Text<'t>>> {
    if walker.peek() == Some(b'n') {
        return walker.value(0).map(|_| Field::Null);
    }
    walker.string().map(Field::Said)
}

#[inline(always)]
fn plain_text<'t>(walker: &mut Walker<'t>) -> Option<Field<&'t [u8]>> {
    text(walker)?.and_then(unescaped)
}

#[inline(always)]
fn unescaped(text: Text<'_>) -> Option<&[u8]> {
    (!text.escaped).then_some(text.raw)
}

fn decoded(text: Text<'_>) -> Option<Cow<'_, [u8]>> {
    if !text.escaped {
        return Some(Cow::Borrowed(text.raw));
    }
    let raw = str::from_utf8(text.raw).ok()?;
    Some(Cow::Owned(decode(raw, true).into_owned().into_bytes()))
}
