//! The class `Scatter` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use crate::scatter::Trouble;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::{Bound, PyErr, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyByteArray;
use std::path::PathBuf;

#[pyclass(module = "bulkimport._native")]
pub struct Scatter(crate::scatter::Scatter);

#[pymethods]
impl Scatter {
    #[new]
    #[pyo3(signature = (folder, *, width, count, waiting))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn new(folder: PathBuf, width: usize, count: usize, waiting: usize) -> PyResult<Self> {
        if !count.is_power_of_two() || count > 1 << 16 || width == 0 {
            return Err(PyValueError::new_err("count: a power of two, at most 65,536"));
        }
        Ok(Self(crate::scatter::Scatter::new(&folder, width, count, waiting)))
    }

    #[pyo3(signature = (rows, /, *, at))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn add_by(&mut self, py: Python<'_>, rows: Bytes, at: usize) -> PyResult<()> {
        let scatter = &mut self.0;
        if !rows.len().is_multiple_of(scatter.width()) || at + 8 > scatter.width() {
            return Err(PyValueError::new_err("rows of another width"));
        }
        py.detach(|| scatter.add_by(&rows, at)).map_err(raise)
    }

    #[pyo3(signature = (rows, numbers, /))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn add(&mut self, py: Python<'_>, rows: Bytes, numbers: Bytes) -> PyResult<()> {
        let scatter = &mut self.0;
        let (numbers, rest) = numbers.as_chunks();
        let numbers: Vec<_> = numbers.iter().map(|number| u16::from_le_bytes(*number)).collect();
        let there = numbers.iter().all(|number| usize::from(*number) < scatter.count());
        if rows.len() != numbers.len() * scatter.width() || !there || !rest.is_empty() {
            return Err(PyValueError::new_err("numbers of other rows or partitions"));
        }
        py.detach(|| scatter.add(&rows, &numbers)).map_err(raise)
    }

    #[pyo3(signature = (number, /))]
    fn rows(&self, number: usize) -> PyResult<usize> {
        Ok(self.0.left(self.known(number)?) / self.0.width())
    }

    #[pyo3(signature = (number, /, *, most))]
    fn take<'py>(
        &mut self,
        py: Python<'py>,
        number: usize,
        most: usize,
    ) -> PyResult<Bound<'py, PyByteArray>> {
        let number = self.known(number)?;
        let size = self.0.left(number).min(most.saturating_mul(self.0.width()));
        PyByteArray::new_with(py, size, |bytes| self.0.take(number, bytes).map_err(raise))
    }
}

impl Scatter {
    fn known(&self, number: usize) -> PyResult<usize> {
        if number < self.0.count() {
            return Ok(number);
        }
        Err(PyValueError::new_err("no such partition"))
    }
}

fn raise(trouble: Trouble) -> PyErr {
    let Trouble { path, error } = trouble;
    PyOSError::new_err((error.raw_os_error(), error.to_string(), path))
}
