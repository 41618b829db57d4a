//! Rows and texts for the tests, sound and damaged, as proptest makes them.

#![allow(dead_code, reason = "each test uses its share")]

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest::{collection, sample};

pub fn space() -> impl Strategy<Value = String> {
    prop_oneof![6 => Just(String::new()), 1 => "[ \t\r]{1,3}"]
}

pub fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9 ]{0,12}",
        1 => sample::select(vec![
            "dataRow", "id", "globalKey", "uuid", "name", "bbox", "é", "😀", "\u{7f}", "\u{2028}",
            r#"\""#, r"\\", r"\/", r"\b\f\n\r\t", r"\u0062", r"\uD83D\uDE00", r"\u0000",
        ])
        .prop_map(String::from),
    ];
    collection::vec(piece, 0..3).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        string(),
        r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?",
        sample::select(vec!["true", "false", "null", "123456789012345678901234567890"])
            .prop_map(String::from),
    ]
}

pub fn value() -> impl Strategy<Value = String> {
    scalar().prop_recursive(5, 40, 6, |inner| {
        let element = (space(), inner.clone(), space()).prop_map(|(a, b, c)| a + &b + &c).boxed();
        let member = (space(), string(), space(), element.clone())
            .prop_map(|(before, key, after, value)| format!("{before}{key}{after}:{value}"));
        prop_oneof![
            collection::vec(element, 0..6).prop_map(|list| format!("[{}]", list.join(","))),
            collection::vec(member, 0..6).prop_map(|list| format!("{{{}}}", list.join(","))),
        ]
    })
}

#[derive(Clone, Debug)]
pub enum Mutation {
    Cut(sample::Index),
    Drop(sample::Index),
    Put(sample::Index, u8),
    Twice(sample::Index),
    Turn(sample::Index),
    Grow(sample::Index, String),
}

pub fn mutation() -> impl Strategy<Value = Mutation> {
    let telling = br#"{}[]",:\/0123456789-+.eEtfnuNI"#.to_vec();
    let byte = prop_oneof![4 => sample::select(telling), 1 => any::<u8>()];
    prop_oneof![
        any::<sample::Index>().prop_map(Mutation::Cut),
        any::<sample::Index>().prop_map(Mutation::Drop),
        (any::<sample::Index>(), byte).prop_map(|(at, byte)| Mutation::Put(at, byte)),
        any::<sample::Index>().prop_map(Mutation::Twice),
        any::<sample::Index>().prop_map(Mutation::Turn),
        (any::<sample::Index>(), growth()).prop_map(|(at, text)| Mutation::Grow(at, text)),
    ]
}

pub fn mutate(mut row: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        if row.is_empty() {
            break;
        }
        match mutation {
            Mutation::Cut(at) => row.truncate(at.index(row.len())),
            Mutation::Drop(at) => drop(row.remove(at.index(row.len()))),
            Mutation::Put(at, byte) => {
                let at = at.index(row.len());
                row[at] = *byte;
            }
            Mutation::Turn(at) => turn(&mut row, *at),
            Mutation::Grow(at, text) => grow(&mut row, *at, text),
            Mutation::Twice(at) => {
                let at = at.index(row.len());
                row.insert(at, row[at]);
            }
        }
    }
    row
}

// Makes another bracket of a bracket.
fn turn(row: &mut [u8], at: sample::Index) {
    let brackets = b"{}[]";
    let found: Vec<_> = row.iter_mut().filter(|byte| brackets.contains(byte)).collect();
    if !found.is_empty() {
        let (at, count) = (at.index(found.len()), at.index(4));
        *found.into_iter().nth(at).expect("one of them") = brackets[count];
    }
}

// What makes a digit a number near the edge of a double, on either side.
fn growth() -> impl Strategy<Value = String> {
    let exponent = "[eE][+-]?(30[6-9]|400|0{0,60}3)";
    let digits = (300..320_usize).prop_map(|count| "9".repeat(count));
    prop_oneof![2 => exponent, 1 => digits, 1 => Just(format!("0.{}1e400", "0".repeat(399)))]
}

// Puts a text behind a digit.
fn grow(row: &mut Vec<u8>, at: sample::Index, text: &str) {
    let digits: Vec<_> = (0..row.len()).filter(|at| row[*at].is_ascii_digit()).collect();
    if !digits.is_empty() {
        let behind = at.get(&digits) + 1;
        row.splice(behind..behind, text.bytes());
    }
}

/// Seeded, so that a failure comes again; no files are left behind.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn one_of(spellings: &[&str]) -> impl Strategy<Value = String> + Clone + use<> {
    sample::select(spellings.iter().map(ToString::to_string).collect::<Vec<_>>())
}

fn data_row() -> impl Strategy<Value = String> {
    let long = format!(r#"{{"globalKey":"{}"}}"#, "k".repeat(201));
    let whole = one_of(&[
        r#"{"globalKey":"image-0001.jpg"}"#,
        r#"{"globalKey": "Photo é.JPG"}"#,
        r#"{"id":"cl1234567890123456789012"}"#,
        r#"{ "id" : null , "globalKey" : "a" , "more" : [ { } , 1 ] }"#,
        r#"{"id":"","globalKey":"b"}"#,
        r#"{"id":"a","globalKey":"b"}"#,
        r#"{"globalKey":"a","globalKey":"a"}"#,
        r#"{"global\u004bey":"a\"b"}"#,
        r#"{"id":7}"#,
        "{}",
        "null",
        &long,
    ]);
    prop_oneof![3 => Just(r#"{"globalKey":"k"}"#.to_string()), 2 => whole]
}

fn uuid() -> impl Strategy<Value = String> {
    one_of(&[
        r#""73dd0422-8c21-5372-bced-44449b17d66b""#,
        r#""73DD0422-8C21-5372-BCED-44449B17D66B""#,
        r#""{73dd0422-8c21-5372-bced-44449b17d66b}""#,
        r#""73dd04228c215372bced44449b17d66b""#,
        r#""73dd0422-8c21-5372-bced-44449b17d66g""#,
        r#""73dd0422_8c21-5372-bced-44449b17d66b""#,
        r#""73dd0422-8c21-5372-bced-44449b17d66\u0062""#,
        r#""""#,
        "null",
        "7",
    ])
}

fn name() -> impl Strategy<Value = String> {
    let long = format!("\"{}\"", "long name ".repeat(30));
    one_of(&[
        r#""car""#,
        r#""a name of more than sixteen bytes""#,
        r#""café""#,
        r#""caf\u00e9 \ud83d\ude00""#,
        r#""\ud83d""#,
        r#""""#,
        "null",
        "[]",
        &long,
    ])
}

fn points() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        6 => r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,3})?",
        1 => r"-?[0-9]{0,4}(\.[0-9]{0,3})?([eE][+-]?[0-9]{0,4})?",
    ];
    let point = (0..4_usize, number.clone(), number).prop_map(|(form, x, y)| match form {
        0 | 1 => format!(r#"{{"x":{x},"y":{y}}}"#),
        2 => format!(r#"{{"x": {x}, "y": {y}}}"#),
        _ => format!(r#"{{"y":{x},"x":{y} }}"#),
    });
    collection::vec(point, 0..6).prop_map(|points| format!("[{}]", points.join(",")))
}

fn member() -> impl Strategy<Value = String> {
    let schema_id = one_of(&[
        r#""cl12345678901234567890123""#,
        r#""cl1234567890123456789012é""#,
        r#""cl123456789012345678901é""#,
        r#""short""#,
        "null",
    ]);
    let payload = one_of(&[
        "bbox",
        "polygon",
        "line",
        "point",
        "mask",
        "masks",
        "segments",
        "location",
        "answer",
        "answers",
        "metricValue",
        "relationship",
        "textSelections",
        "bb\\u006fx",
    ]);
    let colon = one_of(&[":", ":", ": ", " : ", "\t:\r"]);
    let flag = one_of(&["true", "false", "null", "1"]);
    let key = prop_oneof![
        4 => uuid().prop_map(|value| ("uuid".to_string(), value)),
        6 => data_row().prop_map(|value| ("dataRow".to_string(), value)),
        6 => name().prop_map(|value| ("name".to_string(), value)),
        1 => schema_id.prop_map(|value| ("schemaId".to_string(), value)),
        1 => flag.prop_map(|value| ("isBenchmarkReferenceLabel".to_string(), value)),
        4 => (payload.clone(), points()),
        2 => (payload.clone(), value()),
        2 => payload.prop_map(|key| (key, "{}".to_string())),
        1 => ("[a-z]{0,3}", value()),
    ];
    (key, colon).prop_map(|((key, value), colon)| format!("\"{key}\"{colon}{value}"))
}

/// A row of the format, good or with rules broken, compact or with white space.
pub fn row() -> impl Strategy<Value = String> {
    let comma = one_of(&[",", ",", ", ", " ,\t"]);
    let usual =
        (uuid(), data_row(), name(), points()).prop_map(|(uuid, data_row, name, points)| {
            format!(r#"{{"uuid":{uuid},"dataRow":{data_row},"name":{name},"polygon":{points}}}"#)
        });
    let free = (collection::vec(member(), 0..7), comma)
        .prop_map(|(members, comma)| format!("{{{}}}", members.join(&comma)));
    prop_oneof![1 => usual, 2 => free]
}

/// A line of a block: a row, perhaps damaged, or blank, or anything.
pub fn line() -> impl Strategy<Value = Vec<u8>> {
    let damaged = (row(), collection::vec(mutation(), 0..3))
        .prop_map(|(row, mutations)| mutate(row.into_bytes(), &mutations));
    let end = one_of(&["", "", "\r", " \t"]);
    let text = prop_oneof![
        8 => damaged,
        1 => one_of(&["", " ", "\r", "\t \r"]).prop_map(String::into_bytes),
        1 => value().prop_map(String::into_bytes),
        1 => collection::vec(any::<u8>(), 0..12),
    ];
    (space(), text, end)
        .prop_map(|(before, text, end)| [before.as_bytes(), &text, end.as_bytes()].concat())
}
