//! A status file that is read while it comes.

use super::input::Bytes;
use super::table::Table;
use pyo3::prelude::{Bound, Python, pyclass, pymethods};
use pyo3::types::PyBytes;

type End<'py> = (Table, Bound<'py, PyBytes>, usize, Option<(u64, u64)>);

#[pyclass(module = "bulkimport._native")]
#[derive(Default)]
pub struct StatusFile(crate::status_file::StatusFile);

#[pymethods]
impl StatusFile {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    #[pyo3(signature = (pieces, /))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn feed(&mut self, py: Python<'_>, pieces: Vec<Bytes>) {
        py.detach(|| pieces.iter().for_each(|piece| self.0.feed(piece)));
    }

    fn end<'py>(&mut self, py: Python<'py>) -> End<'py> {
        let mut file = std::mem::take(&mut self.0);
        file.end();
        let uuids = file.uuids().map(|sum| (sum.low, sum.high));
        let accepted = file.accepted();
        let (statuses, lines) = file.into_parts();
        (Table::from(statuses), PyBytes::new(py, &lines), accepted, uuids)
    }
}
