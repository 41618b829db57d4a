//! Rows made to be slow, at size: each is judged and explained in steps that grow with its bytes, or
//! nearly so. A fault shows as a test that does not come back.

mod support;

use bulkimport_native::check::explain::explain;
use std::fmt::Write;
use support::{drawn, media, row, spec};

const MANY: usize = 1_000_000;

fn list(count: usize, element: impl Fn(usize) -> String) -> String {
    let mut list = String::new();
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(list, "{comma}{}", element(number)).expect("a String");
    }
    list
}

#[test]
fn a_million_answers_beside_each_other() {
    let options = list(MANY, |n| format!(r#"{{"name":"o{n}"}}"#));
    assert_eq!(drawn(&media("image"), &row(&format!(r#""answer":[{options}]"#))), "");
    let twice = list(MANY, |n| format!(r#"{{"name":"o{}"}}"#, n / 2));
    assert_eq!(drawn(&media("image"), &row(&format!(r#""answer":[{twice}]"#))), "R-CLS-4");
    let questions = list(MANY / 4, |n| format!(r#"{{"name":"q{n}","answer":{{"name":"a"}}}}"#));
    let answer = format!(r#""answer":{{"name":"a","classifications":[{questions}]}}"#);
    assert_eq!(drawn(&media("image"), &row(&answer)), "");
}

#[test]
fn a_quarter_million_answers_below_each_other_and_beside() {
    let mut answer = format!("[{}]", list(MANY / 4, |n| format!(r#"{{"name":"o{n}"}}"#)));
    for _ in 0..14 {
        let question = format!(r#"{{"name":"q","answer":{answer}}}"#);
        answer = format!(r#"[{{"name":"a","classifications":[{question}]}}]"#);
    }
    assert_eq!(drawn(&media("image"), &row(&format!(r#""answer":{answer}"#))), "");
}

#[test]
fn a_million_ranges_of_frames() {
    let frames = list(MANY, |n| format!(r#"{{"start":{},"end":{}}}"#, 3 * n, 3 * n + 1));
    let answer = format!(r#""answer":[{{"name":"a","frames":[{frames}]}}]"#);
    assert_eq!(drawn(&media("video"), &row(&answer)), "");
    let overlapping = list(MANY, |n| format!(r#"{{"start":{n},"end":{MANY}}}"#));
    let answer = format!(r#""answer":[{{"name":"a","frames":[{overlapping}]}}]"#);
    assert_ne!(drawn(&media("video"), &row(&answer)), "");
}

#[test]
fn a_million_keyframes_and_segments() {
    let keyframe = |frame: usize| format!(r#"{{"frame":{frame},"point":{{"x":1,"y":2}}}}"#);
    let keyframes = list(MANY, |n| keyframe(n + 1));
    let segments = format!(r#""segments":[{{"keyframes":[{keyframes}]}}]"#);
    assert_eq!(drawn(&media("video"), &row(&segments)), "");
    let segments = list(MANY, |n| format!(r#"{{"keyframes":[{}]}}"#, keyframe(MANY - n)));
    assert_eq!(drawn(&media("video"), &row(&format!(r#""segments":[{segments}]"#))), "R-VID-8");
}

#[test]
fn a_million_keys_that_nobody_knows() {
    let keys = list(MANY, |n| format!(r#""k{n}":{n}"#));
    let point = r#""point":{"x":1,"y":2}"#;
    let told = explain(&media("image"), row(&format!("{point},{keys}")).as_bytes());
    assert_eq!(told.len(), 16, "of one rule no more are told");
    let same = list(MANY, |_| String::from(r#""k":[[{"k":1}]]"#));
    assert_eq!(explain(&media("image"), row(&format!("{point},{same}")).as_bytes()).len(), 32);
}

#[test]
fn faults_at_the_end_of_a_large_row_are_found_in_one_walk() {
    let bad = r#"{"nam":1,"confidence":7,"customMetrics":1,"frames":[{"start":2,"end":1}]}"#;
    let options = list(MANY, |n| format!(r#"{{"name":"o{n}"}}"#));
    let bad = list(100, |_| bad.to_owned());
    let body = row(&format!(r#""answer":[{options},{bad}],"x":1,"page":0"#));
    let told = explain(&media("video"), body.as_bytes());
    assert!(told.len() > 50, "{}", told.len());
    let faults = told.iter().filter(|told| told.path.starts_with("$.answer[1000000]"));
    assert!(faults.count() >= 4);
}

#[test]
fn a_ring_of_a_million_points() {
    let ring = |point: &dyn Fn(usize) -> (usize, usize)| {
        let points = list(MANY, |n| format!(r#"{{"x":{},"y":{}}}"#, point(n).0, point(n).1));
        let first = point(0);
        let close = format!(r#"{{"x":{},"y":{}}}"#, first.0, first.1);
        drawn(&media("image"), &row(&format!(r#""polygon":[{points},{close}]"#)))
    };
    // There and back on one line, teeth side by side, and edges that jump about.
    assert_eq!(ring(&|n| (n % 2 * MANY, n % 2 * MANY)), "R-POLY-3");
    assert_eq!(ring(&|n| (n / 2, n.div_ceil(2) % 2 * MANY)), "");
    assert_eq!(ring(&|n| (n * 7919 % MANY, n * 104_729 % MANY)), "R-POLY-4");
}

#[test]
fn an_ontology_of_a_hundred_thousand_names() {
    let tools =
        list(100_000, |n| format!(r#"{{"tool":"rectangle","name":"a feature of many, {n:06}"}}"#));
    let many = spec(&format!(r#"{{"media":"image","ontology":{{"tools":[{tools}]}}}}"#));
    let bbox = row(r#""bbox":{"top":1,"left":2,"height":3,"width":4}"#);
    let named = |name: &str| explain(&many, bbox.replace("\"n\"", name).as_bytes());
    let told = named("\"a feature of mny, 077777\"");
    assert_eq!(told[0].suggestion, "did you mean \"a feature of many, 077777\"?");
    let endless = &named(&format!("\"{}\"", "a feature".repeat(MANY)))[0].suggestion;
    assert!(endless.starts_with("known are \"a feature of many, 000000\", "));
    assert!(endless.len() < 200);
}

#[test]
fn an_ontology_of_one_name_a_hundred_thousand_times() {
    let tools = list(100_000, |_| String::from(r#"{"tool":"rectangle","name":"same"}"#));
    let twins = spec(&format!(r#"{{"media":"image","ontology":{{"tools":[{tools}]}}}}"#));
    let point = row(r#""point":{"x":1,"y":2}"#).replace("\"n\"", "\"same\"");
    assert_eq!(drawn(&twins, &point), "R-ONT-5 R-ONT-2");
}
