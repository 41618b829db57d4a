//! What Python hands in: bytes of any kind, and open files by their descriptors.

use super::table::Table;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{
    Borrowed, Bound, FromPyObject, Py, PyAny, PyAnyMethods, PyErr, PyResult, Python,
};
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyMemoryView, PySlice};
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

/// Many bytes that are read once: those that their owner may write to are copied block by block.
pub enum Shared {
    /// Python's own immutable bytes.
    Held(PyBackedBytes),
    /// Somebody's buffer, and its length.
    Lent(Py<PyMemoryView>, usize),
}

impl Shared {
    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Held(bytes) => bytes.len(),
            Self::Lent(_, length) => *length,
        }
    }

    /// Calls `take` with `block` bytes at a time, the last time with the rest, without the GIL.
    pub fn blocks(
        &self,
        py: Python<'_>,
        block: usize,
        mut take: impl FnMut(&[u8]) + Send,
    ) -> PyResult<()> {
        match self {
            Self::Held(bytes) => {
                let bytes: &[u8] = bytes;
                py.detach(|| bytes.chunks(block).for_each(take));
            }
            Self::Lent(view, length) => {
                let mut copy = Vec::new();
                for start in (0..*length).step_by(block) {
                    let end = (start + block).min(*length);
                    let some =
                        view.bind(py).get_item(PySlice::new(py, word(start), word(end), 1))?;
                    copy.resize(end - start, 0);
                    PyBuffer::<u8>::get(&some)?.copy_to_slice(py, &mut copy)?;
                    py.detach(|| take(&copy));
                }
            }
        }
        Ok(())
    }
}

// Python's lengths have a sign.
fn word(length: usize) -> isize {
    isize::try_from(length).expect("a length of a buffer")
}

impl<'a, 'py> FromPyObject<'a, 'py> for Shared {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.extract::<PyBackedBytes>() {
            return Ok(Self::Held(bytes));
        }
        let length = PyBuffer::<u8>::get(&object)?.len_bytes();
        Ok(Self::Lent(PyMemoryView::from(&object)?.unbind(), length))
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
