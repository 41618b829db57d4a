//! What the classes over a COCO document share: it is read in blocks, settled, and opened by parts.

use crate::coco::document::Document;
use crate::coco::entry::{Head, Tag};
use crate::coco::fault::{RULES, Severities, Severity};
use crate::coco::join::Partition;
use crate::coco::reader::{Reader, Wanted};
use crate::coco::twice::What;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::{PyErr, PyResult, Python};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A fault: its rule, offset, length and line, the path in the document, and what was found.
pub type Told = (String, u64, u64, u64, String, String);
/// What makes a document unreadable: why, offset and line.
pub type Broken = (&'static str, u64, u64);

/// A document while it is read, and one partition of it while that is joined.
pub struct Reading {
    pub document: Document,
    pub reader: Reader,
    pub partition: Partition,
}

impl Reading {
    pub fn new(folder: &Path, count: usize, wanted: Wanted) -> PyResult<Self> {
        if !count.is_power_of_two() {
            return Err(PyValueError::new_err("count: a power of two"));
        }
        let reader = Reader::new(folder, count, wanted);
        Ok(Self { document: Document::default(), reader, partition: Partition::default() })
    }

    pub fn take(
        &mut self,
        py: Python<'_>,
        block: &[u8],
        last: bool,
    ) -> PyResult<(usize, Option<Broken>)> {
        let Self { document, reader, .. } = self;
        let taken = py.detach(|| document.take(block, last, reader));
        if let Some(error) = reader.trouble.take() {
            return Err(raise(&error));
        }
        Ok(match taken {
            Ok(consumed) => (consumed, None),
            Err(broken) => (0, Some((broken.code.name(), broken.offset, broken.line))),
        })
    }

    /// Settles what annotations have only together, and gives the file names that repeat.
    pub fn settle(&mut self, py: Python<'_>) -> PyResult<u64> {
        py.detach(|| repeated(&mut self.reader)).map_err(|error| raise(&error))
    }

    pub fn open(&mut self, py: Python<'_>, number: usize) -> PyResult<()> {
        let Self { reader, partition, .. } = self;
        if number >= reader.spill.count() {
            return Err(PyValueError::new_err("no such partition"));
        }
        py.detach(|| partition.open(reader, number)).map_err(|error| raise(&error))
    }

    /// Takes the faults that wait to be told.
    pub fn faults(&mut self) -> Vec<Told> {
        let faults = std::mem::take(&mut self.reader.verdicts.faults);
        let told = faults.into_iter().map(|fault| {
            let slug = format!("R-COCO-{}", fault.rule);
            (slug, fault.offset, fault.length, fault.line, fault.path, fault.found)
        });
        told.collect()
    }

    /// The warnings so far, by rule.
    pub fn warnings(&self) -> BTreeMap<String, u64> {
        let counts = self.reader.verdicts.warnings.iter().enumerate();
        let some = counts.filter(|(_, count)| **count > 0);
        some.map(|(number, count)| (format!("R-COCO-{number}"), *count)).collect()
    }

    /// Bytes spilled so far.
    pub fn written(&self) -> u64 {
        self.reader.spill.written() + self.reader.twice.written()
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

fn raise(error: &io::Error) -> PyErr {
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, error.to_string())),
        None => PyOSError::new_err(error.to_string()),
    }
}

/// Marks annotations whose ids repeat, and counts the file names that do.
fn repeated(reader: &mut Reader) -> io::Result<u64> {
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
