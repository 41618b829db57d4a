//! Rows on their way to partitions, in memory until there are many and then in files.

use std::fs::{File, remove_file};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes that wait for each partition at least.
const LEAST_WAITING: usize = 4 << 10;

/// Rows of one width in partitions, in the order in which they came. A partition is a file once it
/// has more than its share of what may wait. Files are not removed by themselves.
pub struct Scatter {
    folder: PathBuf,
    width: usize,
    share: usize,
    parts: Vec<Part>,
}

#[derive(Default)]
struct Part {
    waiting: Vec<u8>,
    file: Option<File>,
    written: u64,
    read: u64,
}

/// Which file made trouble, and why.
#[derive(Debug)]
pub struct Trouble {
    /// The file.
    pub path: PathBuf,
    /// What the disk says.
    pub error: io::Error,
}

impl Scatter {
    /// No rows yet, in `count` partitions of a folder that exists; `waiting` bytes may wait.
    #[must_use]
    pub fn new(folder: &Path, width: usize, count: usize, waiting: usize) -> Self {
        let share = (waiting / count.max(1)).max(LEAST_WAITING);
        let parts = std::iter::repeat_with(Part::default).take(count).collect();
        Self { folder: folder.to_owned(), width: width.max(1), share, parts }
    }

    /// Appends each row to the partition that the low bits of its hash name, which is a
    /// little-endian u64 at `at` of the row. Partitions are a power of two, rows whole.
    ///
    /// # Errors
    /// What the disk says.
    #[expect(clippy::cast_possible_truncation, reason = "there are few partitions")]
    pub fn add_by(&mut self, rows: &[u8], at: usize) -> Result<(), Trouble> {
        let mask = self.parts.len() as u64 - 1;
        for row in rows.chunks_exact(self.width) {
            let hash = row[at..].first_chunk().map_or(0, |hash| u64::from_le_bytes(*hash));
            self.append((hash & mask) as usize, row)?;
        }
        Ok(())
    }

    /// Appends each row to the partition of its number, which is there.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add(&mut self, rows: &[u8], numbers: &[u16]) -> Result<(), Trouble> {
        for (row, number) in rows.chunks_exact(self.width).zip(numbers) {
            self.append(usize::from(*number), row)?;
        }
        Ok(())
    }

    /// How many partitions there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.parts.len()
    }

    /// Bytes of a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bytes of a partition that were not taken yet.
    #[must_use]
    pub fn left(&self, number: usize) -> usize {
        let part = &self.parts[number];
        usize::try_from(part.written - part.read).unwrap_or(usize::MAX) + part.waiting.len()
    }

    /// Takes the next rows of a partition, as many as fit into `bytes`, which are at most those
    /// that are left. With the last of them its file is gone.
    ///
    /// # Errors
    /// What the disk says.
    pub fn take(&mut self, number: usize, bytes: &mut [u8]) -> Result<(), Trouble> {
        let path = self.path(number);
        let part = &mut self.parts[number];
        part.take(bytes, &path).map_err(|error| Trouble { path, error })
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number:04}.rows"))
    }

    #[inline]
    fn append(&mut self, number: usize, row: &[u8]) -> Result<(), Trouble> {
        let part = &mut self.parts[number];
        if part.waiting.len() + row.len() > self.share {
            self.write(number)?;
        }
        self.parts[number].waiting.extend_from_slice(row);
        Ok(())
    }

    #[cold]
    fn write(&mut self, number: usize) -> Result<(), Trouble> {
        let path = self.path(number);
        let (part, share) = (&mut self.parts[number], self.share.max(self.width));
        part.write(&path, share).map_err(|error| Trouble { path, error })
    }
}

impl Part {
    fn write(&mut self, path: &Path, share: usize) -> io::Result<()> {
        if self.waiting.capacity() < share {
            // It had none until now, or grew to its share by doubling: it is made to fit once.
            self.waiting.reserve_exact(share - self.waiting.len());
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(created(path)?),
        };
        file.write_all(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    fn take(&mut self, bytes: &mut [u8], path: &Path) -> io::Result<()> {
        let in_file = usize::try_from(self.written - self.read).unwrap_or(usize::MAX);
        let (read, waited) = bytes.split_at_mut(in_file.min(bytes.len()));
        if let Some(file) = &self.file {
            file.read_exact_at(read, self.read)?;
            self.read += read.len() as u64;
        }
        waited.copy_from_slice(&self.waiting[..waited.len()]);
        self.waiting.drain(..waited.len());
        if self.read == self.written && self.waiting.is_empty() {
            let there = self.file.is_some();
            *self = Self::default();
            if there {
                remove_file(path)?;
            }
        }
        Ok(())
    }
}

// What an earlier process left there is no row of ours.
fn created(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::{LEAST_WAITING, Scatter};
    use proptest::{collection::vec, prop_assert_eq, proptest};

    fn whole(scatter: &mut Scatter, number: usize, most: usize) -> Vec<u8> {
        let mut taken = Vec::new();
        loop {
            let mut some = vec![0; scatter.left(number).min(most)];
            if some.is_empty() {
                return taken;
            }
            scatter.take(number, &mut some).expect("a file that can be read");
            taken.extend(some);
        }
    }

    proptest! {
        #[test]
        fn rows_come_back_in_their_order(numbers in vec(0..4_u16, 0..4000), most in 1..9_usize) {
            let folder = tempfile::tempdir().expect("a folder");
            let rows: Vec<[u8; 9]> = (0_u64..).zip(&numbers).map(|(at, number)| {
                let mut row = [0; 9];
                row[1..].copy_from_slice(&(at << 8 | u64::from(*number)).to_le_bytes());
                row
            }).collect();
            let mut by_hash = Scatter::new(folder.path(), 9, 4, 0);
            by_hash.add_by(rows.as_flattened(), 1).expect("room on the disk");
            let wanted = |number: u16| -> Vec<u8> {
                rows.iter().filter(|row| u16::from(row[1]) == number).flatten().copied().collect()
            };
            for number in 0..4 {
                prop_assert_eq!(whole(&mut by_hash, number.into(), most * 1000), wanted(number));
            }
            prop_assert_eq!(folder.path().read_dir().expect("a folder").count(), 0);
            let mut by_number = Scatter::new(folder.path(), 9, 4, 0);
            by_number.add(rows.as_flattened(), &numbers).expect("room on the disk");
            for number in 0..4 {
                prop_assert_eq!(whole(&mut by_number, number.into(), usize::MAX), wanted(number));
            }
        }
    }

    #[test]
    fn few_rows_never_touch_the_disk_and_many_are_in_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut scatter = Scatter::new(folder.path(), 8, 2, 0);
        let rows = vec![0; LEAST_WAITING];
        scatter.add_by(&rows, 0).expect("nothing to write");
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 0);
        scatter.add_by(&rows[..8], 0).expect("room on the disk");
        assert_eq!(folder.path().join("0000.rows").metadata().expect("a file").len(), 4096);
        assert_eq!((scatter.left(0), scatter.left(1)), (LEAST_WAITING + 8, 0));
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("0000.rows")).expect("a folder");
        let mut scatter = Scatter::new(folder.path(), 8, 1, 0);
        let trouble = scatter.add_by(&[0; LEAST_WAITING + 8], 0).expect_err("a folder is no file");
        assert!(trouble.path.ends_with("0000.rows"));
    }
}
