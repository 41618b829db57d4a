//! How the process asks for memory and gives it back.

use pyo3::prelude::pyfunction;

/// One arena for all threads: each of several keeps what its largest moment needed.
const ARENAS: i32 = 1;
/// Blocks of a source and tables of statuses are larger, slices of a body are not.
const LARGE: i32 = 2 << 20;
/// A slice that is freed is wanted again at once.
const KEPT: i32 = 8 << 20;

#[pyfunction]
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "settings of the C library")]
pub fn hold_little() {
    // SAFETY: these calls only set numbers; any thread may make them at any time.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
    }
}

#[pyfunction]
#[cfg(not(target_env = "gnu"))]
pub fn hold_little() {}
