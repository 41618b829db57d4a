//! Tables in, tables out: what rows say that counts only beside other rows.

use super::input::Bytes;
use super::table::Table;
use crate::heard::Heard;
use crate::reach::Reaching;
use crate::row::ROW_BYTES;
use crate::tally::Tally;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{PyResult, Python, pyfunction};

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
) -> PyResult<Table> {
    let heard = Heard { rows: &rows, checks: &checks, links: &links, clues: &clues };
    let told = py.detach(|| heard.said(ordinal, &required));
    let told = told.ok_or_else(|| PyValueError::new_err("tables of different rows"))?;
    Ok(told.into())
}

#[pyfunction]
#[pyo3(signature = (rows, measures, *, sized, columns, each))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn extents(
    py: Python<'_>,
    rows: Bytes,
    measures: Bytes,
    sized: bool,
    columns: Bytes,
    each: bool,
) -> PyResult<Table> {
    let reaching = Reaching { rows: &rows, measures: &measures, sized, columns: &columns };
    let told = py.detach(|| if each { reaching.of_each() } else { reaching.of_runs() });
    let told = told.ok_or_else(|| PyValueError::new_err("tables of different rows"))?;
    Ok(told.into())
}

#[pyfunction]
#[pyo3(signature = (rows, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn named(py: Python<'_>, rows: Bytes) -> PyResult<Table> {
    if !rows.len().is_multiple_of(ROW_BYTES) {
        return Err(PyValueError::new_err("rows: no whole number of ROWs"));
    }
    Ok(py.detach(|| crate::heard::named(&rows)).into())
}

#[pyfunction]
#[pyo3(signature = (rows, /))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn tally(py: Python<'_>, rows: Bytes) -> PyResult<(u64, u64, Vec<u64>)> {
    if !rows.len().is_multiple_of(ROW_BYTES) {
        return Err(PyValueError::new_err("rows: no whole number of ROWs"));
    }
    let Tally { bad, by_id, kinds } = py.detach(|| crate::tally::tally(&rows));
    Ok((bad, by_id, kinds.to_vec()))
}
