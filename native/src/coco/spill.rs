//! Files that hold what does not fit into memory, spread by hash; none outlives its owner.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes that are held at least for each file.
const LEAST_HELD_BYTES: usize = 16 << 10;

/// So many files in one folder; a file is there once it has more than a buffer.
pub struct Spill {
    folder: PathBuf,
    name: &'static str,
    held: Vec<Vec<u8>>,
    entry: Vec<u8>,
    there: Vec<bool>,
    most: usize,
    written: u64,
}

impl Spill {
    /// Files called by `name` in a folder that exists; `count` is a power of two, and `held` the
    /// bytes that are held for all together.
    #[must_use]
    pub fn new(folder: &Path, name: &'static str, count: usize, held: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            name,
            held: vec![Vec::new(); count],
            entry: Vec::new(),
            there: vec![false; count],
            most: (held / count).max(LEAST_HELD_BYTES),
            written: 0,
        }
    }

    /// How many files there may be.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held.len()
    }

    /// Bytes that were written to disk.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// In which file what has this hash lies.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "there are few files")]
    pub fn place(&self, hash: u64) -> usize {
        hash as usize & (self.held.len() - 1)
    }

    /// Appends to a file what `write` appends to bytes.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add(&mut self, place: usize, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        // Written here first, so that no buffer ever grows: some would, and memory with them.
        let mut entry = std::mem::take(&mut self.entry);
        entry.clear();
        write(&mut entry);
        let added = self.append(place, &entry);
        entry.shrink_to(self.most);
        self.entry = entry;
        added
    }

    fn append(&mut self, place: usize, entry: &[u8]) -> io::Result<()> {
        if self.held[place].len() + entry.len() > self.most {
            let held = std::mem::take(&mut self.held[place]);
            self.write(place, &held)?;
            self.held[place] = held;
            self.held[place].clear();
        }
        if entry.len() > self.most {
            return self.write(place, entry);
        }
        let held = &mut self.held[place];
        if held.capacity() == 0 {
            held.reserve_exact(self.most);
        }
        held.extend_from_slice(entry);
        Ok(())
    }

    // Opened anew each time: there may be more files than a process may hold open.
    fn write(&mut self, place: usize, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(place);
        let mut file = File::options().append(true).create(true).open(path)?;
        self.there[place] = true;
        self.written += bytes.len() as u64;
        file.write_all(bytes)
    }

    fn path(&self, place: usize) -> PathBuf {
        self.folder.join(format!("{place}.{}", self.name))
    }

    /// Takes a file whole into `bytes`, and removes it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn take(&mut self, place: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        if std::mem::take(&mut self.there[place]) {
            let path = self.path(place);
            let mut file = File::open(&path)?;
            let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            bytes.reserve_exact(size + self.held[place].len());
            file.read_to_end(bytes)?;
            std::fs::remove_file(path)?;
        }
        bytes.append(&mut self.held[place]);
        self.held[place] = Vec::new();
        Ok(())
    }
}

/// A hash of a number; its low bits choose a file.
#[must_use]
#[expect(clippy::cast_sign_loss, reason = "any bits will do")]
pub fn hash(number: i64) -> u64 {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}
