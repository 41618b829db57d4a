//! A table that Rust has made and Python reads in place.

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::{Bound, PyErr, PyResult, pyclass, pymethods};
use std::ffi::c_int;

/// Words that never change, seen from Python as read-only bytes.
#[pyclass(module = "bulkimport._native", frozen)]
pub struct Table(pub Vec<u64>);

impl Table {
    fn bytes(&self) -> usize {
        size_of_val(self.0.as_slice())
    }

    /// The words as the bytes that Python sees.
    #[expect(unsafe_code, reason = "words are seen as bytes")]
    pub fn packed(&self) -> &[u8] {
        // SAFETY: the words are there, initialised and borrowed with us; bytes need no alignment.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.bytes()) }
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.bytes()
    }

    #[expect(unsafe_code, reason = "the buffer protocol speaks in pointers")]
    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let table = slf.get();
        let start = table.0.as_ptr().cast_mut().cast();
        let length = isize::try_from(table.bytes()).map_err(PyBufferError::new_err)?;
        // SAFETY: Python hands in a view to fill. It keeps this object alive while the view is,
        // and the words are never moved, written or freed before; the view is read-only.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, length, 1, flags) };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}
