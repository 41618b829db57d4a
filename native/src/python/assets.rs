//! The class `AssetSheet` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::functions::tag_of;
use super::input::Bytes;
use crate::assets::{Fault, LONGEST_LINE, Portion, Sheet, Wanted};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Bound, PyErr, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyBytes;

type Packed<'py> = Bound<'py, PyBytes>;
type Told<'py> = (Vec<Packed<'py>>, Vec<(Packed<'py>, Packed<'py>)>, Option<u64>);

#[pyclass(module = "bulkimport._native")]
pub struct AssetSheet(Sheet);

#[pymethods]
impl AssetSheet {
    #[new]
    #[pyo3(signature = (*, numbers, keys))]
    fn new(numbers: Vec<String>, keys: Vec<(String, Vec<String>)>) -> PyResult<Self> {
        let keys = keys.into_iter().map(|(tag, names)| Ok((tag_of(&tag)?, names)));
        Ok(Self(Sheet::new(Wanted { numbers, keys: keys.collect::<PyResult<_>>()? })))
    }

    #[pyo3(signature = (piece, *, last))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn take<'py>(&mut self, py: Python<'py>, piece: Bytes, last: bool) -> PyResult<Told<'py>> {
        let sheet = &mut self.0;
        let Portion { numbers, hashes, named, nameless } =
            py.detach(|| sheet.take(&piece, last)).map_err(raise)?;
        let numbers = numbers.iter().map(|column| packed(py, column, f64::to_le_bytes));
        let keys = hashes.iter().zip(&named).map(|(hashes, named)| {
            let hashes = packed(py, hashes.as_flattened(), u64::to_le_bytes);
            (hashes, packed(py, named, |named| [u8::from(named)]))
        });
        Ok((numbers.collect(), keys.collect(), nameless))
    }
}

fn packed<'py, T: Copy, const N: usize>(
    py: Python<'py>,
    column: &[T],
    bytes: impl Fn(T) -> [u8; N],
) -> Packed<'py> {
    let packed: Vec<_> = column.iter().map(|one| bytes(*one)).collect();
    PyBytes::new(py, packed.as_flattened())
}

fn raise(fault: Fault) -> PyErr {
    PyValueError::new_err(match fault {
        Fault::NoText(line) => format!("line {line} is not UTF-8"),
        Fault::Long(line) => {
            format!("line {line} is longer than {} MiB: a quote is open", LONGEST_LINE >> 20)
        }
    })
}
