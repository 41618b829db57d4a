//! Tables in, tables out: what rows say beside each other, and rows by their partitions.

use super::input::Bytes;
use crate::heard::Heard;
use crate::row::ROW_BYTES;
use crate::spread::Numbered;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Bound, PyResult, Python, pyfunction};
use pyo3::types::PyBytes;

#[pyfunction]
#[pyo3(signature = (rows, checks, links, clues, *, ordinal, required))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn said(
    py: Python<'_>,
    rows: Bytes,
    checks: Bytes,
    links: Bytes,
    clues: Bytes,
    ordinal: u32,
    required: Vec<u32>,
) -> PyResult<Bound<'_, PyBytes>> {
    let heard = Heard { rows: &rows, checks: &checks, links: &links, clues: &clues };
    let told = py.detach(|| heard.said(ordinal, &required));
    let told = told.ok_or_else(|| PyValueError::new_err("tables of different rows"))?;
    Ok(PyBytes::new(py, &told))
}

#[pyfunction]
#[pyo3(signature = (rows, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn named(py: Python<'_>, rows: Bytes) -> PyResult<Bound<'_, PyBytes>> {
    if !rows.len().is_multiple_of(ROW_BYTES) {
        return Err(PyValueError::new_err("rows: no whole number of ROWs"));
    }
    let named = py.detach(|| crate::heard::named(&rows));
    Ok(PyBytes::new(py, &named))
}

#[pyfunction]
#[pyo3(signature = (tables, *, width, count))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn spread(
    py: Python<'_>,
    tables: Vec<(Bytes, Bytes)>,
    width: usize,
    count: usize,
) -> PyResult<(Bound<'_, PyBytes>, Vec<usize>)> {
    let spread = py.detach(|| {
        let tables = tables.iter().map(|(rows, numbers)| Numbered { rows, numbers });
        let tables: Vec<_> = tables.collect();
        crate::spread::spread(&tables, width.max(1), count)
    });
    let (ordered, counts) =
        spread.ok_or_else(|| PyValueError::new_err("tables that do not fit"))?;
    Ok((PyBytes::new(py, &ordered), counts))
}
