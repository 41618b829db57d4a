//! The truth table of the rules: rows that break one of them alone, and the edges that pass.

use bulkimport_native::code::Code;
use bulkimport_native::explain::explain;

const GOOD: &str = r#"{"dataRow":{"id":"a"},"name":"n","bbox":{}}"#;

// A row around one member of its own; the others are sound.
fn with_data_row(data_row: &str) -> String {
    format!(r#"{{"dataRow":{data_row},"name":"n","bbox":{{}}}}"#)
}

fn with_uuid(uuid: &str) -> String {
    format!(r#"{{"dataRow":{{"id":"a"}},"uuid":{uuid},"name":"n","bbox":{{}}}}"#)
}

fn with_payload(payload: &str) -> String {
    format!(r#"{{"dataRow":{{"id":"a"}},"name":"n"{payload}}}"#)
}

fn with_name(name: &str) -> String {
    format!(r#"{{"dataRow":{{"id":"a"}},"bbox":{{}}{name}}}"#)
}

#[track_caller]
fn check(row: &str, code: Code, path: &str, found: &str) {
    let explanation = explain(row.as_bytes(), 64);
    let said = (explanation.code, explanation.path.as_str(), explanation.found.as_str());
    assert_eq!(said, (code, path, found), "{row}");
    if explanation.code != Code::Ok {
        assert!(row[explanation.at..].starts_with(found.trim_end_matches('…')), "{row}");
    }
}

#[track_caller]
fn passes(row: &str) {
    check(row, Code::Ok, "$", "");
}

#[test]
fn a_row_is_an_object() {
    passes(GOOD);
    for row in ["[]", "1", "null", "true", r#""{}""#] {
        check(row, Code::NotObject, "$", row);
    }
    check("{}", Code::DataRowMissing, "$", "");
}

#[test]
fn a_row_names_its_data_row() {
    let missing = r#"{"name":"n","bbox":{}}"#;
    check(missing, Code::DataRowMissing, "$", "");
    for value in ["null", "[]", r#""a""#, "1"] {
        check(&with_data_row(value), Code::DataRowMissing, "$.dataRow", value);
    }
    for value in [
        "{}",
        r#"{"id":null}"#,
        r#"{"id":""}"#,
        r#"{"id":"","globalKey":null}"#,
        r#"{"Id":"a"}"#,
        r#"{"external_id":"a"}"#,
    ] {
        check(&with_data_row(value), Code::DataRowNeither, "$.dataRow", value);
    }
    let both = r#"{"id":"a","globalKey":"b"}"#;
    check(&with_data_row(both), Code::DataRowBoth, "$.dataRow", both);
    check(&with_data_row(r#"{"id":7}"#), Code::DataRowType, "$.dataRow.id", "7");
    let wrong = r#"{"id":"a","globalKey":[1]}"#;
    check(&with_data_row(wrong), Code::DataRowType, "$.dataRow.globalKey", "[1]");
    for value in [
        r#"{"id":"a","globalKey":""}"#,
        r#"{"id":null,"globalKey":"b"}"#,
        r#"{"id":" "}"#,
        r#"{"\u0069d":"\u0061","more":{"id":1}}"#,
    ] {
        passes(&with_data_row(value));
    }
}

#[test]
fn a_global_key_has_at_most_200_characters() {
    let key = |letter: &str, count| format!(r#"{{"globalKey":"{}"}}"#, letter.repeat(count));
    for letter in ["k", "é", "😀", r"\u00e9", r"\ud83d\ude00"] {
        passes(&with_data_row(&key(letter, 200)));
        let long = explain(with_data_row(&key(letter, 201)).as_bytes(), 64);
        assert_eq!((long.code, long.path.as_str()), (Code::GlobalKeyLong, "$.dataRow.globalKey"));
        assert!(long.found.chars().count() <= 80, "{}", long.found);
    }
    passes(&with_data_row(&format!(r#"{{"id":"{}"}}"#, "k".repeat(201))));
}

#[test]
fn a_uuid_is_one() {
    passes(&with_uuid("null"));
    passes(&with_uuid(r#""73DD0422-8c21-5372-bced-44449b17d66b""#));
    passes(&with_uuid(r#""{73dd04228c215372bced44449b17d66b}""#));
    passes(&with_uuid(r#""\u0037\u0033dd04228c215372bced44449b17d66b""#));
    for value in ["7", "[]", "{}", "true"] {
        check(&with_uuid(value), Code::UuidType, "$.uuid", value);
    }
    for value in [r#""""#, r#""73dd0422""#, r#""73dd0422-8c21-5372-bced-44449b17d66g""#] {
        check(&with_uuid(value), Code::UuidForm, "$.uuid", value);
    }
}

#[test]
fn a_row_carries_one_payload() {
    check(&with_payload(""), Code::NoPayload, "$", "");
    check(&with_payload(r#","Bbox":{}"#), Code::NoPayload, "$", "");
    check(&with_payload(r#","bbox":{},"mask":{}"#), Code::TwoPayloads, "$.mask", r#""mask""#);
    let answers = r#","answer":[],"answers":[]"#;
    check(&with_payload(answers), Code::TwoPayloads, "$.answers", r#""answers""#);
    check(&with_payload(r#","metricValue":0.5"#), Code::Metric, "$.metricValue", "0.5");
    passes(&with_payload(r#","bbox":{},"bbox":{}"#));
    passes(&with_payload(r#","unknown":{"bbox":1}, "point" : {}"#));
}

#[test]
fn a_payload_has_the_shape_of_its_kind() {
    let shapes = ["null", "true", "0", r#""t""#, "{}", "[]"];
    let table = [
        ("bbox", "{}"),
        ("point", "{}"),
        ("mask", "{}"),
        ("masks", "{}"),
        ("location", "{}"),
        ("relationship", "{}"),
        ("messageEvaluationTask", "{}"),
        ("polygon", "[]"),
        ("line", "[]"),
        ("segments", "[]"),
        ("textSelections", "[]"),
        ("answers", "[]"),
        ("answer", r#""t"{}[]"#),
    ];
    for (key, admitted) in table {
        for shape in shapes {
            let row = with_payload(&format!(r#","{key}":{shape}"#));
            if admitted.contains(shape) {
                passes(&row);
            } else {
                let answer = key.starts_with("answer");
                let code = if answer { Code::AnswerType } else { Code::PayloadType };
                check(&row, code, &format!("$.{key}"), shape);
            }
        }
    }
}

#[test]
fn a_row_names_its_feature() {
    let id = |length| format!(r#","schemaId":"{}""#, "s".repeat(length));
    passes(&with_name(&id(25)));
    passes(&with_name(&format!(r#","name":null{}"#, id(25))));
    passes(&with_name(r#","name":"n","schemaId":null"#));
    passes(&with_name(r#","name":" ""#));
    check(&with_name(""), Code::NameMissing, "$", "");
    check(&with_name(r#","name":null"#), Code::NameMissing, "$", "");
    check(&with_name(r#","name":"""#), Code::NameEmpty, "$.name", r#""""#);
    check(&with_name(&format!(r#","name":""{}"#, id(25))), Code::NameEmpty, "$.name", r#""""#);
    check(&with_name(r#","name":5"#), Code::NameType, "$.name", "5");
    check(&with_name(r#","name":"n","schemaId":[]"#), Code::NameType, "$.schemaId", "[]");
    for length in [0, 24, 26] {
        let found = format!(r#""{}""#, "s".repeat(length));
        check(&with_name(&id(length)), Code::SchemaIdLength, "$.schemaId", &found);
    }
    let masks = r#"{"dataRow":{"id":"a"},"masks":{}"#;
    passes(&format!("{masks}}}"));
    check(&format!(r#"{masks},"name":""}}"#), Code::NameEmpty, "$.name", r#""""#);
}

#[test]
fn the_keys_of_identity_stand_once() {
    let twice = |row: &str, path: &str, found: &str| check(row, Code::DuplicateKey, path, found);
    twice(r#"{"dataRow":{"id":"a"},"dataRow":{"id":"a"}}"#, "$.dataRow", r#""dataRow""#);
    twice(&with_data_row(r#"{"id":"a","id":"a"}"#), "$.dataRow.id", r#""id""#);
    let escaped = r#"{"globalKey":"a","\u0067lobalKey":"a"}"#;
    twice(&with_data_row(escaped), "$.dataRow.globalKey", r#""\u0067lobalKey""#);
    twice(&with_uuid(r#"null,"uuid":null"#), "$.uuid", r#""uuid""#);
    passes(r#"{"dataRow":{"id":"a","x":1,"x":2},"name":"m","name":"n","bbox":{"x":1,"x":1}}"#);
}

#[test]
fn the_first_rule_in_their_order_decides() {
    let table = [
        (r#"{"uuid":1,"name":2,"bbox":3}"#, Code::DataRowMissing),
        (r#"{"dataRow":{},"uuid":1,"name":2,"bbox":3}"#, Code::DataRowNeither),
        (r#"{"dataRow":{"id":1,"globalKey":"b"}}"#, Code::DataRowType),
        (r#"{"dataRow":{"id":"a"},"uuid":1,"name":2,"bbox":3}"#, Code::UuidType),
        (r#"{"dataRow":{"id":"a"},"name":2}"#, Code::NoPayload),
        (r#"{"dataRow":{"id":"a"},"name":2,"bbox":3,"mask":3}"#, Code::TwoPayloads),
        (r#"{"dataRow":{"id":"a"},"name":2,"bbox":3}"#, Code::PayloadType),
        (r#"{"dataRow":{"id":"a"},"name":"","schemaId":3,"bbox":{}}"#, Code::NameType),
        (r#"{"dataRow":{"id":"a"},"name":"","schemaId":"","bbox":{}}"#, Code::NameEmpty),
        (r#"{"dataRow":{"id":"a"},"metricValue":1}"#, Code::Metric),
        (r#"{"uuid":1,"name":2,"bbox":3"#, Code::NotJson),
    ];
    for (row, code) in table {
        assert_eq!(explain(row.as_bytes(), 64).code, code, "{row}");
    }
}
