//! The class `CocoUnits` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use super::reading::{self, Broken, Reading, Told};
use super::table::Table;
use crate::coco::annotation::Kind;
use crate::coco::compact::compact;
use crate::coco::document::Aside;
use crate::coco::join::Key;
use crate::coco::reader::Wanted;
use crate::coco::unit::{Fit, Units};
use pyo3::prelude::{Bound, PyResult, Python, pyclass, pyfunction, pymethods};
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::path::PathBuf;

type Made<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Table, Table, Vec<(u64, u64, u64)>);

#[pyfunction]
#[pyo3(signature = (text, /))]
pub fn compact_json<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyBytes> {
    let mut compacted = Vec::new();
    compact(text, &mut compacted);
    PyBytes::new(py, &compacted)
}

#[pyclass(module = "bulkimport._native")]
pub struct CocoUnits {
    reading: Reading,
}

#[pymethods]
impl CocoUnits {
    #[new]
    #[pyo3(signature = (folder, *, count, severities))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn new(
        folder: PathBuf,
        count: usize,
        severities: BTreeMap<String, (String, String)>,
    ) -> PyResult<Self> {
        let wanted = Wanted {
            kinds: [false; Kind::ALL.len()],
            crowds: true,
            merge: false,
            whole: true,
            severities: reading::severities(&severities),
        };
        Ok(Self { reading: Reading::new(&folder, count, wanted)? })
    }

    #[pyo3(signature = (block, *, last))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn take(
        &mut self,
        py: Python<'_>,
        block: Bytes,
        last: bool,
    ) -> PyResult<(usize, Option<Broken>)> {
        self.reading.take(py, &block, last)
    }

    fn settle(&mut self, py: Python<'_>) -> PyResult<u64> {
        self.reading.settle(py)
    }

    fn categories<'py>(&self, py: Python<'py>) -> Vec<(String, Bound<'py, PyBytes>)> {
        let categories = self.reading.reader.categories.iter();
        categories.map(|one| (one.name.clone(), PyBytes::new(py, &one.spelling))).collect()
    }

    #[pyo3(signature = (foreign, /))]
    fn set_foreign(&mut self, foreign: Vec<bool>) {
        for (category, foreign) in self.reading.reader.categories.iter_mut().zip(foreign) {
            category.foreign = foreign;
        }
    }

    #[getter]
    fn asides(&self) -> [Aside; 2] {
        self.reading.document.asides()
    }

    #[pyo3(signature = (number, /))]
    fn open(&mut self, py: Python<'_>, number: usize) -> PyResult<()> {
        self.reading.open(py, number)
    }

    fn file_names(&self) -> Vec<&str> {
        self.reading.partition.file_names()
    }

    #[pyo3(signature = (known, /))]
    fn set_known(&mut self, known: Vec<bool>) {
        let none = || Key { member: String::new(), value: String::new() };
        self.reading.partition.set_keys(known.into_iter().map(|one| one.then(none)).collect());
    }

    #[pyo3(signature = (*, room, hold))]
    fn units<'py>(&mut self, py: Python<'py>, room: usize, hold: bool) -> (Made<'py>, bool) {
        let Reading { reader, partition, .. } = &mut self.reading;
        let units = py.detach(|| {
            let mut units = Units::default();
            partition.units(reader, Fit { room, hold }, &mut units);
            units
        });
        let kept_back = units.held.iter().map(|one| (one.offset, one.length, one.line)).collect();
        let made = (
            PyBytes::new(py, &units.images),
            PyBytes::new(py, &units.annotations),
            Table::from(units.table),
            Table::from(units.parts),
            kept_back,
        );
        (made, partition.is_done())
    }

    #[getter]
    fn without_annotations(&self) -> u64 {
        self.reading.partition.without_rows()
    }

    fn take_faults(&mut self) -> Vec<Told> {
        self.reading.faults()
    }

    #[getter]
    fn warnings(&self) -> BTreeMap<String, u64> {
        self.reading.warnings()
    }

    #[getter]
    fn panoptic(&self) -> bool {
        self.reading.reader.panoptic
    }

    #[getter]
    fn counts(&self) -> [u64; 3] {
        self.reading.document.counts()
    }

    #[getter]
    fn seen(&self) -> [u32; 3] {
        self.reading.document.seen()
    }

    #[getter]
    fn written(&self) -> u64 {
        self.reading.written()
    }
}
