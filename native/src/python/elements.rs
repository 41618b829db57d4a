//! The class `CocoElements` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use super::table::Table;
use crate::coco::element::Search;
use pyo3::prelude::{Python, pyclass, pymethods};

type Broken = (&'static str, u64, u64);

#[pyclass(module = "bulkimport._native")]
#[derive(Default)]
pub struct CocoElements(Search);

#[pymethods]
impl CocoElements {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    #[pyo3(signature = (block, *, last))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn take(&mut self, py: Python<'_>, block: Bytes, last: bool) -> (usize, Table, Option<Broken>) {
        let Search { document, elements } = &mut self.0;
        let taken = py.detach(|| document.take(&block, last, elements));
        let found = Table(std::mem::take(&mut elements.packed));
        match taken {
            Ok(consumed) => (consumed, found, None),
            Err(broken) => (0, found, Some((broken.code.name(), broken.offset, broken.line))),
        }
    }

    #[getter]
    fn counts(&self) -> [u64; 3] {
        self.0.document.counts()
    }

    #[getter]
    fn seen(&self) -> [u32; 3] {
        self.0.document.seen()
    }
}
