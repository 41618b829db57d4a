//! No row makes the check panic, and verdict and explanation agree on every one.

#[path = "support/rows.rs"]
mod rows;
mod support;

use bulkimport_native::check::explain::explain;
use bulkimport_native::check::verdict::check;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::{collection, proptest};
use rows::{ONTOLOGY, ROWS, pretended, specs};
use serde_json::{Value, json};
use support::{START, drawn, spec};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        select(vec![
            json!(null),
            json!(true),
            json!(false),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!(""),
            json!("a"),
            json!([]),
            json!({}),
            json!("Sunny"),
            json!(i64::MAX),
            json!([{}]),
            json!([[]]),
            json!({"name": "a"}),
            json!([{"name": "a"}]),
            json!({"x": 1, "y": 2}),
            json!({"start": 1, "end": 0}),
            json!([{"start": 1, "end": 2}]),
            json!("73dd0422-8c21-5372-bced-44449b17d66b"),
            json!([0, 0, 0]),
        ]),
        any::<i32>().prop_map(|number| json!(number)),
        any::<String>().prop_map(|text| json!(text)),
    ];
    leaf.boxed()
}

// Places in a value, each by the way down to it.
fn places(value: &Value, path: &str, all: &mut Vec<String>) {
    all.push(path.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                places(member, &format!("{path}/{key}"), all);
            }
        }
        Value::Array(elements) => {
            for (number, element) in elements.iter().enumerate() {
                places(element, &format!("{path}/{number}"), all);
            }
        }
        _ => {}
    }
}

fn mutated(row: &str, changes: Vec<(Index, Option<Value>)>) -> String {
    let mut value: Value = serde_json::from_str(row).expect("a sample");
    for (index, change) in changes {
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let place = index.get(&all).clone();
        let Some((above, key)) = place.rsplit_once('/') else { continue };
        let Some(above) = value.pointer_mut(above) else { continue };
        match (above, change) {
            (Value::Object(members), Some(change)) => drop(members.insert(key.into(), change)),
            (Value::Object(members), None) => drop(members.remove(key)),
            (Value::Array(elements), change) => {
                let number: usize = key.parse().expect("a number");
                match change {
                    Some(change) => elements[number] = change,
                    None => drop(elements.remove(number)),
                }
            }
            _ => {}
        }
    }
    value.to_string()
}

// Only rows that the scan lets pass have a verdict here.
fn good(row: &[u8]) -> bool {
    bulkimport_native::explain::explain(row, 64).code == bulkimport_native::code::Code::Ok
}

proptest! {
    #[test]
    fn verdict_and_explanation_agree_on_mutated_rows(
        row in select(ROWS),
        changes in collection::vec((any::<Index>(), proptest::option::of(value())), 0..4),
    ) {
        let row = mutated(&format!("{START}{row}}}"), changes);
        if good(row.as_bytes()) {
            for spec in specs() {
                drawn(&spec, &row);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        row in select(ROWS),
        changes in collection::vec((any::<Index>(), any::<u8>()), 0..6),
        cut in any::<Index>(),
    ) {
        let mut row = format!("{START}{row}}}").into_bytes();
        for (index, byte) in changes {
            let place = index.index(row.len());
            row[place] = byte;
        }
        let cut = cut.index(2 * row.len()).min(row.len());
        for row in [&row[..], &row[..cut], &row[cut..]] {
            for spec in specs() {
                let _ = explain(&spec, row);
                let _ = check(&spec, row, 0, &pretended(row));
                if good(row) {
                    drawn(&spec, str::from_utf8(row).expect("the scan passed it"));
                }
            }
        }
    }

    #[test]
    fn ontologies_of_any_form_are_compiled(value in value(), index in any::<Index>()) {
        let ontology = mutated(ONTOLOGY, vec![(index, Some(value))]);
        spec(&format!(r#"{{"media":"any","ontology":{ontology}}}"#));
    }
}

// What could be taken for a part of the row before it.
const BEHIND: [&str; 8] = ["\"", "}]}", "0", ",\"name\":1}", "\\\"", "\u{2028}", "\n{\"a\":", "e9"];

proptest! {
    #[test]
    fn what_follows_a_row_never_counts(
        row in select(ROWS),
        changes in collection::vec((any::<Index>(), proptest::option::of(value())), 0..3),
        behind in proptest::array::uniform3(select(&BEHIND[..])),
        noise in collection::vec(any::<u8>(), 0..40),
    ) {
        let row = mutated(&format!("{START}{row}}}"), changes);
        if good(row.as_bytes()) {
            let rows = pretended(row.as_bytes());
            for spec in specs() {
                let found = |block: &[u8]| {
                    let found = check(&spec, block, 0, &rows).expect("a block of rows");
                    (found.checks, found.measures, found.links)
                };
                let alone = found(row.as_bytes());
                for tail in [behind.concat().as_bytes(), &noise, row.as_bytes(), &[0xff; 64]] {
                    assert_eq!(found(&[row.as_bytes(), tail].concat()), alone, "{row} {tail:?}");
                }
            }
        }
    }
}

#[test]
fn rows_that_do_not_lie_in_the_block_are_refused() {
    let any = spec(r#"{"media":"any"}"#);
    assert!(check(&any, b"{}", 0, &pretended(b"{}")).is_some());
    assert!(check(&any, b"{}", 0, &pretended(b"{} ")).is_none());
    assert!(check(&any, b"{}", 1, &pretended(b"{}")).is_none());
    assert!(check(&any, b"{}", 0, &[0; 87]).is_none());
    assert!(check(&any, b"", 0, &[]).is_some_and(|checked| checked.checks.is_empty()));
}

#[test]
fn deep_rows_are_walked_without_end() {
    let nest = |depth: usize| {
        let open = r#"{"name":"a","classifications":[{"name":"q","answer":"#.repeat(depth);
        format!(r#"{START}"name":"n","answer":{open}"t"{}}}"#, "}]}".repeat(depth))
    };
    let strange = |depth: usize| {
        format!(
            r#"{START}"name":"n","answer":"t","x":{}1{}}}"#,
            r#"[{"y":"#.repeat(depth),
            "}]".repeat(depth)
        )
    };
    let any = spec(r#"{"media":"any"}"#);
    for depth in [15, 300] {
        for row in [nest(depth), strange(depth)] {
            let _ = explain(&any, row.as_bytes());
            let _ = check(&any, row.as_bytes(), 0, &pretended(row.as_bytes()));
        }
    }
}
