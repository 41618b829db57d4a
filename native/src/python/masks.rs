//! Masks for Python: pictures read and written, runs, rings and labels.

use super::input::{Bytes, Shared};
use crate::mask::colours::Colours;
use crate::mask::labels::{Columns, Labelled};
use crate::mask::picture::{Header, Limits, depth};
use crate::mask::read::{Read, Wanted};
use crate::mask::{coco, fill, outline, paint, read, runs, small};
use png::ColorType;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Bound, PyErr, PyResult, Python, pyfunction};
use pyo3::types::PyBytes;

// Of pixels that may be written to, so many bytes are copied at once: they stay in the cache.
const BLOCK: usize = 1 << 16;

type Packed<'py> = Bound<'py, PyBytes>;
type Told<'py> = (
    (String, String),
    (u32, u32, &'static str, u8, bool),
    (Packed<'py>, Packed<'py>, bool),
    Masks<'py>,
    Packed<'py>,
);
type Masks<'py> = (bool, Packed<'py>, Packed<'py>, Packed<'py>);
type Rings<'py> = (Packed<'py>, Packed<'py>, Packed<'py>);

#[pyfunction]
#[pyo3(signature = (png, *, wanted, pixels, inflated, most, labels))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn read_png<'py>(
    py: Python<'py>,
    png: Bytes,
    wanted: &str,
    pixels: u64,
    inflated: u64,
    most: usize,
    labels: Vec<u32>,
) -> PyResult<Told<'py>> {
    let wanted = match wanted {
        "colours" => Wanted::Colours,
        "masks" => Wanted::Masks,
        "pixels" => Wanted::Pixels,
        _ => return Err(PyValueError::new_err("wanted: colours, masks or pixels")),
    };
    let limits = Limits { pixels, bytes: inflated };
    let told = py.detach(|| read::read(&png, wanted, limits, most, &labels));
    let none = || PyBytes::new(py, b"");
    match told {
        Ok(found) => Ok(tell(py, &found)),
        Err(fault) => {
            let (code, found) = fault.told();
            let header = (0, 0, "", 0, false);
            let masks = (false, none(), none(), none());
            Ok(((code.into(), found.into()), header, (none(), none(), false), masks, none()))
        }
    }
}

fn tell<'py>(py: Python<'py>, read: &Read) -> Told<'py> {
    let Header { width, height, depth, interlaced, .. } = read.header;
    let bytes = |packed: &[u8]| PyBytes::new(py, packed);
    let colours = (bytes(&read.colours.packed()), bytes(&read.palette), read.colours.overflowed);
    let header = (width, height, read.header.mode(), depth, interlaced);
    let masks = pack(py, read.masks.as_deref());
    ((String::new(), String::new()), header, colours, masks, bytes(&read.pixels))
}

// Whether there are all, then labels, how many counts each has, and the counts.
fn pack<'py>(py: Python<'py>, masks: Option<&[Labelled]>) -> Masks<'py> {
    let all = masks.unwrap_or_default();
    let labels: Vec<u32> = all.iter().map(|one| one.label).collect();
    let lengths: Vec<u32> = all.iter().map(|one| small(one.counts.len())).collect();
    let counts: Vec<&[u32]> = all.iter().map(|one| one.counts.as_slice()).collect();
    (masks.is_some(), words(py, &labels), words(py, &lengths), words(py, &counts.concat()))
}

fn words<'py>(py: Python<'py>, words: &[u32]) -> Packed<'py> {
    let bytes: Vec<[u8; 4]> = words.iter().map(|word| word.to_le_bytes()).collect();
    PyBytes::new(py, bytes.as_flattened())
}

fn numbers(bytes: &[u8]) -> PyResult<Vec<u32>> {
    let (words, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(PyValueError::new_err("no whole number of counts"));
    }
    Ok(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
}

#[pyfunction]
#[pyo3(signature = (pixels, *, width, height, mode, bits, palette))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn write_png<'py>(
    py: Python<'py>,
    pixels: Bytes,
    width: u32,
    height: u32,
    mode: &str,
    bits: u8,
    palette: Bytes,
) -> PyResult<Packed<'py>> {
    let samples = match mode {
        "grey" => ColorType::Grayscale,
        "palette" => ColorType::Indexed,
        "rgb" => ColorType::Rgb,
        _ => return Err(PyValueError::new_err("mode: grey, palette or rgb")),
    };
    let depth = depth(bits).ok_or_else(|| PyValueError::new_err("bits: 1, 2, 4, 8 or 16"))?;
    let png = py
        .detach(|| paint::encode(&pixels, (width, height), (samples, depth), &palette))
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(PyBytes::new(py, &png))
}

#[pyfunction]
#[pyo3(signature = (pixels, *, width, size, most))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn label_masks(
    py: Python<'_>,
    pixels: Shared,
    width: u32,
    size: usize,
    most: usize,
) -> PyResult<(Packed<'_>, Masks<'_>)> {
    let (colours, masks) = match size {
        1 => columns::<1>(py, &pixels, width, most),
        2 => columns::<2>(py, &pixels, width, most),
        3 => columns::<3>(py, &pixels, width, most),
        4 => columns::<4>(py, &pixels, width, most),
        _ => Err(no_lines()),
    }?;
    Ok((PyBytes::new(py, &colours.packed()), pack(py, masks.as_deref())))
}

type Found = (Colours, Option<Vec<Labelled>>);

fn columns<const SIZE: usize>(
    py: Python<'_>,
    pixels: &Shared,
    width: u32,
    most: usize,
) -> PyResult<Found> {
    let line = width as usize * SIZE;
    if !whole(pixels.len(), line) {
        return Err(no_lines());
    }
    let (mut colours, mut columns) = (Colours::new(most, &[]), Columns::new(width));
    pixels.blocks(py, line * (BLOCK / line).max(1), |block| {
        block.chunks_exact(line).for_each(|line| columns.line::<SIZE>(line));
    })?;
    let masks = py.detach(|| columns.finish(&mut colours));
    Ok((colours, masks))
}

// Whether there are whole lines, and no more pixels than runs can count.
fn whole(pixels: usize, line: usize) -> bool {
    line > 0 && pixels.is_multiple_of(line) && u32::try_from(pixels).is_ok()
}

fn no_lines() -> PyErr {
    PyValueError::new_err("pixels: no whole lines, of 1 to 4 bytes a pixel, under 4 GiB")
}

#[pyfunction]
#[pyo3(signature = (counts, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn compress_runs(py: Python<'_>, counts: Bytes) -> PyResult<Packed<'_>> {
    let counts = numbers(&counts)?;
    Ok(PyBytes::new(py, &py.detach(|| coco::compress(&counts))))
}

#[pyfunction]
#[pyo3(signature = (text, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn expand_runs(py: Python<'_>, text: Bytes) -> PyResult<Packed<'_>> {
    let counts = py.detach(|| coco::expand(&text));
    let counts = counts.ok_or_else(|| PyValueError::new_err("no compressed run lengths"))?;
    Ok(words(py, &counts))
}

#[pyfunction]
#[pyo3(signature = (mask, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn encode_runs(py: Python<'_>, mask: Bytes) -> PyResult<Packed<'_>> {
    if u32::try_from(mask.len()).is_err() {
        return Err(PyValueError::new_err("mask: more pixels than runs can count"));
    }
    Ok(words(py, &py.detach(|| runs::encode(&mask))))
}

#[pyfunction]
#[pyo3(signature = (counts, *, pixels))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn decode_runs(py: Python<'_>, counts: Bytes, pixels: usize) -> PyResult<Packed<'_>> {
    let counts = numbers(&counts)?;
    let mask = py.detach(|| runs::decode(&counts, pixels));
    let mask = mask.ok_or_else(|| PyValueError::new_err("the counts do not fill the picture"))?;
    Ok(PyBytes::new(py, &mask))
}

#[pyfunction]
#[pyo3(signature = (points, *, rings, width, height))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn fill_rings(
    py: Python<'_>,
    points: Bytes,
    rings: Vec<usize>,
    width: u32,
    height: u32,
) -> PyResult<Packed<'_>> {
    let pixels = width.checked_mul(height);
    let pixels = pixels.ok_or_else(|| PyValueError::new_err("more pixels than runs can count"))?;
    let points: Vec<[f64; 2]> = points.as_chunks::<16>().0.iter().map(point).collect();
    if rings.iter().try_fold(0_usize, |sum, ring| sum.checked_add(*ring)) != Some(points.len()) {
        return Err(PyValueError::new_err("rings: not the number of points"));
    }
    let counts = py.detach(|| {
        let mut rest = points.as_slice();
        let filled = rings.iter().map(|length| {
            let (ring, behind) = rest.split_at(*length);
            rest = behind;
            fill::fill(ring, height, width)
        });
        runs::unite(&filled.collect::<Vec<_>>(), pixels)
    });
    Ok(words(py, &counts))
}

fn point(bytes: &[u8; 16]) -> [f64; 2] {
    let (halves, _) = bytes.as_chunks::<8>();
    [f64::from_le_bytes(halves[0]), f64::from_le_bytes(halves[1])]
}

#[pyfunction]
#[pyo3(signature = (mask, *, width))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn outline_mask(py: Python<'_>, mask: Bytes, width: usize) -> PyResult<Rings<'_>> {
    if !whole(mask.len(), width) {
        return Err(no_lines());
    }
    let rings = py.detach(|| outline::outline(&mask, width));
    let corners = rings.iter().flat_map(|ring| ring.corners.iter().flatten().copied());
    let lengths: Vec<u32> = rings.iter().map(|ring| small(ring.corners.len())).collect();
    let holes: Vec<u8> = rings.iter().map(|ring| u8::from(ring.hole)).collect();
    let corners: Vec<u32> = corners.collect();
    Ok((words(py, &corners), words(py, &lengths), PyBytes::new(py, &holes)))
}
