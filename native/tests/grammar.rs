//! The grammar against `serde_json`, an independent judge, and by tables where the two differ.

use bulkimport_native::code::Code;
use bulkimport_native::explain::explain;
use bulkimport_native::scan::{Manner, Origin, scan};
use made::{mutate, mutation, runner, value};
use proptest::collection;
use proptest::prelude::any;
use serde_json::Value;

mod made;

/// The faults of the grammar. What lies beyond it is no business of the other judge.
const GRAMMAR: [Code; 7] = [
    Code::Utf8,
    Code::Bom,
    Code::Nan,
    Code::HugeNumber,
    Code::NotJson,
    Code::Depth,
    Code::Surrogate,
];

fn verdict(row: &[u8]) -> (Code, usize) {
    let explanation = explain(row, 1024);
    (explanation.code, explanation.at)
}

fn other_judge_accepts(row: &[u8]) -> bool {
    std::str::from_utf8(row).is_ok_and(|text| serde_json::from_str::<Value>(text).is_ok())
}

// Without exception: a tree holds no lone surrogates and no number beyond a double, there as here.
fn agree(row: &[u8]) -> bool {
    GRAMMAR.contains(&verdict(row).0) != other_judge_accepts(row)
}

#[test]
fn every_sound_text_is_accepted() {
    let outcome = runner(2000).run(&value(), |row| {
        assert!(other_judge_accepts(row.as_bytes()), "{row}");
        assert!(!GRAMMAR.contains(&verdict(row.as_bytes()).0), "{row}");
        Ok(())
    });
    outcome.expect("agreement");
}

#[test]
fn mutated_texts_are_accepted_by_both_or_by_none() {
    let mutated = (value(), collection::vec(mutation(), 1..4));
    let outcome = runner(8000).run(&mutated, |(row, mutations)| {
        let row = mutate(row.into_bytes(), &mutations);
        assert!(agree(&row), "{:?} {:?}", String::from_utf8_lossy(&row), verdict(&row));
        Ok(())
    });
    outcome.expect("agreement");
}

#[test]
fn any_bytes_are_judged_alike() {
    let outcome = runner(4000).run(&collection::vec(any::<u8>(), 0..24), |row| {
        assert!(agree(&row), "{row:?} {:?}", verdict(&row));
        Ok(())
    });
    outcome.expect("agreement");
}

#[test]
fn every_prefix_of_a_sound_row_breaks_at_its_end() {
    let row = r#"{"dataRow":{"id":"é\n😀"},"uuid":null,"name":"n","line":[-1.5e+3,true,{}]}"#;
    for end in 0..row.len() {
        let prefix = &row.as_bytes()[..end];
        let (code, at) = verdict(prefix);
        let sound = std::str::from_utf8(prefix).map_or_else(|e| e.valid_up_to(), str::len);
        let expected = if sound == end { Code::NotJson } else { Code::Utf8 };
        assert_eq!((code, at), (expected, sound), "{end}");
    }
    assert_eq!(verdict(row.as_bytes()).0, Code::Ok);
}

#[test]
fn each_fault_of_the_grammar_has_its_place() {
    let table: [(&[u8], Code, usize); 31] = [
        (b"", Code::NotJson, 0),
        (b"  ", Code::NotJson, 2),
        (b"{} {}", Code::NotJson, 3),
        (b"{},", Code::NotJson, 2),
        (b"[1,]", Code::NotJson, 3),
        (b"[1 2]", Code::NotJson, 3),
        (b"[}", Code::NotJson, 1),
        (b"{]", Code::NotJson, 1),
        (b"{1:2}", Code::NotJson, 1),
        (b"{\"a\" 1}", Code::NotJson, 5),
        (b"{'a':1}", Code::NotJson, 1),
        (b"[01]", Code::NotJson, 2),
        (b"[+1]", Code::NotJson, 1),
        (b"[.5]", Code::NotJson, 1),
        (b"[1.]", Code::NotJson, 3),
        (b"[1e]", Code::NotJson, 3),
        (b"[-]", Code::NotJson, 2),
        (b"[0x1]", Code::NotJson, 2),
        (b"[tru]", Code::NotJson, 4),
        (b"[True]", Code::NotJson, 1),
        (b"[NaN]", Code::Nan, 1),
        (b"[-Infinity]", Code::Nan, 1),
        (b"[Infinity]", Code::Nan, 1),
        (b"[Na]", Code::NotJson, 1),
        (b"[\"\0\"]", Code::NotJson, 2),
        (b"[\"\x1f\"]", Code::NotJson, 2),
        (b"[\"\\x\"]", Code::NotJson, 3),
        (b"[\"\\u12g4\"]", Code::NotJson, 6),
        (b"{}\0", Code::NotJson, 2),
        (b"// note", Code::NotJson, 0),
        (b"\xef\xbb\xbf{}", Code::Bom, 0),
    ];
    for (row, code, at) in table {
        assert_eq!(verdict(row), (code, at), "{}", String::from_utf8_lossy(row));
    }
}

#[test]
fn what_no_double_holds_is_no_number() {
    let digits = |count: usize| "9".repeat(count);
    let fraction = |zeros: usize| format!("0.{}1", "0".repeat(zeros));
    let table = [
        ("1e308".to_owned(), true),
        ("1e309".to_owned(), false),
        ("1E+400".to_owned(), false),
        ("-1e999".to_owned(), false),
        (
            "1e000000000000000000000000000000000000000000000000000000000000000000308".to_owned(),
            true,
        ),
        (format!("1e{}", digits(400)), false),
        (format!("1e-{}", digits(400)), true),
        (format!("0e{}", digits(400)), true),
        (format!("0.0e{}", digits(70)), true),
        ("5e-324".to_owned(), true),
        ("1e-400".to_owned(), true),
        ("1.7976931348623157e308".to_owned(), true),
        ("1.7976931348623158e308".to_owned(), true),
        ("1.7976931348623159e308".to_owned(), false),
        (digits(308), true),
        (digits(309), false),
        (format!("-{}", digits(400)), false),
        (format!("{}.{}", digits(308), digits(400)), true),
        (format!("{}e400", fraction(398)), true),
        (format!("{}e700", fraction(390)), false),
        (digits(5000) + "e-4800", true),
    ];
    for (number, held) in table {
        let row = format!(r#"{{"dataRow":{{"id":"a"}},"name":"n","line":[0,-0.5,{number},1]}}"#);
        let explanation = explain(row.as_bytes(), 64);
        assert_eq!(other_judge_accepts(row.as_bytes()), held, "{number}");
        if held {
            assert_eq!(explanation.code, Code::Ok, "{number}");
        } else {
            assert_eq!((explanation.code, explanation.at), (Code::HugeNumber, 48), "{number}");
            assert_eq!(explanation.path, "$.line[2]");
            assert!(explanation.found.starts_with(&number[..5]), "{}", explanation.found);
        }
        let manner = Manner::default();
        let rows =
            scan(row.as_bytes(), Origin { source: 0, offset: 0, line: 1 }, true, manner).rows;
        assert_eq!(rows[0][10] >> 32 & 0xffff, u64::from(explanation.code.number()), "{number}");
    }
}

#[test]
fn surrogates_come_in_pairs() {
    for lone in [r"\ud83d", r"\ude00", r"\ud83dx", r"\ud83d\n", r"\ud83d\u0041", r"\ud83d\ud83d"] {
        assert_eq!(verdict(format!("[\"a{lone}\"]").as_bytes()), (Code::Surrogate, 3), "{lone}");
    }
    for pair in [r"\ud83d\ude00", r"\uD800\uDC00", r"\udbff\udfff", r"\ud7ff\ue000"] {
        assert_eq!(verdict(format!("[\"a{pair}\"]").as_bytes()).0, Code::NotObject, "{pair}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_found_unless_the_grammar_breaks_before() {
    let table: [(&[u8], Code, usize); 7] = [
        (b"[\"\xff\"]", Code::Utf8, 2),
        (b"[\"\xc0\xaf\"]", Code::Utf8, 2),
        (b"[\"\xed\xa0\x80\"]", Code::Utf8, 2),
        (b"[\"\xf5\x80\x80\x80\"]", Code::Utf8, 2),
        (b"{}\xff", Code::Utf8, 2),
        (b"[tru\xff", Code::Utf8, 4),
        (b"[x\xff", Code::NotJson, 1),
    ];
    for (row, code, at) in table {
        assert_eq!(verdict(row), (code, at), "{row:?}");
    }
}

#[test]
fn depth_is_counted_with_the_row_itself() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(explain(nested(64).as_bytes(), 64).code, Code::NotObject);
    let deep = explain(nested(65).as_bytes(), 64);
    assert_eq!((deep.code, deep.at), (Code::Depth, 64));
    let row = format!(r#"{{"dataRow":{{"id":"a"}},"name":"n","line":{}}}"#, nested(63));
    assert_eq!(explain(row.as_bytes(), 64).code, Code::Ok);
    assert_eq!(explain(row.as_bytes(), 63).code, Code::Depth);
}

#[test]
fn hostile_depth_needs_no_stack() {
    for bracket in ["[", "{\"a\":", "[{\"a\":"] {
        let row = bracket.repeat(10_000_000 / bracket.len());
        assert_eq!(explain(row.as_bytes(), 64).code, Code::Depth);
        assert_eq!(explain(row.as_bytes(), usize::MAX).code, Code::Depth);
    }
}
