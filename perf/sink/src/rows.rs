//! The rows of one file as they come by: how many, and the uuid of each in 16 bytes.

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

const FIRST: &[u8] = b"{\"uuid\":\"";
const UUID_LENGTH: usize = 36;
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// What came of one file. A row without a uuid has 0 for it.
#[derive(Default)]
pub struct Rows {
    pub uuids: Vec<u128>,
    pub bytes: u64,
    rest: Vec<u8>,
}

impl Rows {
    /// Takes the next piece; a row that is not whole waits for its end.
    pub fn take(&mut self, piece: &[u8], finder: &Finder) {
        self.bytes += piece.len() as u64;
        let Some(last) = memrchr(b'\n', piece) else {
            self.rest.extend_from_slice(piece);
            return;
        };
        let (mut whole, rest) = piece.split_at(last + 1);
        if !self.rest.is_empty() {
            let end = memchr(b'\n', whole).unwrap_or(last);
            self.rest.extend_from_slice(&whole[..end]);
            let row = std::mem::take(&mut self.rest);
            self.add(&row, finder);
            whole = &whole[end + 1..];
        }
        while let Some(end) = memchr(b'\n', whole) {
            self.add(&whole[..end], finder);
            whole = &whole[end + 1..];
        }
        self.rest.extend_from_slice(rest);
    }

    /// Ends the file; its last row needs no line end.
    pub fn finish(&mut self, finder: &Finder) {
        let row = std::mem::take(&mut self.rest);
        self.add(&row, finder);
    }

    fn add(&mut self, row: &[u8], finder: &Finder) {
        if !row.trim_ascii().is_empty() {
            self.uuids.push(uuid_of(row, finder).unwrap_or(0));
        }
    }
}

/// Finds the first `"uuid"` of a row, wherever it stands, and reads it.
fn uuid_of(row: &[u8], finder: &Finder) -> Option<u128> {
    if row.starts_with(FIRST) {
        return parse(&row[FIRST.len()..]);
    }
    let after = row[finder.find(row)? + finder.needle().len()..].trim_ascii_start();
    let value = after.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    parse(value)
}

fn parse(text: &[u8]) -> Option<u128> {
    let text = text.get(..UUID_LENGTH)?;
    let mut bits = 0_u128;
    for (at, &letter) in text.iter().enumerate() {
        if DASHES.contains(&at) {
            continue;
        }
        bits = bits << 4 | u128::from(HEX[usize::from(letter)]);
    }
    Some(bits)
}

const HEX: [u8; 256] = {
    let mut table = [0; 256];
    let mut digit = 0_u8;
    while digit < 16 {
        table[b"0123456789abcdef"[digit as usize] as usize] = digit;
        table[b"0123456789ABCDEF"[digit as usize] as usize] = digit;
        digit += 1;
    }
    table
};
