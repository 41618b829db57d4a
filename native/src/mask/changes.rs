//! Where two lines of pixels differ: most blocks of a mask are alike and cost one comparison.

const BLOCK: usize = 64;

/// Calls `found` with the index of each pixel of `SIZE` bytes in which two lines differ, in order.
///
/// Lines of different lengths are compared as far as both reach.
pub fn changes<const SIZE: usize>(new: &[u8], old: &[u8], mut found: impl FnMut(usize)) {
    let (new, old) = (new.as_chunks::<SIZE>().0, old.as_chunks::<SIZE>().0);
    let pixels = new.len().min(old.len());
    let (blocks, _) = new[..pixels].as_flattened().as_chunks::<BLOCK>();
    let (others, _) = old[..pixels].as_flattened().as_chunks::<BLOCK>();
    // Pixels before `next` are compared: a pixel may lie across two blocks.
    let mut next = 0;
    let mut compare = |from: usize, to: usize| {
        for pixel in from..to {
            if new[pixel] != old[pixel] {
                found(pixel);
            }
        }
    };
    for (index, (block, other)) in blocks.iter().zip(others).enumerate() {
        if block != other {
            let from = (index * BLOCK / SIZE).max(next);
            next = ((index + 1) * BLOCK).div_ceil(SIZE).min(pixels);
            compare(from, next);
        }
    }
    compare((blocks.len() * BLOCK / SIZE).max(next), pixels);
}

/// Reads the label of a pixel of at most four bytes.
#[must_use]
pub fn label<const SIZE: usize>(pixel: [u8; SIZE]) -> u32 {
    let mut bytes = [0; 4];
    bytes[..SIZE].copy_from_slice(&pixel);
    u32::from_le_bytes(bytes)
}
