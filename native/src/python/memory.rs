//! How the process asks for memory and gives it back.

use pyo3::prelude::pyfunction;

/// One arena for all threads: each of several keeps what its largest moment needed.
const ARENAS: i32 = 1;
/// Blocks of a source and their tables are smaller: they are asked for again at once, and memory that
/// comes anew from the system costs a fault a page.
const LARGE: i32 = 16 << 20;
/// Some blocks and their tables.
const KEPT: i32 = 48 << 20;

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
