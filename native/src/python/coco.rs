//! The class `Coco` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use crate::coco::annotation::Kind;
use crate::coco::document::{Document, Place};
use crate::coco::entry::{Head, Tag};
use crate::coco::fault::{RULES, Severities, Severity};
use crate::coco::join::{Features, Key, Partition, json};
use crate::coco::reader::{Reader, Wanted};
use crate::coco::twice::What;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::{Bound, PyErr, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

type Told = (String, u64, u64, u64, String, String);
type Broken = (&'static str, u64, u64);
type Category = (i64, String, Vec<String>);
type Names = (String, String, String, Vec<String>);
type Reference = (String, String);
type Picture<'py> = (usize, Reference, (f64, f64), (u64, u64, u64), Bound<'py, PyBytes>);

#[pyclass(module = "bulkimport._native")]
pub struct Coco {
    document: Document,
    reader: Reader,
    partition: Partition,
    features: Vec<Features>,
}

pub fn raise(error: &io::Error) -> PyErr {
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, error.to_string())),
        None => PyOSError::new_err(error.to_string()),
    }
}

pub fn severities(words: &BTreeMap<String, (String, String)>) -> Severities {
    let mut found = Severities { full: [Severity::Off; RULES], mild: [Severity::Off; RULES] };
    for (slug, (full, mild)) in words {
        let number = slug.strip_prefix("R-COCO-").and_then(|number| number.parse::<usize>().ok());
        if let Some(number) = number.filter(|number| *number < RULES) {
            found.full[number] = Severity::read(full);
            found.mild[number] = Severity::read(mild);
        }
    }
    found
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
        if !count.is_power_of_two() {
            return Err(PyValueError::new_err("count: a power of two"));
        }
        let kinds = [boxes, polygons, points, masks];
        let severities = self::severities(&severities);
        let wanted = Wanted { kinds, crowds, merge, whole: false, severities };
        Ok(Self {
            document: Document::default(),
            reader: Reader::new(&folder, count, wanted),
            partition: Partition::default(),
            features: Vec::new(),
        })
    }

    #[pyo3(signature = (block, *, last))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn take(
        &mut self,
        py: Python<'_>,
        block: Bytes,
        last: bool,
    ) -> PyResult<(usize, Option<Broken>)> {
        let Self { document, reader, .. } = self;
        let taken = py.detach(|| document.take(&block, last, reader));
        if let Some(error) = reader.trouble.take() {
            return Err(raise(&error));
        }
        Ok(match taken {
            Ok(consumed) => (consumed, None),
            Err(broken) => (0, Some((broken.code.name(), broken.offset, broken.line))),
        })
    }

    /// Settles what annotations have only together, and gives the file names that repeat.
    fn settle(&mut self, py: Python<'_>) -> PyResult<u64> {
        let reader = &mut self.reader;
        py.detach(|| repeated(reader)).map_err(|error| raise(&error))
    }

    #[getter]
    fn categories(&self) -> Vec<Category> {
        let categories = self.reader.categories.iter();
        let told = categories.map(|category| {
            let id = category.id.id().unwrap_or_default();
            (id, category.name.clone(), category.keypoints.clone())
        });
        told.collect()
    }

    #[pyo3(signature = (category, /))]
    fn knows(&self, category: i64) -> bool {
        self.reader.known.get(&category).is_some_and(Option::is_some)
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
        let Self { reader, partition, features, .. } = self;
        if number >= reader.spill.count() || features.len() != reader.categories.len() {
            return Err(PyValueError::new_err("no such partition, or no names yet"));
        }
        py.detach(|| partition.open(reader, number)).map_err(|error| raise(&error))
    }

    fn file_names(&self) -> Vec<&str> {
        self.partition.file_names()
    }

    #[pyo3(signature = (keys, /))]
    fn set_keys(&mut self, keys: Vec<Option<Reference>>) {
        let key = |(member, value)| Key { member, value };
        self.partition.set_keys(keys.into_iter().map(|one| one.map(key)).collect());
    }

    fn rows<'py>(&mut self, py: Python<'py>) -> (Bound<'py, PyBytes>, u64, bool) {
        let Self { reader, partition, features, .. } = self;
        let (rows, count) = py.detach(|| {
            let mut rows = Vec::new();
            let count = partition.rows(reader, features, &mut rows);
            (rows, count)
        });
        (PyBytes::new(py, &rows), count, partition.is_done())
    }

    fn pictures<'py>(&mut self, py: Python<'py>) -> Vec<Picture<'py>> {
        let Self { reader, partition, .. } = self;
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
        self.partition.note(image, rows, refused);
    }

    fn incomplete(&self) -> Vec<Reference> {
        self.partition.incomplete().map(reference).collect()
    }

    fn sizes(&self) -> Vec<(Reference, f64, f64)> {
        let sizes = self.partition.sizes();
        sizes.map(|(key, [width, height])| (reference(key), width, height)).collect()
    }

    #[getter]
    fn without_rows(&self) -> u64 {
        self.partition.without_rows()
    }

    fn take_faults(&mut self) -> Vec<Told> {
        telling(&mut self.reader)
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
        warnings(&self.reader)
    }

    #[getter]
    fn losses(&self) -> BTreeMap<String, u64> {
        self.reader.losses.clone()
    }

    #[getter]
    fn panoptic(&self) -> bool {
        self.reader.panoptic
    }

    #[getter]
    fn counts(&self) -> [u64; 3] {
        self.document.counts()
    }

    #[getter]
    fn seen(&self) -> [u32; 3] {
        self.document.seen()
    }

    #[getter]
    fn written(&self) -> u64 {
        self.reader.spill.written() + self.reader.twice.written()
    }
}

fn reference(key: &Key) -> Reference {
    (key.member.clone(), key.value.clone())
}

/// Marks annotations whose ids repeat, and counts the file names that do.
pub fn repeated(reader: &mut Reader) -> io::Result<u64> {
    let Reader { twice, spill, .. } = reader;
    let mut names = 0;
    twice.settle(|seen| {
        if seen.what == What::FileName {
            names += 1;
            return Ok(());
        }
        let head = Head { offset: seen.offset, ..Head::of(Tag::Twice, 0) };
        spill.add(seen.partition as usize, |to| head.pack(0, to))
    })?;
    Ok(names)
}

/// Takes the faults that wait to be told.
pub fn telling(reader: &mut Reader) -> Vec<Told> {
    let faults = std::mem::take(&mut reader.verdicts.faults);
    let told = faults.into_iter().map(|fault| {
        let slug = format!("R-COCO-{}", fault.rule);
        (slug, fault.offset, fault.length, fault.line, fault.path, fault.found)
    });
    told.collect()
}

/// The warnings so far, by rule.
pub fn warnings(reader: &Reader) -> BTreeMap<String, u64> {
    let counts = reader.verdicts.warnings.iter().enumerate();
    let some = counts.filter(|(_, count)| **count > 0);
    some.map(|(number, count)| (format!("R-COCO-{number}"), *count)).collect()
}
