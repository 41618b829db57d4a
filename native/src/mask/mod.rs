//! Masks as pictures and as runs: pure functions on pixels, line by line where they can be.
//!
//! A *label* is what a pixel says, as a number: a grey or palette sample, or red + 256 green +
//! 65,536 blue. A *colour* is a label with how often and where it occurs.

pub mod changes;
pub mod coco;
pub mod colours;
pub mod fill;
pub mod labels;
pub mod outline;
pub mod paint;
pub mod picture;
pub mod read;
pub mod runs;
pub mod slots;

/// Places and lengths in a picture, whose pixels are counted in `u32`.
///
/// # Panics
/// Beyond that, which callers exclude.
pub(crate) fn small(length: usize) -> u32 {
    u32::try_from(length).expect("a picture has u32 pixels")
}
