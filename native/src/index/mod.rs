//! Stage one of the scan: marks every byte of a piece by what can stand there, 64 bytes at a time.
//!
//! What the reader asks of a place (where does this string stop, how far does this number go) is
//! then one load, one shift and one count, without a look at the bytes between. By SIMD where the
//! machine has it; [`scalar`] says what is right.

#![allow(clippy::inline_always, reason = "each level compiles the loop for its own instructions")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod level;
#[cfg(target_arch = "aarch64")]
mod neon;
pub mod scalar;

pub use level::Level;

/// Bytes that are marked at once: one bit of a word for each.
pub const CHUNK: usize = 64;

/// Bytes behind a place whose marks are surely in the word that is loaded there.
pub const REACH: usize = CHUNK - 7;

/// The marks of one chunk, lowest bit first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Quotes, backslashes and control characters: what ends a plain run in a string.
    pub stops: u64,
    /// All but digits.
    pub no_digits: u64,
    /// All but digits and the decimal point.
    pub no_decimals: u64,
    /// Bytes of letters beyond ASCII.
    pub beyond_ascii: u64,
}

/// The marks of a piece of text. Behind its end everything stops.
#[derive(Debug)]
pub struct Index {
    level: Level,
    stops: Vec<u8>,
    no_digits: Vec<u8>,
    no_decimals: Vec<u8>,
}

impl Index {
    /// Nothing marked yet.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self { level, stops: Vec::new(), no_digits: Vec::new(), no_decimals: Vec::new() }
    }

    /// Marks `piece`, forgetting what was marked before, and says whether all of it is ASCII.
    pub fn mark(&mut self, piece: &[u8]) -> bool {
        let (chunks, rest) = piece.as_chunks::<CHUNK>();
        // Behind the chunks a padded one, and behind that what a load at its end still reads.
        let words = chunks.len() + 2;
        for marks in [&mut self.stops, &mut self.no_digits, &mut self.no_decimals] {
            marks.resize(words * 8, 0);
        }
        let mut padded = [0; CHUNK];
        padded[..rest.len()].copy_from_slice(rest);
        let whole = self.level.fill(chunks, &mut self.columns(0));
        self.level.fill(&[padded, [0; CHUNK]], &mut self.columns(chunks.len())) && whole
    }

    fn columns(&mut self, from: usize) -> Columns<'_> {
        Columns {
            stops: &mut self.stops.as_chunks_mut().0[from..],
            no_digits: &mut self.no_digits.as_chunks_mut().0[from..],
            no_decimals: &mut self.no_decimals.as_chunks_mut().0[from..],
        }
    }

    /// The first place from `at` on that ends a plain run; nothing behind the piece.
    #[must_use]
    #[inline(always)]
    pub fn stop(&self, at: usize) -> Option<usize> {
        match bits(&self.stops, at)? {
            0 => self.far_stop(at),
            found => Some(at + found.trailing_zeros() as usize),
        }
    }

    #[cold]
    fn far_stop(&self, mut at: usize) -> Option<usize> {
        loop {
            at += REACH;
            let found = bits(&self.stops, at)?;
            if found != 0 {
                return Some(at + found.trailing_zeros() as usize);
            }
        }
    }

    /// The marks of [`Marks::no_digits`] and [`Marks::no_decimals`] from `at` on, of at least
    /// [`REACH`] bytes.
    #[must_use]
    #[inline(always)]
    pub fn numbers(&self, at: usize) -> Option<(u64, u64)> {
        Some((bits(&self.no_digits, at)?, bits(&self.no_decimals, at)?))
    }
}

#[inline(always)]
fn bits(marks: &[u8], at: usize) -> Option<u64> {
    let word = marks.get(at / 8..at / 8 + 8)?.first_chunk()?;
    Some(u64::from_le_bytes(*word) >> (at % 8))
}

/// Where the marks of chunks are written, one word of each column for each chunk.
pub(crate) struct Columns<'m> {
    stops: &'m mut [[u8; 8]],
    no_digits: &'m mut [[u8; 8]],
    no_decimals: &'m mut [[u8; 8]],
}

impl Columns<'_> {
    // Inlined into each level, so that `mark` is compiled for what the machine has.
    #[inline(always)]
    fn fill(&mut self, chunks: &[[u8; CHUNK]], mark: impl Fn(&[u8; CHUNK]) -> Marks) -> bool {
        let columns = self.stops.iter_mut().zip(&mut *self.no_digits).zip(&mut *self.no_decimals);
        let mut beyond_ascii = 0;
        for (chunk, ((stops, no_digits), no_decimals)) in chunks.iter().zip(columns) {
            let marks = mark(chunk);
            *stops = marks.stops.to_le_bytes();
            *no_digits = marks.no_digits.to_le_bytes();
            *no_decimals = marks.no_decimals.to_le_bytes();
            beyond_ascii |= marks.beyond_ascii;
        }
        beyond_ascii == 0
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Index, Level};

    // Every byte in every place of a chunk, at every alignment, with a tail of every length.
    fn bytes() -> Vec<u8> {
        (0..5 * CHUNK + 7).map(|at| u8::try_from(at * 7 % 256).unwrap_or_default()).collect()
    }

    #[test]
    fn every_level_marks_as_the_scalar_twin() {
        let bytes = bytes();
        for level in Level::all() {
            for start in 0..=CHUNK {
                let piece = &bytes[start..];
                let [mut twin, mut index] = [Level::Scalar, level].map(Index::new);
                assert_eq!(twin.mark(piece), index.mark(piece));
                assert_eq!(twin.stops, index.stops, "{level:?} from {start}");
                assert_eq!(twin.no_digits, index.no_digits, "{level:?} from {start}");
                assert_eq!(twin.no_decimals, index.no_decimals, "{level:?} from {start}");
            }
        }
    }
}
