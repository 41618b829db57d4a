//! Masks of annotations: run lengths in either spelling, or rings to be filled, as PNGs of rows.
//!
//! A mask is held as runs or rings until it becomes a picture; one at a time is decoded.

use super::extent::Extent;
use super::geometry::Numbers;
use crate::cursor::{Cursor, Shape, Value};
use crate::mask::coco::expand;
use crate::mask::fill::fill;
use crate::mask::paint::encode;
use crate::mask::runs::{decode, sum, unite};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use png::{BitDepth, ColorType};

/// Pixels of a picture; one byte each is held while it is made.
const MOST_PIXELS: usize = 1 << 28;
/// Containers that may be open in an RLE.
const DEPTH: usize = 64;
const RUNS: u32 = 0;
const RINGS: u32 = 1;

/// Run lengths as COCO has them: column by column, zeros first.
#[derive(Debug, Default)]
pub struct Runs {
    /// Height and width.
    pub size: [u32; 2],
    /// Lengths of zeros and ones in turn.
    pub counts: Vec<u32>,
}

impl Runs {
    /// Reads the object `value` of `text`, which has no fault of the grammar; nothing unless its
    /// runs fill its size exactly.
    #[must_use]
    pub fn read(text: &str, value: Value) -> Option<Self> {
        let mut runs = Self::default();
        let mut sound = true;
        let mut cursor = Cursor::new(text, DEPTH);
        cursor.go(value.start);
        let read = cursor.members(|cursor, key| {
            let start = cursor.at();
            let value = cursor.value()?;
            match key.text(text).unwrap_or_default().as_ref() {
                "size" => match whole_numbers(text, start).as_deref() {
                    Some([height, width]) => runs.size = [*height, *width],
                    _ => sound = false,
                },
                "counts" => match counts(text, value) {
                    Some(found) => runs.counts = found,
                    None => sound = false,
                },
                _ => {}
            }
            Ok(())
        });
        let [height, width] = runs.size.map(|side| side as usize);
        let pixels = height.checked_mul(width).filter(|pixels| (1..=MOST_PIXELS).contains(pixels));
        let fits = pixels.is_some() && sum(&runs.counts) == pixels;
        (read.is_ok() && sound && fits).then_some(runs)
    }

    /// The bounds of what is set.
    #[must_use]
    pub fn extent(&self) -> Extent {
        let mut extent = Extent::default();
        let (height, mut start) = (self.size[0].max(1), 0);
        for (index, count) in self.counts.iter().enumerate() {
            let end = start + count;
            if index % 2 == 1 && *count > 0 {
                let (first, last) = (start / height, (end - 1) / height);
                let one = first == last;
                let top = if one { start % height } else { 0 };
                let bottom = if one { (end - 1) % height + 1 } else { height };
                extent.point(f64::from(first), f64::from(top));
                extent.point(f64::from(last + 1), f64::from(bottom));
            }
            start = end;
        }
        extent
    }

    /// What is spilled of it.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let head = [RUNS, self.size[0], self.size[1]];
        head.iter().chain(&self.counts).flat_map(|word| word.to_le_bytes()).collect()
    }
}

fn counts(text: &str, value: Value) -> Option<Vec<u32>> {
    match value.shape {
        Shape::List => whole_numbers(text, value.start),
        Shape::Text { .. } => expand(value.text(text)?.as_bytes()),
        _ => None,
    }
}

fn whole_numbers(text: &str, at: usize) -> Option<Vec<u32>> {
    let mut numbers = Numbers::new(text.as_bytes(), at)?;
    let mut found = Vec::new();
    while let Some((_, number)) = numbers.step().ok()? {
        let whole = number.value.fract() == 0.0;
        let fits = (0.0..=f64::from(u32::MAX)).contains(&number.value);
        #[expect(clippy::cast_possible_truncation, reason = "just looked at")]
        #[expect(clippy::cast_sign_loss, reason = "just looked at")]
        found.push(if whole && fits { number.value as u32 } else { return None });
    }
    Some(found)
}

/// Spills the polygons at `places`, which were read without a fault, to be filled together.
#[must_use]
pub fn pack_rings(bytes: &[u8], places: &[usize]) -> Vec<u8> {
    let mut packed = RINGS.to_le_bytes().to_vec();
    for place in places {
        let mut ring = Vec::new();
        if let Some(mut numbers) = Numbers::new(bytes, *place) {
            while let Ok(Some((_, number))) = numbers.step() {
                ring.push(number.value);
            }
        }
        packed.extend_from_slice(&(ring.len() as u64).to_le_bytes());
        packed.extend(ring.into_iter().flat_map(f64::to_le_bytes));
    }
    packed
}

/// Spells the mask that was spilled as the payload of a row: a grey PNG of zeros and ones. Rings
/// are filled in a picture of `size`, width and height. Nothing when there is no such picture.
#[must_use]
pub fn payload(packed: &[u8], size: [f64; 2]) -> Option<Vec<u8>> {
    let (kind, rest) = packed.split_first_chunk()?;
    let (height, width, counts) =
        if u32::from_le_bytes(*kind) == RUNS { unpack(rest)? } else { filled(rest, size)? };
    let columns = decode(&counts, height as usize * width as usize)?;
    let lines = turned(&columns, height as usize, width as usize);
    let png = encode(&lines, (width, height), (ColorType::Grayscale, BitDepth::Eight), &[]).ok()?;
    let mut spelled = b"{\"png\":\"".to_vec();
    spelled.extend_from_slice(STANDARD.encode(png).as_bytes());
    spelled.extend_from_slice(b"\"}");
    Some(spelled)
}

fn unpack(packed: &[u8]) -> Option<(u32, u32, Vec<u32>)> {
    let words = packed.as_chunks::<4>().0;
    let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
    Some((words.next()?, words.next()?, words.collect()))
}

#[expect(clippy::cast_possible_truncation, reason = "just looked at")]
#[expect(clippy::cast_sign_loss, reason = "just looked at")]
fn filled(packed: &[u8], [width, height]: [f64; 2]) -> Option<(u32, u32, Vec<u32>)> {
    #[expect(clippy::cast_precision_loss, reason = "a power of two")]
    let fits = width * height <= MOST_PIXELS as f64;
    if !fits || width.fract() != 0.0 || height.fract() != 0.0 {
        return None;
    }
    let (width, height) = (width as u32, height as u32);
    let (mut masks, mut rest) = (Vec::new(), packed);
    while let Some((length, ring)) = rest.split_first_chunk() {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (numbers, behind) = ring.split_at_checked(8 * length)?;
        let numbers = numbers.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
        let numbers: Vec<f64> = numbers.collect();
        masks.push(fill(numbers.as_chunks::<2>().0, height, width));
        rest = behind;
    }
    Some((height, width, unite(&masks, height * width)))
}

// A plane column by column, line by line: in tiles, so that neither side leaves the cache.
fn turned(columns: &[u8], height: usize, width: usize) -> Vec<u8> {
    const TILE: usize = 64;
    let mut lines = vec![0; columns.len()];
    for left in (0..width).step_by(TILE) {
        for top in (0..height).step_by(TILE) {
            for row in top..height.min(top + TILE) {
                for column in left..width.min(left + TILE) {
                    lines[row * width + column] = columns[column * height + row];
                }
            }
        }
    }
    lines
}
