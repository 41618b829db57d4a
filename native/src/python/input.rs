//! What Python hands in: bytes of any kind, and open files by their descriptors.

use super::table::Table;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Borrowed, Bound, FromPyObject, Py, PyAny, PyAnyMethods, PyErr, PyResult};
use pyo3::pybacked::PyBackedBytes;
use std::fs::File;
use std::os::fd::{BorrowedFd, RawFd};

/// Bytes that stay as they are while the GIL is released: `bytes` and tables are read in place, any
/// other buffer is copied first, since its owner may write to it.
pub enum Bytes {
    /// Python's own immutable bytes.
    Held(PyBackedBytes),
    /// A table of ours, which never changes.
    Ours(Py<Table>),
    /// A copy.
    Copied(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Held(bytes) => bytes,
            Self::Ours(table) => table.get().packed(),
            Self::Copied(bytes) => bytes,
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Bytes {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.extract::<PyBackedBytes>() {
            return Ok(Self::Held(bytes));
        }
        if let Ok(table) = object.cast::<Table>() {
            return Ok(Self::Ours(table.to_owned().unbind()));
        }
        let buffer = PyBuffer::<u8>::get(&object)?;
        Ok(Self::Copied(buffer.to_vec(object.py())?))
    }
}

/// Reads a buffer of little-endian u64 words.
pub fn words(bytes: &[u8], name: &str) -> PyResult<Vec<u64>> {
    let (words, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(PyValueError::new_err(format!("{name}: no whole number of words")));
    }
    Ok(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

/// Our own handles on files that are open in Python, so that closing them there does not matter.
/// Called with the GIL held, so no other thread closes one in between.
pub fn files(descriptors: &Bound<'_, PyAny>) -> PyResult<Vec<File>> {
    descriptors.extract::<Vec<RawFd>>()?.into_iter().map(duplicate).collect()
}

#[expect(unsafe_code, reason = "a descriptor is a number, and only the system knows if it is open")]
fn duplicate(descriptor: RawFd) -> PyResult<File> {
    if descriptor < 0 {
        return Err(PyValueError::new_err("a descriptor is not negative"));
    }
    // SAFETY: borrowed for this one call, which fails with EBADF when nothing is open there.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    Ok(borrowed.try_clone_to_owned()?.into())
}
