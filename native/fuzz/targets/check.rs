//! Any row: verdict and explanation agree by every spec, and neither hangs on what follows the row.

#![no_main]

use bulkimport_native::check::explain::explain;
use bulkimport_native::check::spec::Spec;
use bulkimport_native::check::verdict::{Checked, check};
use bulkimport_native::code::Code;
use libfuzzer_sys::fuzz_target;
use rows::{pretended, specs};
use std::sync::LazyLock;
use support::drawn;

#[path = "../../tests/support/rows.rs"]
mod rows;
#[path = "../../tests/support/mod.rs"]
mod support;

static SPECS: LazyLock<Vec<Spec>> = LazyLock::new(specs);

/// One row is judged by so many times fewer specs than there are.
const SHARES: usize = 7;

/// What could be taken for a part of the row before it.
const TAILS: [&[u8]; 8] =
    [b"\"", b"}]}", b"0", b",\"name\":1}", b"\\\"", b"\xe2\x80\xa8\xff", b"\n{\"a\":", b"e9"];

fuzz_target!(|line: &[u8]| {
    let row = line.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let good = bulkimport_native::explain::explain(row, 64).code == Code::Ok;
    // A share of them, which a change of length changes.
    for spec in SPECS.iter().skip(row.len() % SHARES).step_by(SHARES) {
        if good {
            drawn(spec, str::from_utf8(row).expect("the scan passed it"));
            assert_alone(spec, row);
        } else {
            let _ = check(spec, row, 0, &pretended(row));
            let _ = explain(spec, row);
        }
    }
});

fn assert_alone(spec: &Spec, row: &[u8]) {
    let all = |checked: Option<Checked>| checked.map(|it| (it.checks, it.measures, it.links));
    let rows = pretended(row);
    let alone = all(check(spec, row, 0, &rows));
    assert!(alone.is_some());
    for tail in TAILS {
        assert_eq!(all(check(spec, &[row, tail].concat(), 0, &rows)), alone, "{tail:?}");
    }
}
