//! Any spec, its ontology above all: it is compiled or refused, and rows can be judged by it.

#![no_main]

use bulkimport_native::check::spec::Spec;
use libfuzzer_sys::fuzz_target;
use rows::ROWS;
use support::{START, drawn};

#[path = "../../tests/support/rows.rs"]
mod rows;
#[path = "../../tests/support/mod.rs"]
mod support;

fuzz_target!(|text: &[u8]| {
    let Ok((spec, faults)) = Spec::parse(text) else { return };
    assert!(faults.iter().all(|(_, path, _)| path.starts_with("$")));
    for body in ROWS {
        drawn(&spec, &format!("{START}{body}}}"));
    }
});
