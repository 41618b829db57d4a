//! What a CSV tells of assets, read as it comes in pieces: some columns as numbers, the keys as
//! hashes. Nothing is decided here: what a number means is for those who asked for its column.

use crate::key::{Hasher, Tag, halves};
use csv_core::{ReadRecordResult, Reader};

/// The most bytes of one line's cells: what is longer has lost its closing quote.
pub const LONGEST_LINE: usize = 64 << 20;

/// What is asked of a CSV, by the names in its header.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Columns of numbers.
    pub numbers: Vec<String>,
    /// Columns with a key: of each group the first cell that is not empty counts.
    pub keys: Vec<(Tag, Vec<String>)>,
}

/// What some lines tell, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portion {
    /// A number a line for each column that was asked for; NaN for what is none, nothing at all for
    /// a column that is not there.
    pub numbers: Vec<Vec<f64>>,
    /// For each group of keys the halves of a hash a line, low first; zeros for no key.
    pub hashes: Vec<Vec<[u64; 2]>>,
    /// For each group whether the line has such a key.
    pub named: Vec<Vec<bool>>,
    /// The first line (counted from 1) without any key.
    pub nameless: Option<u64>,
}

/// Why the rest of a CSV cannot be read, and the line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no UTF-8.
    NoText(u64),
    /// A line beyond [`LONGEST_LINE`].
    Long(u64),
}

/// A CSV in the reading. It holds the longest line so far.
pub struct Sheet {
    wanted: Wanted,
    reader: Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
    filled: (usize, usize),
    header: Option<Header>,
    hasher: Hasher,
    portion: Portion,
}

/// Where the columns stand that are asked for.
struct Header {
    numbers: Vec<Option<usize>>,
    keys: Vec<Vec<usize>>,
}

impl Sheet {
    /// Nothing was read yet.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            reader: Reader::new(),
            cells: vec![0; 1 << 10],
            ends: vec![0; 1 << 5],
            filled: (0, 0),
            header: None,
            hasher: Hasher::default(),
            portion: Portion::default(),
        }
    }

    /// Reads the next bytes and gives what their whole lines tell; after the `last` all of it.
    ///
    /// # Errors
    ///
    /// The fault; there is nothing more to read then.
    pub fn take(&mut self, mut bytes: &[u8], last: bool) -> Result<Portion, Fault> {
        self.portion = self.blank();
        while last || !bytes.is_empty() {
            let (cells, ends) = (&mut self.cells[self.filled.0..], &mut self.ends[self.filled.1..]);
            let (result, read, written, ended) = self.reader.read_record(bytes, cells, ends);
            let newline = bytes[..read].last() == Some(&b'\n');
            bytes = &bytes[read..];
            self.filled = (self.filled.0 + written, self.filled.1 + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow()?,
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::Record => self.line(self.reader.line() - u64::from(newline))?,
                ReadRecordResult::End => break,
            }
        }
        Ok(std::mem::take(&mut self.portion))
    }

    fn blank(&self) -> Portion {
        Portion {
            numbers: vec![Vec::new(); self.wanted.numbers.len()],
            hashes: vec![Vec::new(); self.wanted.keys.len()],
            named: vec![Vec::new(); self.wanted.keys.len()],
            nameless: None,
        }
    }

    fn grow(&mut self) -> Result<(), Fault> {
        if self.cells.len() >= LONGEST_LINE {
            return Err(Fault::Long(self.reader.line()));
        }
        self.cells.resize(2 * self.cells.len(), 0);
        Ok(())
    }

    fn line(&mut self, line: u64) -> Result<(), Fault> {
        let cells =
            Cells { bytes: &self.cells[..self.filled.0], ends: &self.ends[..self.filled.1] };
        self.filled = (0, 0);
        if simdutf8::basic::from_utf8(cells.bytes).is_err() {
            return Err(Fault::NoText(line));
        }
        let Some(header) = &self.header else {
            self.header = Some(Header::of(cells, &self.wanted));
            return Ok(());
        };
        for (column, told) in header.numbers.iter().zip(&mut self.portion.numbers) {
            if let Some(column) = column {
                told.push(number(cells.at(*column)));
            }
        }
        let mut nameless = true;
        for (group, columns) in header.keys.iter().enumerate() {
            let key = columns.iter().map(|column| cells.at(*column)).find(|key| !key.is_empty());
            let tag = self.wanted.keys[group].0;
            let hash = key.map_or([0; 2], |key| halves(self.hasher.key(tag, key)));
            self.portion.hashes[group].push(hash);
            self.portion.named[group].push(key.is_some());
            nameless &= key.is_none();
        }
        if nameless {
            self.portion.nameless.get_or_insert(line);
        }
        Ok(())
    }
}

/// The cells of one line.
#[derive(Clone, Copy)]
struct Cells<'b> {
    bytes: &'b [u8],
    ends: &'b [usize],
}

impl<'b> Cells<'b> {
    // A line that ends early lacks what it does not say.
    fn at(self, column: usize) -> &'b [u8] {
        let Some(&end) = self.ends.get(column) else { return b"" };
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..end]
    }
}

impl Header {
    // Of two columns with one name the last counts.
    fn of(cells: Cells, wanted: &Wanted) -> Self {
        let column = |name: &String| {
            (0..cells.ends.len()).rev().find(|column| cells.at(*column) == name.as_bytes())
        };
        Self {
            numbers: wanted.numbers.iter().map(column).collect(),
            keys: wanted
                .keys
                .iter()
                .map(|(_, names)| names.iter().filter_map(column).collect())
                .collect(),
        }
    }
}

// The number that a cell spells, NaN for anything else and for what is not finite.
fn number(cell: &[u8]) -> f64 {
    let told = std::str::from_utf8(cell).ok().and_then(|cell| cell.trim().parse().ok());
    told.filter(|number: &f64| number.is_finite()).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Fault, LONGEST_LINE, Portion, Sheet, Wanted};
    use crate::key::{Tag, halves, key_hash};
    use proptest::{collection::vec, prop_assert_eq, proptest};

    fn sheet() -> Sheet {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Sheet::new(Wanted {
            numbers: names(&["width", "pages"]),
            keys: vec![(Tag::GlobalKey, names(&["global_key", "key"])), (Tag::Id, names(&["id"]))],
        })
    }

    fn whole(text: &str) -> Portion {
        sheet().take(text.as_bytes(), true).expect("a CSV")
    }

    #[test]
    fn columns_are_found_by_name_and_what_is_no_number_is_not_told() {
        let told = whole("\u{feff}x,width,id\n\"a,\"\"\nb\", 1.5 ,i\r\n\r\n,inf,j,more\nshort\n");
        assert_eq!(told.numbers[0][0].to_bits(), 1.5_f64.to_bits());
        assert!(told.numbers[0][1..].iter().all(|number| number.is_nan()));
        assert_eq!(told.numbers[0].len(), 3);
        assert!(told.numbers[1].is_empty());
        assert_eq!(told.hashes[1][1], halves(key_hash(Tag::Id, "j")));
        assert_eq!(told.named, [vec![false; 3], vec![true, true, false]]);
        assert_eq!(told.nameless, Some(6));
    }

    #[test]
    fn the_first_key_that_is_given_counts() {
        let told = whole("key,global_key\na,b\nc,\n");
        let keys = ["b", "c"].map(|key| halves(key_hash(Tag::GlobalKey, key)));
        assert_eq!(told.hashes[0], keys);
        assert_eq!(told.nameless, None);
    }

    #[test]
    fn the_line_that_cannot_be_read_is_told() {
        assert_eq!(sheet().take(b"id\na\n\xff\n", true), Err(Fault::NoText(3)));
        let mut open = sheet();
        open.take(b"id\n\"", false).expect("the beginning of a cell");
        let endless = vec![b'x'; LONGEST_LINE + 1];
        assert_eq!(open.take(&endless, false), Err(Fault::Long(2)));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_pieces_end(text in "(id|key|width|[0-9]|[ ,\"\r\nä.]){0,60}", cuts in vec(0..60_usize, 0..4)) {
            let text = format!("id,width,key\n{text}");
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let (mut sheet, mut at, mut told) = (sheet(), 0, Vec::new());
            for cut in cuts.into_iter().chain([text.len()]) {
                told.push(sheet.take(&text.as_bytes()[at..cut], false).expect("text"));
                at = cut;
            }
            told.push(sheet.take(b"", true).expect("text"));
            let hashes: Vec<_> = told.iter().flat_map(|some| some.hashes[1].clone()).collect();
            let numbers: Vec<_> = told.iter().flat_map(|some| some.numbers[0].clone()).map(f64::to_bits).collect();
            let once = whole(&text);
            prop_assert_eq!(hashes, once.hashes[1].clone());
            prop_assert_eq!(numbers, once.numbers[0].iter().map(|number| number.to_bits()).collect::<Vec<_>>());
            prop_assert_eq!(told.iter().find_map(|some| some.nameless), once.nameless);
        }
    }
}
