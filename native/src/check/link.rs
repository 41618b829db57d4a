//! What a relationship row joins.

/// Bytes of a packed LINK. Its twin: `LINK` in `bulkimport/native.py`.
pub const LINK_BYTES: usize = 48;

/// Flag: `source` is a UUID.
pub const SOURCE: u32 = 1;
/// Flag: `target` is a UUID.
pub const TARGET: u32 = 2;
/// Flag: the relationship goes both ways.
pub const BOTH_WAYS: u32 = 4;
/// Flag: the source is a feature, named by `sourceOntologyName`.
pub const SOURCE_IS_FEATURE: u32 = 8;

/// The ends of a relationship.
#[derive(Clone, Copy, Debug, Default)]
pub struct Link {
    /// Which of the others hold.
    pub flags: u32,
    /// The uuid of the row it starts from.
    pub source: u128,
    /// The uuid of the row it goes to.
    pub target: u128,
    /// The feature it starts from; 0 when that is not known.
    pub feature: u32,
}

impl Link {
    /// Appends the LINK of row `row` of its block, little-endian, low halves first.
    pub fn pack(&self, row: u32, links: &mut Vec<u8>) {
        links.extend_from_slice(&row.to_le_bytes());
        links.extend_from_slice(&self.flags.to_le_bytes());
        links.extend_from_slice(&self.source.to_le_bytes());
        links.extend_from_slice(&self.target.to_le_bytes());
        links.extend_from_slice(&self.feature.to_le_bytes());
        links.extend_from_slice(&[0; 4]);
    }
}
