//! Finds ids that two annotations have, and file names that two images have, in a document of any
//! size: they are spread by hash, and each file is sorted in memory.

use super::spill::{Spill, hash};
use std::io;
use std::path::Path;

const WORDS: usize = 3;
/// Bytes that are held for all files together.
const HELD_BYTES: usize = 2 << 20;
/// Files of elements for one of ids, which are so much smaller.
const FILES_FOR_ONE: usize = 4;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "said by the module")]
pub enum What {
    Annotation,
    FileName,
}

/// Something that another has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// What it is.
    pub what: What,
    /// The id, or the hash of the name.
    pub number: i64,
    /// Offset of the element in the document.
    pub offset: u64,
    /// In which partition the element lies.
    pub partition: u32,
}

/// All that was seen so far.
pub struct Twice(Spill);

impl Twice {
    /// Nothing seen yet, in a folder that exists, where elements lie in `count` files.
    #[must_use]
    pub fn new(folder: &Path, count: usize) -> Self {
        Self(Spill::new(folder, "ids", count.div_ceil(FILES_FOR_ONE), HELD_BYTES))
    }

    /// Bytes that were written to disk.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.written()
    }

    /// Takes in one.
    ///
    /// # Errors
    /// What the disk says.
    #[expect(clippy::cast_sign_loss, reason = "the bits are what is kept")]
    pub fn add(&mut self, seen: Seen) -> io::Result<()> {
        let kind = u64::from(seen.partition) << 1 | seen.what as u64;
        let words: [u64; WORDS] = [seen.number as u64, seen.offset, kind];
        self.0.add(self.0.place(hash(seen.number)), |held| {
            for word in words {
                held.extend_from_slice(&word.to_le_bytes());
            }
        })
    }

    /// Gives every one of those that are there more than once.
    ///
    /// # Errors
    /// What the disk says, or `found`.
    pub fn settle(&mut self, mut found: impl FnMut(Seen) -> io::Result<()>) -> io::Result<()> {
        let (mut bytes, mut seen) = (Vec::new(), Vec::new());
        for place in 0..self.0.count() {
            self.0.take(place, &mut bytes)?;
            seen.clear();
            seen.extend(bytes.as_chunks::<{ 8 * WORDS }>().0.iter().map(unpack));
            seen.sort_unstable();
            let alike =
                |one: &Seen, other: &Seen| (one.what, one.number) == (other.what, other.number);
            for run in seen.chunk_by(alike).filter(|run| run.len() > 1) {
                run.iter().try_for_each(|one| found(*one))?;
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_wrap, reason = "the bits are what was kept")]
fn unpack(bytes: &[u8; 8 * WORDS]) -> Seen {
    let words = bytes.as_chunks::<8>().0;
    let word = |at: usize| u64::from_le_bytes(words[at]);
    let what = if word(2) & 1 == 0 { What::Annotation } else { What::FileName };
    let partition = u32::try_from(word(2) >> 1).unwrap_or(u32::MAX);
    Seen { what, number: word(0) as i64, offset: word(1), partition }
}
