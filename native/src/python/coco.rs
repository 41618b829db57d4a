//! The class `Coco` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use super::reading::{self, Broken, Reading, Told};
use crate::coco::annotation::Kind;
use crate::coco::document::Place;
use crate::coco::join::{Features, Key, json};
use crate::coco::reader::Wanted;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Bound, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::path::PathBuf;

type Category = (i64, String, Vec<String>);
type Names = (String, String, String, Vec<String>);
type Reference = (String, String);
type Picture<'py> = (usize, Reference, (f64, f64), (u64, u64, u64), Bound<'py, PyBytes>);

#[pyclass(module = "bulkimport._native")]
pub struct Coco {
    reading: Reading,
    features: Vec<Features>,
}

#[pymethods]
impl Coco {
    #[new]
    #[pyo3(signature = (folder, *, count, boxes, polygons, points, masks, crowds, merge, severities))]
    #[expect(clippy::too_many_arguments, reason = "all but the first are named by the caller")]
    #[expect(clippy::fn_params_excessive_bools, reason = "each is named by the caller")]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn new(
        folder: PathBuf,
        count: usize,
        boxes: bool,
        polygons: bool,
        points: bool,
        masks: bool,
        crowds: bool,
        merge: bool,
        severities: BTreeMap<String, (String, String)>,
    ) -> PyResult<Self> {
        let kinds = [boxes, polygons, points, masks];
        let severities = reading::severities(&severities);
        let wanted = Wanted { kinds, crowds, merge, whole: false, severities };
        Ok(Self { reading: Reading::new(&folder, count, wanted)?, features: Vec::new() })
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

    #[getter]
    fn categories(&self) -> Vec<Category> {
        let categories = self.reading.reader.categories.iter();
        let told = categories.map(|category| {
            let id = category.id.id().unwrap_or_default();
            (id, category.name.clone(), category.keypoints.clone())
        });
        told.collect()
    }

    #[pyo3(signature = (category, /))]
    fn knows(&self, category: i64) -> bool {
        self.reading.reader.known.get(&category).is_some_and(Option::is_some)
    }

    #[pyo3(signature = (names, /))]
    fn set_names(&mut self, names: Vec<Names>) {
        let features = names.into_iter().map(|(boxed, polygon, mask, points)| {
            let mut kinds: [Vec<u8>; Kind::ALL.len()] = Default::default();
            kinds[Kind::Box as usize] = json(&boxed);
            kinds[Kind::Polygon as usize] = json(&polygon);
            kinds[Kind::Mask as usize] = json(&mask);
            Features {
                kinds,
                used_points: vec![false; points.len()],
                points: points.iter().map(|point| json(point)).collect(),
                ..Features::default()
            }
        });
        self.features = features.collect();
    }

    #[pyo3(signature = (number, /))]
    fn open(&mut self, py: Python<'_>, number: usize) -> PyResult<()> {
        if self.features.len() != self.reading.reader.categories.len() {
            return Err(PyValueError::new_err("no names yet"));
        }
        self.reading.open(py, number)
    }

    fn file_names(&self) -> Vec<&str> {
        self.reading.partition.file_names()
    }

    #[pyo3(signature = (keys, /))]
    fn set_keys(&mut self, keys: Vec<Option<Reference>>) {
        let key = |(member, value)| Key { member, value };
        self.reading.partition.set_keys(keys.into_iter().map(|one| one.map(key)).collect());
    }

    fn rows<'py>(&mut self, py: Python<'py>) -> (Bound<'py, PyBytes>, u64, bool) {
        let Self { reading: Reading { reader, partition, .. }, features } = self;
        let (rows, count) = py.detach(|| {
            let mut rows = Vec::new();
            let count = partition.rows(reader, features, &mut rows);
            (rows, count)
        });
        (PyBytes::new(py, &rows), count, partition.is_done())
    }

    fn pictures<'py>(&mut self, py: Python<'py>) -> Vec<Picture<'py>> {
        let Reading { reader, partition, .. } = &mut self.reading;
        let pictures = partition.pictures(reader).into_iter();
        let told = pictures.map(|one| {
            let Place { index, offset, line, .. } = one.place;
            let [width, height] = one.size;
            let text = PyBytes::new(py, one.text);
            (one.image, reference(one.key), (width, height), (index, offset, line), text)
        });
        told.collect()
    }

    #[pyo3(signature = (image, *, rows, refused))]
    fn note(&mut self, image: usize, rows: u64, refused: bool) {
        self.reading.partition.note(image, rows, refused);
    }

    fn incomplete(&self) -> Vec<Reference> {
        self.reading.partition.incomplete().map(reference).collect()
    }

    fn sizes(&self) -> Vec<(Reference, f64, f64)> {
        let sizes = self.reading.partition.sizes();
        sizes.map(|(key, [width, height])| (reference(key), width, height)).collect()
    }

    #[getter]
    fn without_rows(&self) -> u64 {
        self.reading.partition.without_rows()
    }

    fn take_faults(&mut self) -> Vec<Told> {
        self.reading.faults()
    }

    fn used(&self) -> Vec<(bool, bool, bool, Vec<bool>)> {
        let used = self.features.iter().map(|one| {
            let used = |kind: Kind| one.used[kind as usize];
            (used(Kind::Box), used(Kind::Polygon), used(Kind::Mask), one.used_points.clone())
        });
        used.collect()
    }

    #[getter]
    fn warnings(&self) -> BTreeMap<String, u64> {
        self.reading.warnings()
    }

    #[getter]
    fn losses(&self) -> BTreeMap<String, u64> {
        self.reading.reader.losses.clone()
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

fn reference(key: &Key) -> Reference {
    (key.member.clone(), key.value.clone())
}
