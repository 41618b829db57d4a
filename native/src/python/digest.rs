//! A running digest: xxh3-128 over bytes that come in pieces.

use super::input::Bytes;
use pyo3::prelude::{Python, pyclass, pymethods};
use xxhash_rust::xxh3::Xxh3;

#[pyclass(module = "bulkimport._native")]
#[derive(Clone)]
pub struct Digest(Xxh3);

#[pymethods]
impl Digest {
    #[new]
    fn new() -> Self {
        Self(Xxh3::new())
    }

    #[pyo3(signature = (data, start = 0, /))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn update(&mut self, py: Python<'_>, data: Bytes, start: usize) {
        py.detach(|| self.0.update(data.get(start..).unwrap_or_default()));
    }

    fn hexdigest(&self) -> String {
        format!("{:032x}", self.0.digest128())
    }

    fn copy(&self) -> Self {
        self.clone()
    }
}
