//! The functions of `bulkimport._native`; what they guarantee is said in `bulkimport/_native.pyi`.

use super::input::{Bytes, files, words};
use super::table::Table;
use crate::explain::Explanation;
use crate::gather::{Failure, Range, Read, at_once, patiently};
use crate::index::Level;
use crate::key::{Hasher, Tag, halves};
use crate::scan::{Manner, Origin, Scanned};
use pyo3::exceptions::{PyMemoryError, PyOSError, PyValueError};
use pyo3::prelude::{Bound, PyAny, PyErr, PyResult, Python, pyfunction};
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyBytes;
use std::io::ErrorKind;

#[pyfunction]
#[pyo3(signature = (block, *, source, offset, line, last, depth = 64, threads = 1))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
#[expect(clippy::too_many_arguments, reason = "all but the first are named by the caller")]
pub fn scan(
    py: Python<'_>,
    block: Bytes,
    source: u32,
    offset: u64,
    line: u64,
    last: bool,
    depth: usize,
    threads: usize,
) -> PyResult<(usize, u64, Table)> {
    require_short(&block)?;
    let origin = Origin { source, offset, line };
    let manner = Manner { depth, threads, level: Level::best() };
    let Scanned { consumed, lines, rows } =
        py.detach(|| crate::scan::scan(&block, origin, last, manner));
    Ok((consumed, lines, Table::from(rows.into_flattened())))
}

/// Refuses a block with room for rows whose length is beyond 32 bits.
pub fn require_short(block: &[u8]) -> PyResult<()> {
    let short = u32::try_from(block.len()).map(drop);
    short.map_err(|_| PyValueError::new_err("a block is shorter than 4 GiB"))
}

#[pyfunction]
#[pyo3(signature = (block, *, last))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn whole_lines(py: Python<'_>, block: Bytes, last: bool) -> (usize, usize) {
    py.detach(|| {
        let bytes = crate::lines::whole_lines(&block, last);
        (bytes, memchr::memchr_iter(b'\n', &block[..bytes]).count())
    })
}

#[pyfunction]
#[pyo3(signature = (row, *, depth = 64))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn explain(py: Python<'_>, row: Bytes, depth: usize) -> (u16, usize, String, String) {
    let Explanation { code, at, path, found } = py.detach(|| crate::explain::explain(&row, depth));
    (code.number(), at, path, found)
}

#[pyfunction]
#[pyo3(signature = (descriptors, ranges))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn gather<'py>(
    py: Python<'py>,
    descriptors: &Bound<'py, PyAny>,
    ranges: Bytes,
) -> PyResult<Bound<'py, PyBytes>> {
    gathered(py, descriptors, &ranges, patiently)?.map_err(|failure| raise(&failure))
}

#[pyfunction]
#[pyo3(signature = (descriptors, ranges))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn gather_at_once<'py>(
    py: Python<'py>,
    descriptors: &Bound<'py, PyAny>,
    ranges: Bytes,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    match gathered(py, descriptors, &ranges, at_once)? {
        Ok(body) => Ok(Some(body)),
        Err(failure) if failure.error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(failure) => Err(raise(&failure)),
    }
}

fn gathered<'py>(
    py: Python<'py>,
    descriptors: &Bound<'py, PyAny>,
    ranges: &[u8],
    read: Read,
) -> PyResult<Result<Bound<'py, PyBytes>, Failure>> {
    let files = files(descriptors)?;
    let ranges = Range::unpack(ranges)
        .ok_or_else(|| PyValueError::new_err("ranges: no whole number of RANGEs"))?;
    let lengths = ranges.iter().map(Range::body_length);
    let length = lengths.fold(0_usize, usize::saturating_add);
    if isize::try_from(length).is_err() {
        return Err(PyMemoryError::new_err("the ranges hold more than memory can"));
    }
    let mut failure = None;
    let body = PyBytes::new_with(py, length, |body| {
        failure = py.detach(|| crate::gather::gather(&files, &ranges, body, read)).err();
        Ok(())
    })?;
    Ok(failure.map_or(Ok(body), Err))
}

// The number of the error decides which OSError Python makes of it.
fn raise(failure: &Failure) -> PyErr {
    let Failure { source, offset, error } = failure;
    let text = format!("source {source}, from byte {offset}: {error}");
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, text)),
        None => PyOSError::new_err(text),
    }
}

#[pyfunction]
#[pyo3(signature = (key, content, ordinal))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn fill_uuids(
    py: Python<'_>,
    key: Bytes,
    content: Bytes,
    ordinal: Bytes,
) -> PyResult<Bound<'_, PyBytes>> {
    let key = words(&key, "key")?;
    let content = words(&content, "content")?;
    let ordinal = words(&ordinal, "ordinal")?;
    if [key.len(), content.len()] != [2 * ordinal.len(); 2] {
        return Err(PyValueError::new_err("key and content have two words for each ordinal"));
    }
    let uuids = py.detach(|| {
        let pairs = key.as_chunks::<2>().0.iter().zip(content.as_chunks::<2>().0);
        let bits = pairs.zip(&ordinal).map(|((key, content), ordinal)| {
            crate::uuid::fill(*key, *content, *ordinal).to_le_bytes()
        });
        bits.flatten().collect::<Vec<u8>>()
    });
    Ok(PyBytes::new(py, &uuids))
}

#[pyfunction]
#[pyo3(signature = (rows, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn split(py: Python<'_>, rows: Bytes) -> PyResult<(Table, Table)> {
    if !rows.len().is_multiple_of(crate::row::ROW_BYTES) {
        return Err(PyValueError::new_err("rows: no whole number of ROWs"));
    }
    let (stretches, loose) = py.detach(|| crate::stretch::split(&rows));
    Ok((stretches.into(), loose.into()))
}

#[pyfunction]
#[pyo3(signature = (tag, keys, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn key_hashes(py: Python<'_>, tag: &str, keys: Vec<PyBackedStr>) -> PyResult<Table> {
    let tag = tag_of(tag)?;
    Ok(py.detach(|| {
        let mut hasher = Hasher::default();
        let words = keys.iter().flat_map(|key| halves(hasher.key(tag, key.as_bytes())));
        Table::from(words.collect::<Vec<_>>())
    }))
}

#[pyfunction]
#[pyo3(signature = (tag, key, /))]
pub fn key_hash(tag: &str, key: &str) -> PyResult<(u64, u64)> {
    let [low, high] = halves(crate::key::key_hash(tag_of(tag)?, key));
    Ok((low, high))
}

pub fn tag_of(tag: &str) -> PyResult<Tag> {
    match tag {
        "i" => Ok(Tag::Id),
        "g" => Ok(Tag::GlobalKey),
        _ => Err(PyValueError::new_err("tag: i for an id or g for a global key")),
    }
}
