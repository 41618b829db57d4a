//! What the rows of a block say that counts only beside other rows: little tables that go to disk.

use crate::check::clue::{About, CLUE_BYTES};
use crate::check::link::LINK_BYTES;
use crate::check::verdict::CHECK_BYTES;
use crate::row::{HAS_UUID, ROW_BYTES};
use crate::uuid_sum::{mix, mix_low};

/// What a row says something about, beyond [`About`]. Their twin: `Topic` in `shards/clues.py`.
const LINK: u32 = 3;
const REQUIRED: u32 = 4;

/// Bytes of a packed SAID: key and value, u64; ordinal and topic, u32; little-endian. Its twin:
/// `SAID` in `bulkimport/findings.py`.
pub const SAID_BYTES: usize = 24;
/// Bytes of a packed NAMED: mixed uuid and key, u64. Its twin: `NAMED` in `bulkimport/findings.py`.
pub const NAMED_BYTES: usize = 16;

type Packed = [u8; ROW_BYTES];

/// Packed ROWs of a block, and what the check found in them.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'b> {
    /// ROWs.
    pub rows: &'b [u8],
    /// CHECKs, one a row.
    pub checks: &'b [u8],
    /// LINKs.
    pub links: &'b [u8],
    /// CLUEs.
    pub clues: &'b [u8],
}

impl Heard<'_> {
    /// What good rows say, packed as SAID: their clues, that they join others, and which of the
    /// `required` questions they answer. Nothing when the tables do not fit each other.
    #[must_use]
    pub fn said(&self, ordinal: u32, required: &[u32]) -> Option<Vec<u8>> {
        let rows = self.rows.as_chunks::<ROW_BYTES>().0;
        let checks = self.checks.as_chunks::<CHECK_BYTES>().0;
        let (clues, links) =
            (self.clues.as_chunks::<CLUE_BYTES>().0, self.links.as_chunks::<LINK_BYTES>().0);
        let mut told = Vec::with_capacity((clues.len() + links.len()) * SAID_BYTES);
        let mut tell = |key: u64, value: u64, topic: u32| {
            for word in [key, value, u64::from(ordinal) | u64::from(topic) << 32] {
                told.extend_from_slice(&word.to_le_bytes());
            }
        };
        for clue in clues {
            let number = half(clue, 0) as usize;
            let (row, check, about) = (rows.get(number)?, checks.get(number)?, half(clue, 4));
            if check[..2] == [0; 2] {
                let asked =
                    if about == About::Answer as u32 { question(row, half(check, 4)) } else { 0 };
                tell(word(row, 0), word(clue, 8) ^ asked, about);
            }
        }
        for link in links {
            tell(word(rows.get(half(link, 0) as usize)?, 0), 0, LINK);
        }
        if !required.is_empty() {
            for (row, check) in rows.iter().zip(checks) {
                let feature = half(check, 4);
                if required.contains(&feature) {
                    tell(word(row, 0), feature.into(), REQUIRED);
                }
            }
        }
        Some(told)
    }
}

/// The uuids of good ROWs, mixed, and whose they are, packed as NAMED.
#[must_use]
pub fn named(rows: &[u8]) -> Vec<u8> {
    let rows = rows.as_chunks::<ROW_BYTES>().0;
    let good = rows.iter().filter(|row| row[84..86] == [0; 2] && row[87] & HAS_UUID != 0);
    let mut named = Vec::with_capacity(rows.len() * NAMED_BYTES);
    for row in good {
        named.extend_from_slice(&mix_low([word(row, 16), word(row, 24)]).to_le_bytes());
        named.extend_from_slice(&row[..8]);
    }
    named
}

// One number for the feature of a row: that of the ontology, or else the hash of its name.
fn question(row: &Packed, feature: u32) -> u64 {
    mix(if feature > 0 { feature.into() } else { word(row, 48) })
}

fn word(packed: &[u8], at: usize) -> u64 {
    packed[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

fn half(packed: &[u8], at: usize) -> u32 {
    packed[at..].first_chunk().map_or(0, |half| u32::from_le_bytes(*half))
}

#[cfg(test)]
mod tests {
    use super::{Heard, NAMED_BYTES, SAID_BYTES, half, named, word};
    use crate::check::hearing::Hearing;
    use crate::check::spec::Spec;
    use crate::check::verdict::Checked;
    use crate::scan::{Manner, Origin, scan_aloud};

    const ROWS: [&str; 4] = [
        r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"id":"a"},"name":"n","answer":"x"}"#,
        r#"{"dataRow":{"id":"a"},"name":"n","answer":"y"}"#,
        r#"{"dataRow":{"id":"b"},"name":"n","answer":[]}"#,
        r#"{"dataRow":{"id":"b"},"name":"m","relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66b","target":"73dd0422-8c21-5372-bced-44449b17d66c","type":"unidirectional"}}"#,
    ];

    fn heard(spec: &str) -> (Vec<u8>, Checked) {
        let spec = Spec::parse(spec.as_bytes()).expect("a spec").0;
        let mut hearing = Hearing::new(&spec);
        let origin = Origin { source: 0, offset: 0, line: 1 };
        let block = ROWS.join("\n");
        let scanned = scan_aloud(block.as_bytes(), origin, true, Manner::default(), &mut hearing);
        (scanned.bytes(), hearing.end())
    }

    fn said(spec: &str, required: &[u32]) -> Vec<(u64, u64, u32, u32)> {
        let (rows, Checked { checks, links, clues, .. }) = heard(spec);
        let heard = Heard { rows: &rows, checks: &checks, links: &links, clues: &clues };
        let told = heard.said(7, required).expect("tables that fit");
        let each = told.as_chunks::<SAID_BYTES>().0.iter();
        each.map(|one| (word(one, 0), word(one, 8), half(one, 16), half(one, 20))).collect()
    }

    #[test]
    fn answers_to_one_question_are_alike_and_those_of_refused_rows_are_not_told() {
        let told = said(r#"{"media":"any"}"#, &[]);
        let (rows, _) = heard(r#"{"media":"any"}"#);
        let topics: Vec<u32> = told.iter().map(|one| one.3).collect();
        assert_eq!(topics, [0, 0, 3]);
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0].0, word(&rows, 0));
        assert_eq!((told[2].1, told[2].2), (0, 7));
    }

    #[test]
    fn only_required_questions_are_told_apart() {
        let ontology = r#"{"media":"any","ontology":{"tools":[],"classifications":[
            {"type":"text","name":"n","instructions":"n","options":[]}]}}"#;
        let required: Vec<_> =
            said(ontology, &[1]).into_iter().filter(|one| one.3 == 4).map(|one| one.1).collect();
        assert_eq!(required, [1; 3]);
        assert!(said(ontology, &[2]).iter().all(|one| one.3 != 4));
    }

    #[test]
    fn only_good_rows_with_a_uuid_are_named() {
        let (rows, _) = heard(r#"{"media":"any"}"#);
        let names = named(&rows);
        assert_eq!(names.len(), NAMED_BYTES);
        assert_eq!(word(&names, 8), word(&rows, 0));
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        let (rows, Checked { checks, links, clues, .. }) = heard(r#"{"media":"any"}"#);
        let heard = Heard { rows: &rows[..88], checks: &checks, links: &links, clues: &clues };
        assert!(heard.said(0, &[]).is_none());
    }
}
