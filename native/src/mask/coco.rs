//! COCO's compressed run lengths: a string of printable characters, five bits each.
//!
//! Each number is written little-endian in groups of five bits, a sixth bit tells that more follow,
//! and the last group's fifth bit is the sign. From the fourth number on the differences to the
//! number two before are written, since neighbouring columns have runs of like lengths.

/// Writes counts.
#[must_use]
pub fn compress(counts: &[u32]) -> Vec<u8> {
    let mut text = Vec::with_capacity(2 * counts.len());
    for (index, count) in counts.iter().enumerate() {
        let before = if index > 2 { counts[index - 2] } else { 0 };
        let mut rest = i64::from(*count) - i64::from(before);
        loop {
            let bits = (rest & 0x1f).to_le_bytes()[0];
            rest >>= 5;
            // What is left is the sign alone: bit 16 says it already.
            let more = rest != if bits & 0x10 == 0 { 0 } else { -1 };
            text.push(48 + bits + if more { 0x20 } else { 0 });
            if !more {
                break;
            }
        }
    }
    text
}

/// Reads counts; `None` for other characters, a cut number, or a length no run can have.
#[must_use]
pub fn expand(text: &[u8]) -> Option<Vec<u32>> {
    let mut counts: Vec<u32> = Vec::new();
    let mut bytes = text.iter();
    while !bytes.as_slice().is_empty() {
        let mut value = 0_i64;
        for shift in (0..).step_by(5) {
            let bits = bytes.next()?.checked_sub(48).filter(|bits| *bits < 64)?;
            if shift > 35 {
                return None;
            }
            value |= i64::from(bits & 0x1f) << shift;
            if bits & 0x20 == 0 {
                value |= if bits & 0x10 == 0 { 0 } else { -1 << (shift + 5) };
                break;
            }
        }
        let before = if counts.len() > 2 { counts[counts.len() - 2] } else { 0 };
        counts.push(u32::try_from(value + i64::from(before)).ok()?);
    }
    Some(counts)
}
