//! The native half of `bulkimport`: pure functions on bytes, and their registration with Python.

pub mod assets;
pub mod check;
pub mod coco;
pub mod code;
pub mod coordinates;
pub mod cursor;
pub mod explain;
pub mod fields;
pub mod gather;
pub mod heard;
pub mod index;
pub mod key;
pub mod kind;
pub mod lines;
pub mod mask;
pub mod nesting;
pub mod path;
pub mod pattern;
pub mod plain;
pub mod quote;
pub mod reach;
pub mod row;
pub mod rules;
pub mod scan;
pub mod scatter;
pub mod status;
pub mod status_file;
pub mod stretch;
pub mod tally;
pub mod text;
pub mod uuid;
pub mod uuid_sum;

#[cfg(feature = "python")]
mod python;

/// The module `bulkimport._native`; its contract is `bulkimport/_native.pyi`.
#[cfg(feature = "python")]
#[pyo3::pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::python::assets::AssetSheet;
    #[pymodule_export]
    use crate::python::checker::Checker;
    #[pymodule_export]
    use crate::python::coco::Coco;
    #[pymodule_export]
    use crate::python::coordinates::{Coordinates, find_coordinates};
    #[pymodule_export]
    use crate::python::digest::Digest;
    #[pymodule_export]
    use crate::python::functions::{
        explain, fill_uuids, gather, gather_at_once, key_hash, key_hashes, scan, split, whole_lines,
    };
    #[pymodule_export]
    use crate::python::masks::{
        compress_runs, decode_runs, encode_runs, expand_runs, fill_rings, label_masks,
        outline_mask, read_png, write_png,
    };
    #[pymodule_export]
    use crate::python::memory::hold_little;
    #[pymodule_export]
    use crate::python::scatter::Scatter;
    #[pymodule_export]
    use crate::python::status_file::StatusFile;
    #[pymodule_export]
    use crate::python::table::Table;
    #[pymodule_export]
    use crate::python::tables::{extents, named, said, tally};
    #[pymodule_export]
    use crate::python::units::{CocoUnits, compact_json};

    use crate::coco::fault::Rule;
    use crate::code::Code;
    use crate::kind::Kind;
    use pyo3::prelude::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("COCO_RULES", Rule::ALL.map(Rule::slug).to_vec())?;
        module.add("CODES", Code::NAMES.to_vec())?;
        module.add("KINDS", Kind::NAMES.to_vec())?;
        crate::python::warn_if_slow(module.py())
    }
}
