//! What a row says that counts only beside other rows of its data row.

/// Bytes of a packed CLUE. Its twin: `CLUE` in `bulkimport/native.py`.
pub const CLUE_BYTES: usize = 16;

/// What a clue is about. The numbers go into a CLUE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum About {
    /// A question is answered without frames; the value is the hash of its message, or 0.
    Answer = 0,
    /// A picture of a video's masks; the value is its frame.
    Frame = 1,
    /// The picture of a mask; the value is the hash of its address.
    Picture = 2,
}

/// One thing that a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clue {
    /// What it is about.
    pub about: About,
    /// Its value, which is compared and nothing else.
    pub value: u64,
}

impl Clue {
    /// Appends the CLUE of row `row` of its block, little-endian.
    pub fn pack(&self, row: u32, clues: &mut Vec<u8>) {
        clues.extend_from_slice(&row.to_le_bytes());
        clues.extend_from_slice(&(self.about as u32).to_le_bytes());
        clues.extend_from_slice(&self.value.to_le_bytes());
    }
}
