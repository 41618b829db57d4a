//! A table that Rust has made and Python reads in place.

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::{Bound, PyErr, PyResult, pyclass, pymethods};
use std::ffi::c_int;

/// Packed rows that never change, seen from Python as read-only bytes.
#[pyclass(module = "bulkimport._native", frozen)]
pub struct Table(Held);

enum Held {
    Words(Vec<u64>),
    Bytes(Vec<u8>),
}

impl Table {
    /// The bytes that Python sees.
    #[expect(unsafe_code, reason = "words are seen as bytes")]
    pub fn packed(&self) -> &[u8] {
        match &self.0 {
            // SAFETY: the words are there, initialised and borrowed with us; bytes need no
            // alignment.
            Held::Words(words) => unsafe {
                std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words.as_slice()))
            },
            Held::Bytes(bytes) => bytes,
        }
    }
}

impl From<Vec<u64>> for Table {
    fn from(words: Vec<u64>) -> Self {
        Self(Held::Words(words))
    }
}

impl From<Vec<u8>> for Table {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Held::Bytes(bytes))
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.packed().len()
    }

    #[expect(unsafe_code, reason = "the buffer protocol speaks in pointers")]
    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let packed = slf.get().packed();
        let start = packed.as_ptr().cast_mut().cast();
        let length = isize::try_from(packed.len()).map_err(PyBufferError::new_err)?;
        // SAFETY: Python hands in a view to fill. It keeps this object alive while the view is,
        // and what is packed is never moved, written or freed before; the view is read-only.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, length, 1, flags) };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}
