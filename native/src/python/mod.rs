//! The thin side that faces Python: arguments in, the GIL released, results out.

pub mod assets;
pub mod checker;
pub mod coco;
pub mod coordinates;
pub mod digest;
pub mod functions;
mod input;
pub mod masks;
pub mod memory;
mod reading;
pub mod scatter;
pub mod status_file;
pub mod table;
pub mod tables;
pub mod units;

use pyo3::prelude::{PyResult, Python};

/// Warns at import when the build was not optimised, since its rates would mislead.
pub fn warn_if_slow(py: Python<'_>) -> PyResult<()> {
    if cfg!(debug_assertions) {
        let category = py.get_type::<pyo3::exceptions::PyRuntimeWarning>();
        let words = c"bulkimport._native is a debug build and slow; build it with --release";
        pyo3::PyErr::warn(py, &category, words, 1)?;
    }
    Ok(())
}
