//! Neighbouring rows of one data row as one entry: what makes a tidy file cheap to plan.
//!
//! Works on packed ROWs of one source, in their order. Nothing is decided here: a stretch stands for
//! rows that are beyond doubt as long as their data row has no others, and all others stay rows.

use crate::kind::Kind;
use crate::row::{HAS_BENCHMARK, HAS_KEY, HAS_UUID, ROW_BYTES, WARNED};
use crate::uuid_sum::UuidSum;

/// Bytes of a packed STRETCH: key and sum of the mixed uuids, each u64 low and high; offset u64;
/// length, source and line, u32; rows, and those of them with masks, u16; little-endian. Its twin is
/// `STRETCH` in `bulkimport/native.py`, and a test there compares the two.
pub const STRETCH_BYTES: usize = 56;

/// More rows than these may be too many of one name, which has to be looked at.
pub const MOST_ROWS: usize = 5_000;
const FEWEST_ROWS: usize = 2;
/// Of images and of videos.
const MASKS: [u8; 2] = [Kind::Mask as u8, Kind::Masks as u8];
/// Up to here a look at every pair is faster than a sort.
const FEW: usize = 24;

type Packed = [u8; ROW_BYTES];

/// Splits packed ROWs into packed stretches and the ROWs that are in none.
///
/// The rows of a stretch are good and not warned, have uuids that differ, are all marked as
/// benchmark or none is, spell their data row alike and follow each other with one line end between.
#[must_use]
pub fn split(rows: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut rest = rows.as_chunks::<ROW_BYTES>().0;
    let (mut stretches, mut loose) = (Vec::new(), Vec::new());
    let mut scratch = Vec::new();
    while !rest.is_empty() {
        let (run, behind) = rest.split_at(run_length(rest));
        let long = (FEWEST_ROWS..=MOST_ROWS).contains(&run.len());
        if long && differ(run, &mut scratch) {
            pack(run, &mut stretches);
        } else {
            loose.extend_from_slice(run.as_flattened());
        }
        rest = behind;
    }
    (stretches, loose)
}

// How many of the first rows go on with each other; at least one.
fn run_length(rows: &[Packed]) -> usize {
    let pairs = rows.iter().zip(&rows[1..]);
    1 + pairs.take_while(|(row, next)| sound(row) && sound(next) && follows(row, next)).count()
}

fn sound(row: &Packed) -> bool {
    let (code, flags) = ([row[84], row[85]], row[87]);
    code == [0, 0] && flags & (HAS_KEY | HAS_UUID | WARNED) == HAS_KEY | HAS_UUID
}

fn follows(row: &Packed, next: &Packed) -> bool {
    let (key, spelling) = (0..16, 56..64);
    row[key.clone()] == next[key]
        && row[spelling.clone()] == next[spelling]
        && (row[87] ^ next[87]) & HAS_BENCHMARK == 0
        && word(next, 64) == word(row, 64) + u64::from(half(row, 72)) + 1
}

fn differ(run: &[Packed], scratch: &mut Vec<u128>) -> bool {
    let uuid = |row: &Packed| u128::from(word(row, 24)) << 64 | u128::from(word(row, 16));
    if run.len() <= FEW {
        let twin = |(at, row): (usize, &Packed)| run[..at].iter().any(|one| uuid(one) == uuid(row));
        return !run.iter().enumerate().any(twin);
    }
    scratch.clear();
    scratch.extend(run.iter().map(uuid));
    scratch.sort_unstable();
    scratch.windows(2).all(|pair| pair[0] != pair[1])
}

fn pack(run: &[Packed], stretches: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let mut sum = UuidSum::default();
    for row in run {
        sum.add([word(row, 16), word(row, 24)]);
    }
    let end = word(last, 64) + u64::from(half(last, 72));
    let length = u32::try_from(end - word(first, 64)).unwrap_or(u32::MAX);
    let masks = run.iter().filter(|row| MASKS.contains(&row[86])).count();
    stretches.extend_from_slice(&first[..16]);
    stretches.extend_from_slice([sum.low, sum.high].map(u64::to_le_bytes).as_flattened());
    stretches.extend_from_slice(&first[64..72]);
    for number in [length, half(first, 76), half(first, 80)] {
        stretches.extend_from_slice(&number.to_le_bytes());
    }
    for count in [run.len(), masks] {
        // A run has at most MOST_ROWS.
        stretches.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
    }
}

fn word(row: &Packed, at: usize) -> u64 {
    row[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn half(row: &Packed, at: usize) -> u32 {
    row[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{MOST_ROWS, STRETCH_BYTES, split};
    use crate::row::ROW_BYTES;
    use crate::scan::{Manner, Origin, scan};

    fn row(key: &str, uuid: u32) -> String {
        format!(
            r#"{{"uuid":"00000000-0000-0000-0000-0000{uuid:08x}","dataRow":{{"id":"{key}"}},"name":"n","point":{{"x":1,"y":2}}}}"#
        )
    }

    fn shape(source: &str) -> (Vec<u32>, usize) {
        let origin = Origin { source: 0, offset: 0, line: 1 };
        let rows = scan(source.as_bytes(), origin, true, Manner::default()).bytes();
        let (stretches, loose) = split(&rows);
        let counts = stretches.as_chunks::<STRETCH_BYTES>().0.iter();
        let counts = counts.map(|one| u32::from(u16::from_le_bytes([one[52], one[53]])));
        (counts.collect(), loose.len() / ROW_BYTES)
    }

    #[test]
    fn neighbours_of_one_data_row_make_a_stretch() {
        let lines = |rows: &[String]| rows.join("\n");
        assert_eq!(shape(""), (vec![], 0));
        assert_eq!(shape(&row("a", 1)), (vec![], 1));
        assert_eq!(shape(&lines(&[row("a", 1), row("a", 2), row("b", 1)])), (vec![2], 1));
        assert_eq!(shape(&lines(&[row("a", 1), row("b", 1), row("a", 2)])), (vec![], 3));
        assert_eq!(shape(&lines(&[row("a", 1), row("a", 2), row("a", 1)])), (vec![], 3));
        assert_eq!(shape(&lines(&[row("a", 1), String::new(), row("a", 2)])), (vec![], 2));
        assert_eq!(shape(&lines(&[row("a", 1), row("a", 2), "x".into()])), (vec![2], 1));
    }

    #[test]
    fn rows_with_masks_are_counted() {
        let mask = r#"{"uuid":"00000000-0000-0000-0000-00000000000b","dataRow":{"id":"a"},"name":"n","mask":{"png":""}}"#;
        let rows = [row("a", 1), mask.into(), row("a", 3)].join("\n");
        let origin = Origin { source: 0, offset: 0, line: 1 };
        let (stretches, _) = split(&scan(rows.as_bytes(), origin, true, Manner::default()).bytes());
        assert_eq!(stretches[52..], [3, 0, 1, 0]);
    }

    #[test]
    fn long_stretches_are_compared_by_a_sort() {
        let rows = |count: u32| (0..count).map(|n| row("a", n)).collect::<Vec<_>>();
        let most = u32::try_from(MOST_ROWS).unwrap();
        assert_eq!(shape(&rows(most).join("\n")), (vec![most], 0));
        assert_eq!(shape(&rows(most + 1).join("\n")), (vec![], MOST_ROWS + 1));
        let mut twins = rows(100);
        twins[99] = row("a", 42);
        assert_eq!(shape(&twins.join("\n")), (vec![], 100));
    }
}
