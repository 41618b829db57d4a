//! How far the rows of data rows reach, folded from how far each row does: little tables for disk.

use crate::check::extent::{HAS_BOX, HAS_LAST, MEASURE_BYTES, greater, lesser};
use crate::row::ROW_BYTES;

/// Bytes of a packed EXTENT. Its twin: `EXTENT` in `bulkimport/findings.py`.
pub const EXTENT_BYTES: usize = 80;
/// Columns of last places: frames, milliseconds, pages and characters.
pub const COLUMNS: u8 = 4;
/// The last place of what is not counted in a column.
const NOWHERE: i64 = -1;

/// Packed ROWs of a block, and how far they go.
#[derive(Clone, Copy, Debug)]
pub struct Reaching<'b> {
    /// ROWs.
    pub rows: &'b [u8],
    /// MEASUREs.
    pub measures: &'b [u8],
    /// Whether coordinates are pixels of the asset.
    pub sized: bool,
    /// For each kind the column of what it counts, [`COLUMNS`] or more for none.
    pub columns: &'b [u8],
}

#[derive(Clone, Copy)]
struct Reach {
    key: [u8; 16],
    low: [f64; 2],
    high: [f64; 2],
    lasts: [i64; COLUMNS as usize],
}

impl Reaching<'_> {
    /// The EXTENTs of runs of neighbours among the good rows. Nothing when the tables do not fit.
    #[must_use]
    pub fn of_runs(&self) -> Option<Vec<u8>> {
        let mut packed = Vec::new();
        let mut run: Option<Reach> = None;
        for measure in self.measures.as_chunks().0 {
            let (row, reach) = self.reach(measure)?;
            if row[84..86] != [0; 2] {
                continue;
            }
            run = match run {
                Some(run) if run.key == reach.key => Some(run.with(&reach)),
                other => {
                    other.inspect(|run| run.pack(&mut packed));
                    Some(reach)
                }
            };
        }
        run.inspect(|run| run.pack(&mut packed));
        Some(packed)
    }

    /// The EXTENT of each MEASURE by itself. Nothing when the tables do not fit.
    #[must_use]
    pub fn of_each(&self) -> Option<Vec<u8>> {
        let mut packed = Vec::new();
        for measure in self.measures.as_chunks().0 {
            self.reach(measure)?.1.pack(&mut packed);
        }
        Some(packed)
    }

    fn reach(&self, measure: &[u8; MEASURE_BYTES]) -> Option<(&[u8; ROW_BYTES], Reach)> {
        let row = u32::from_le_bytes(*measure.first_chunk()?) as usize;
        let row = self.rows.as_chunks().0.get(row)?;
        let [kind, unit, flags] = [measure[4], measure[5], measure[6]];
        let mut reach = Reach {
            key: *row.first_chunk()?,
            low: [f64::INFINITY; 2],
            high: [f64::NEG_INFINITY; 2],
            lasts: [NOWHERE; COLUMNS as usize],
        };
        if flags & HAS_BOX != 0 && unit == 0 && self.sized {
            let bound = |at| f64::from_bits(word(measure, at));
            (reach.low, reach.high) = ([bound(8), bound(16)], [bound(24), bound(32)]);
        }
        let column = usize::from(*self.columns.get(usize::from(kind))?);
        if flags & HAS_LAST != 0
            && let Some(last) = reach.lasts.get_mut(column)
        {
            *last = i64::try_from(word(measure, 40)).unwrap_or(i64::MAX);
        }
        Some((row, reach))
    }
}

impl Reach {
    fn with(&self, other: &Self) -> Self {
        let mut both = *self;
        for side in 0..2 {
            both.low[side] = lesser(self.low[side], other.low[side]);
            both.high[side] = greater(self.high[side], other.high[side]);
        }
        for (last, other) in both.lasts.iter_mut().zip(other.lasts) {
            *last = other.max(*last);
        }
        both
    }

    fn pack(&self, packed: &mut Vec<u8>) {
        packed.extend_from_slice(&self.key);
        for bound in [self.low, self.high].as_flattened() {
            packed.extend_from_slice(&bound.to_le_bytes());
        }
        for last in self.lasts {
            packed.extend_from_slice(&last.to_le_bytes());
        }
    }
}

fn word(packed: &[u8], at: usize) -> u64 {
    packed[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::{EXTENT_BYTES, NOWHERE, Reaching, word};
    use crate::check::extent::Extent;
    use crate::row::ROW_BYTES;

    const BOX: u8 = 0;
    const FRAMES: u8 = 1;

    /// Rows by key and code, and what each tells: its corners or its last frame.
    fn told(rows: &[(u8, u8)], sized: bool, each: bool) -> Vec<(u8, [f64; 4], i64)> {
        let (mut table, mut measures) = (Vec::new(), Vec::new());
        for (at, (key, code)) in (0_u32..).zip(rows) {
            let mut row = [0; ROW_BYTES];
            (row[0], row[84]) = (*key, *code);
            table.extend_from_slice(&row);
            let mut boxed = Extent::default();
            boxed.point([f64::from(at), 1.0]);
            boxed.point([2.0, f64::from(at)]);
            boxed.pack(at, BOX, &mut measures);
            let mut framed = Extent::default();
            framed.last(i64::from(at));
            framed.pack(at, FRAMES, &mut measures);
        }
        let reaching =
            Reaching { rows: &table, measures: &measures, sized, columns: &[u8::MAX, 0] };
        let packed = if each { reaching.of_each() } else { reaching.of_runs() };
        let packed = packed.expect("tables that fit");
        let extents = packed.as_chunks::<EXTENT_BYTES>().0.iter();
        let bound = |one: &[u8; EXTENT_BYTES], at| f64::from_bits(word(one, at));
        extents
            .map(|one| {
                let bounds = [16, 24, 32, 40].map(|at| bound(one, at));
                (one[0], bounds, word(one, 48).cast_signed())
            })
            .collect()
    }

    #[test]
    fn neighbours_of_one_data_row_reach_together_and_refused_rows_nowhere() {
        let told = told(&[(7, 0), (7, 0), (7, 1), (8, 0)], true, false);
        assert_eq!(told, [(7, [0.0, 0.0, 2.0, 1.0], 1), (8, [2.0, 1.0, 3.0, 3.0], 3)]);
    }

    #[test]
    fn each_measure_reaches_by_itself_if_asked() {
        let told = told(&[(7, 0), (7, 1)], false, true);
        let lasts: Vec<_> = told.iter().map(|one| one.2).collect();
        assert_eq!(lasts, [NOWHERE, 0, NOWHERE, 1]);
        assert!(told.iter().flat_map(|one| one.1).all(f64::is_infinite));
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        let mut measures = Vec::new();
        let mut extent = Extent::default();
        extent.last(1);
        extent.pack(1, 0, &mut measures);
        let row = [0; ROW_BYTES];
        let reaching = Reaching { rows: &row, measures: &measures, sized: true, columns: &[0] };
        assert!(reaching.of_runs().is_none());
        let reaching = Reaching { rows: &[row, row].concat(), columns: &[], ..reaching };
        assert!(reaching.of_each().is_none());
    }
}
