//! Reads ranges of rows from open files into one body, a line feed behind each, filling in uuids.

use crate::cursor::Shape;
use crate::fields::read;
use crate::nesting::DEEPEST;
use crate::uuid::canonical;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Bytes of a packed RANGE: offset u64, length u64, fill low and high u64, source u32, flags u32,
/// little-endian. Its twin is `RANGE` in `bulkimport/native.py`, and a test there compares the two.
pub const RANGE_BYTES: usize = 40;

/// Flag: the range is one row and gets the uuid.
pub const FILL: u32 = 1;
/// Flag: the range ends within a row, so no line feed follows.
pub const OPEN: u32 = 2;

/// How many bytes a uuid adds to a row: `"uuid":"…",`.
pub const FILL_BYTES: usize = 46;

/// Neighbours closer than this are read at once: passing over the gap costs less than a call.
const GAP: u64 = 8 << 10;
/// Most bytes that are read at once for several ranges.
const WINDOW: u64 = 64 << 10;

/// One stretch of bytes to read.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    offset: u64,
    length: usize,
    fill: Option<u128>,
    open: bool,
    source: usize,
}

impl Range {
    /// Reads packed RANGEs; nothing when the bytes are no whole number of them.
    #[must_use]
    pub fn unpack(packed: &[u8]) -> Option<Vec<Self>> {
        let (ranges, rest) = packed.as_chunks::<RANGE_BYTES>();
        rest.is_empty().then(|| ranges.iter().map(Self::one).collect())
    }

    fn one(packed: &[u8; RANGE_BYTES]) -> Self {
        let (words, halves) = (packed.as_chunks::<8>().0, packed.as_chunks::<4>().0);
        let [offset, length, low, high, _] =
            [0, 1, 2, 3, 4].map(|at| u64::from_le_bytes(words[at]));
        let [source, flags] = [8, 9].map(|at| u32::from_le_bytes(halves[at]));
        let bits = u128::from(high) << 64 | u128::from(low);
        Self {
            offset,
            length: usize::try_from(length).unwrap_or(usize::MAX),
            fill: (flags & FILL != 0).then_some(bits),
            open: flags & OPEN != 0,
            source: source as usize,
        }
    }

    /// Bytes of the body that come of this range.
    #[must_use]
    pub fn body_length(&self) -> usize {
        let fill = if self.fill.is_some() { FILL_BYTES } else { 0 };
        self.length.saturating_add(fill + usize::from(!self.open))
    }

    fn end(&self) -> u64 {
        self.offset.saturating_add(self.length as u64)
    }
}

/// Why a body could not be read.
#[derive(Debug)]
pub struct Failure {
    /// Which source.
    pub source: usize,
    /// Where in it the bytes were to begin.
    pub offset: u64,
    /// What the system said, or that the source ends too early.
    pub error: io::Error,
}

/// Reads the ranges into `body`, in their order. `body` has the length that the ranges ask for.
/// `read` fills bytes from a place in a file, or fails.
///
/// # Errors
/// The first source that cannot be read, or ends before a range does.
pub fn gather(
    files: &[File],
    ranges: &[Range],
    body: &mut [u8],
    read: Read,
) -> Result<(), Failure> {
    let mut order = slots(ranges, body);
    order.sort_by_key(|slot| (slot.range.source, slot.range.offset));
    let mut window = Vec::new();
    let mut rest = order.as_mut_slice();
    while !rest.is_empty() {
        let (near, far) = rest.split_at_mut(neighbours(rest));
        read_near(files, near, &mut window, read)?;
        rest = far;
    }
    Ok(())
}

/// Fills bytes from a place in a file.
pub type Read = fn(&File, &mut [u8], u64) -> io::Result<()>;

/// Reads however long it takes.
///
/// # Errors
/// What the system says, or that the file ends too early.
pub fn patiently(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    file.read_exact_at(bytes, offset)
}

/// Reads only what the machine holds in memory.
///
/// # Errors
/// `WouldBlock` when any of it must come from the disk, or when the system cannot tell.
#[cfg(target_os = "linux")]
pub fn at_once(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    use rustix::io::{ReadWriteFlags, preadv2};
    while !bytes.is_empty() {
        let mut one = [io::IoSliceMut::new(bytes)];
        let count = preadv2(file, &mut one, offset, ReadWriteFlags::NOWAIT).unwrap_or(0);
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        bytes = &mut bytes[count..];
        offset += count as u64;
    }
    Ok(())
}

/// Reads nothing: the system cannot tell what it holds in memory.
///
/// # Errors
/// Always `WouldBlock`.
#[cfg(not(target_os = "linux"))]
pub fn at_once(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}

// A range and the part of the body that it fills.
struct Slot<'b> {
    range: Range,
    body: &'b mut [u8],
}

fn slots<'b>(ranges: &[Range], mut body: &'b mut [u8]) -> Vec<Slot<'b>> {
    let mut slots = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (own, rest) = body.split_at_mut(range.body_length());
        slots.push(Slot { range: *range, body: own });
        body = rest;
    }
    slots
}

// How many of the first slots one call reads; they are sorted by place.
fn neighbours(slots: &[Slot]) -> usize {
    let first = slots[0].range;
    let mut end = first.end();
    let close = slots[1..].iter().take_while(|slot| {
        let Range { source, offset, .. } = slot.range;
        let reach = end.max(slot.range.end());
        let close = source == first.source
            && offset <= end.saturating_add(GAP)
            && reach - first.offset <= WINDOW;
        end = reach;
        close
    });
    1 + close.count()
}

fn read_near(
    files: &[File],
    slots: &mut [Slot],
    window: &mut Vec<u8>,
    read: Read,
) -> Result<(), Failure> {
    let Range { source, offset, .. } = slots[0].range;
    let failure = |error| Failure { source, offset, error };
    let Some(file) = files.get(source) else {
        return Err(failure(io::Error::new(io::ErrorKind::NotFound, "no descriptor")));
    };
    let read =
        |bytes: &mut [u8]| read(file, bytes, offset).map_err(|error| failure(in_words(error)));
    if let [Slot { range: Range { fill: None, length, .. }, body }] = slots {
        let (bytes, end) = body.split_at_mut(*length);
        end.fill(b'\n');
        return read(bytes);
    }
    let end = slots.iter().map(|slot| slot.range.end()).max().unwrap_or(offset);
    window.resize(usize::try_from(end - offset).unwrap_or(usize::MAX), 0);
    read(window)?;
    for slot in slots {
        let start = usize::try_from(slot.range.offset - offset).unwrap_or(usize::MAX);
        let row = &window[start..start + slot.range.length];
        slot.place(row).map_err(|error| Failure { source, offset: slot.range.offset, error })?;
    }
    Ok(())
}

fn in_words(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ io::ErrorKind::UnexpectedEof => io::Error::new(kind, "the source ends too early"),
        _ => error,
    }
}

impl Slot<'_> {
    fn place(&mut self, row: &[u8]) -> io::Result<()> {
        let Some(bits) = self.range.fill else {
            let (bytes, end) = self.body.split_at_mut(row.len());
            bytes.copy_from_slice(row);
            end.fill(b'\n');
            return Ok(());
        };
        if row.first() != Some(&b'{') {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no row begins here"));
        }
        let uuid = canonical(bits);
        match null_uuid(row) {
            Some((start, end)) => {
                let (head, tail) = (&row[..start], &row[end..]);
                lay(self.body, &[head, b"\"", &uuid, b"\"", PADDING, tail, b"\n"]);
            }
            None => lay(self.body, &[b"{\"uuid\":\"", &uuid, b"\",", &row[1..], b"\n"]),
        }
        Ok(())
    }
}

// A null becomes the uuid in its own place, since of a repeated key the last would hold; blanks
// make up what that is shorter, so that a body's length hangs on nothing but its ranges.
const PADDING: &[u8] = &[b' '; FILL_BYTES - 34];

fn null_uuid(row: &[u8]) -> Option<(usize, usize)> {
    memchr::memmem::find(row, b"null")?;
    let (fields, _) = read(str::from_utf8(row).ok()?, DEEPEST);
    let uuid = fields.uuid.filter(|uuid| uuid.shape == Shape::Null)?;
    Some((uuid.start, uuid.end))
}

fn lay(mut body: &mut [u8], parts: &[&[u8]]) {
    for part in parts {
        let (own, rest) = body.split_at_mut(part.len());
        own.copy_from_slice(part);
        body = rest;
    }
}
