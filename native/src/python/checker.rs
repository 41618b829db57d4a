//! The class `Checker` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::functions::require_short;
use super::input::Bytes;
use super::table::Table;
use crate::check::compile::Fault;
use crate::check::explain::Explanation;
use crate::check::hearing::Hearing;
use crate::check::ontology::Feature;
use crate::check::rule::Rule;
use crate::check::spec::Spec;
use crate::check::verdict::Checked;
use crate::scan::{Manner, Origin, Scanned, scan_aloud};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{PyResult, Python, pyclass, pymethods};

type Packed = (Table, Table, Table, Table, Vec<(&'static str, u64)>);
type Told = (&'static str, usize, String, String, String, &'static str);

#[pyclass(module = "bulkimport._native", frozen)]
pub struct Checker {
    spec: Spec,
    faults: Vec<Fault>,
}

#[pymethods]
impl Checker {
    #[new]
    #[pyo3(signature = (spec, /))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn new(spec: Bytes) -> PyResult<Self> {
        let (spec, faults) = Spec::parse(&spec).map_err(PyValueError::new_err)?;
        Ok(Self { spec, faults })
    }

    #[pyo3(signature = (block, *, offset, rows))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn check(&self, py: Python<'_>, block: Bytes, offset: u64, rows: Bytes) -> PyResult<Packed> {
        let checked = py.detach(|| crate::check::verdict::check(&self.spec, &block, offset, &rows));
        let checked =
            checked.ok_or_else(|| PyValueError::new_err("rows: no ROWs of this block"))?;
        Ok(packed(checked))
    }

    #[pyo3(signature = (block, *, source, offset, line, last, depth = 64))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    #[expect(clippy::too_many_arguments, reason = "all but the first are named by the caller")]
    fn scan(
        &self,
        py: Python<'_>,
        block: Bytes,
        source: u32,
        offset: u64,
        line: u64,
        last: bool,
        depth: usize,
    ) -> PyResult<(usize, u64, Table, Packed)> {
        require_short(&block)?;
        let origin = Origin { source, offset, line };
        let manner = Manner { depth, ..Manner::default() };
        let (scanned, checked) = py.detach(|| {
            let mut hearing = Hearing::new(&self.spec);
            let scanned = scan_aloud(&block, origin, last, manner, &mut hearing);
            (scanned, hearing.end())
        });
        let Scanned { consumed, lines, rows } = scanned;
        Ok((consumed, lines, Table::from(rows.into_flattened()), packed(checked)))
    }

    #[pyo3(signature = (row, /))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn explain(&self, py: Python<'_>, row: Bytes) -> Vec<Told> {
        let explanations = py.detach(|| crate::check::explain::explain(&self.spec, &row));
        explanations.into_iter().map(told).collect()
    }

    #[getter]
    #[expect(clippy::unused_self, reason = "all checkers have the same")]
    fn rules(&self) -> Vec<&'static str> {
        Rule::SLUGS.to_vec()
    }

    #[getter]
    fn features(&self) -> Vec<Feature<'_>> {
        let ontology = self.spec.ontology.as_ref();
        ontology.map_or_else(Vec::new, crate::check::ontology::Ontology::features)
    }

    #[getter]
    fn ontology_faults(&self) -> Vec<(&'static str, &str, &str)> {
        let faults = self.faults.iter();
        faults.map(|(rule, path, found)| (rule.slug(), path.as_str(), found.as_str())).collect()
    }
}

fn packed(checked: Checked) -> Packed {
    let Checked { checks, measures, links, clues, warnings } = checked;
    let warnings = Rule::SLUGS.iter().copied().zip(warnings.iter().copied());
    let warnings = warnings.filter(|(_, rows)| *rows > 0).collect();
    (checks.into(), measures.into(), links.into(), clues.into(), warnings)
}

fn told(explanation: Explanation) -> Told {
    let Explanation { rule, severity, at, path, found, suggestion } = explanation;
    (rule.slug(), at, path, found, suggestion, severity.name())
}
