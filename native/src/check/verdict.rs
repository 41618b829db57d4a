//! The verdict on every good row of a block, packed as the CHECK that Python sees.

use super::clue::Clue;
use super::report::Report;
use super::rule::Rule;
use super::spec::Spec;
use super::walk::{Scratch, Walk};
use crate::row::ROW_BYTES;

/// Bytes of a packed CHECK. Its twin: `CHECK` in `bulkimport/native.py`.
pub const CHECK_BYTES: usize = 8;

// Where a ROW says where it stands, how long it is, what the scan found, and its kind.
const OFFSET: usize = 64;
const LENGTH: usize = 72;
const CODE: usize = 84;
const KIND: usize = 86;

/// What was found in a block.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// One packed CHECK a row; a row that the scan refused has one of zeros.
    pub checks: Vec<u8>,
    /// One packed MEASURE for each row that has geometry or frames, when that was asked.
    pub measures: Vec<u8>,
    /// One packed LINK for each relationship.
    pub links: Vec<u8>,
    /// How many rows each rule warns of, by its number; not of those that it refuses as well.
    pub warnings: Vec<u64>,
    /// One packed CLUE for each thing that counts only beside other rows.
    pub clues: Vec<u8>,
}

/// Checks the good rows among `rows`, packed ROWs of `block`, which stands at `offset` of its
/// source. Nothing for a row that does not lie in the block.
#[must_use]
pub fn check(spec: &Spec, block: &[u8], offset: u64, rows: &[u8]) -> Option<Checked> {
    let (rows, rest) = rows.as_chunks::<ROW_BYTES>();
    if !rest.is_empty() {
        return None;
    }
    let mut checked = Checked::new();
    checked.checks.reserve(rows.len() * CHECK_BYTES);
    let mut scratch = Scratch::default();
    for (number, row) in (0..).zip(rows) {
        let text = span(row, block, offset)?;
        if row[CODE..CODE + 2] == [0; 2] {
            checked.add(number, row[KIND], &one(spec, &mut scratch, text));
        } else {
            checked.pass();
        }
    }
    Some(checked)
}

// The row with what follows it, and how long it is itself.
fn span<'b>(row: &[u8; ROW_BYTES], block: &'b [u8], offset: u64) -> Option<(&'b [u8], usize)> {
    let start = u64::from_le_bytes(*row[OFFSET..].first_chunk()?).checked_sub(offset)?;
    let length = u32::from_le_bytes(*row[LENGTH..].first_chunk()?);
    let rest = block.get(usize::try_from(start).ok()?..)?;
    (length as usize <= rest.len()).then_some((rest, length as usize))
}

fn one<'c, 't>(
    spec: &'c Spec,
    scratch: &'c mut Scratch,
    (row, length): (&'t [u8], usize),
) -> Walk<'c, 't> {
    let mut walk = Walk::new(spec, scratch, row, Report::default());
    walk.row(length);
    walk
}

impl Checked {
    /// Nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self { warnings: vec![0; Rule::ALL.len()], ..Self::default() }
    }

    /// Takes in a row that nobody checks.
    pub fn pass(&mut self) {
        self.checks.extend([0; CHECK_BYTES]);
    }

    /// Takes in a row in which nothing was found.
    #[inline]
    pub fn good(&mut self, number: u32, feature: u32, clue: Clue) {
        self.checks.extend_from_slice(&(u64::from(feature) << 32).to_le_bytes());
        clue.pack(number, &mut self.clues);
    }

    /// Takes in a row that was walked.
    pub fn add(&mut self, number: u32, kind: u8, walk: &Walk) {
        let report = &walk.report;
        let rule = report.first.map_or(0, Rule::number);
        self.checks.extend_from_slice(&rule.to_le_bytes());
        self.checks.extend_from_slice(&[u8::from(report.warnings != 0), report.notes]);
        self.checks.extend_from_slice(&walk.feature.to_le_bytes());
        if walk.spec.measure {
            walk.extent.pack(number, kind, &mut self.measures);
        }
        if let Some(link) = walk.link {
            link.pack(number, &mut self.links);
        }
        for clue in &walk.scratch.clues {
            clue.pack(number, &mut self.clues);
        }
        let mut warnings = report.warnings & !report.errors;
        while warnings != 0 {
            self.warnings[warnings.trailing_zeros() as usize] += 1;
            warnings &= warnings - 1;
        }
    }
}
