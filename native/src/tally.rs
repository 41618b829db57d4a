//! How many rows of a block are good and bad, and of which kinds.

use crate::kind::Kind;
use crate::row::{KEY_IS_ID, ROW_BYTES};

/// Counts of packed ROWs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows with a code.
    pub bad: u64,
    /// Good rows that name their data row by its id.
    pub by_id: u64,
    /// Good rows by their kind.
    pub kinds: [u64; Kind::NAMES.len()],
}

/// Counts packed ROWs.
#[must_use]
pub fn tally(rows: &[u8]) -> Tally {
    let mut tally = Tally::default();
    for row in rows.as_chunks::<ROW_BYTES>().0 {
        if row[84..86] != [0; 2] {
            tally.bad += 1;
            continue;
        }
        tally.by_id += u64::from(row[87] & KEY_IS_ID != 0);
        if let Some(count) = tally.kinds.get_mut(usize::from(row[86])) {
            *count += 1;
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::tally;
    use crate::row::{HAS_KEY, KEY_IS_ID, ROW_BYTES};

    #[test]
    fn good_rows_are_counted_by_kind_and_bad_ones_at_all() {
        let row = |code, kind, flags| {
            let mut row = [0; ROW_BYTES];
            (row[84], row[86], row[87]) = (code, kind, flags);
            row
        };
        let rows = [row(0, 2, HAS_KEY), row(0, 2, HAS_KEY | KEY_IS_ID), row(3, 1, KEY_IS_ID)];
        let told = tally(rows.as_flattened());
        assert_eq!((told.bad, told.by_id, told.kinds[2], told.kinds[1]), (1, 1, 2, 0));
    }
}
