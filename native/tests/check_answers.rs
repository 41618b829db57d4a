//! The truth table of the rules on answers, without and with an ontology.

mod support;

use support::{media, spec, table};

#[test]
fn an_answer_is_a_text_an_option_or_a_list() {
    table(
        &media("any"),
        &[
            (r#""answer":"free text""#, ""),
            (r#""answer":{"name":"a"}"#, ""),
            (r#""answer":[{"name":"a"},{"name":"b"}]"#, ""),
            (r#""answers":[{"name":"a"},{"name":"b"}]"#, ""),
            (r#""answer":{"schemaId":"clh4f8q1w000008l4a7d2c9xz"}"#, ""),
            (r#""answer":["a"]"#, "R-CLS-1"),
            (r#""answer":[["a"]]"#, "R-CLS-1"),
            (r#""answer":{"name":"a","classifications":[{"name":"q"}]}"#, "R-CLS-1"),
            (r#""answer":{"name":"a","classifications":[{"name":"q","answer":7}]}"#, "R-CLS-1"),
            (r#""answer":{"value":"a"}"#, "R-CLS-1"),
            (r#""answer":[]"#, "R-CLS-3"),
            (r#""answers":[]"#, "R-CLS-3"),
            (r#""answer":[{"name":"a"},{"name":"b"},{"name":"a"}]"#, "R-CLS-4"),
            (r#""answer":[{"name":"a"},{"name":"\u0061"}]"#, "R-CLS-4"),
            (r#""answer":"""#, "R-CLS-6"),
            (r#""answer":{}"#, "R-NAME-1"),
            (r#""answer":{"name":""}"#, "R-NAME-4"),
            (r#""answer":{"name":7}"#, "R-KIND-5"),
            (r#""answer":{"schemaId":"c"}"#, "R-NAME-2"),
        ],
    );
}

#[test]
fn questions_nest_to_any_depth() {
    let nested = |answer: &str| {
        format!(r#""answer":{{"name":"a","classifications":[{{"name":"q","answer":{answer}}}]}}"#)
    };
    let deep = (0..15).fold(r#""t""#.to_owned(), |inner, _| {
        format!(r#"[{{"name":"a","classifications":[{{"name":"q","answer":{inner}}}]}}]"#)
    });
    table(
        &media("any"),
        &[
            (&nested(r#"[{"name":"b"}]"#), ""),
            (&nested(r#"{"name":"b"}"#), ""),
            (&format!(r#""answer":{deep}"#), ""),
            (&nested("[]"), "R-CLS-3"),
            (&nested(r#""""#), "R-CLS-6"),
            (r#""answer":{"name":"a","classifications":[7]}"#, "R-KIND-5"),
            (r#""answer":{"name":"a","classifications":{}}"#, "R-KIND-5"),
            (r#""answer":{"name":"a","classifications":[{"answer":"t"}]}"#, "R-NAME-1"),
            (r#""answer":"t","classifications":[{"name":"q","answer":"u"}]"#, ""),
            (r#""answer":"t","classifications":[{"name":"q","answer":""}]"#, "R-CLS-6"),
        ],
    );
}

#[test]
fn a_question_below_carries_nothing_of_a_row() {
    let with = |member: &str| {
        format!(
            r#""answer":{{"name":"a","classifications":[{{"name":"q","answer":"t",{member}}}]}}"#
        )
    };
    table(
        &media("any"),
        &[
            (&with(r#""uuid":"73dd0422-8c21-5372-bced-44449b17d66b""#), "R-CLS-7"),
            (&with(r#""dataRow":{"id":"a"}"#), "R-CLS-7"),
            (&with(r#""bbox":{}"#), "R-CLS-7"),
            (&with(r#""uuid":null"#), ""),
            (&with(r#""confidence":0.5"#), ""),
            (&with(r#""confidence":2"#), "R-CONF-1"),
        ],
    );
}

#[test]
fn the_old_form_of_nesting_is_warned_of() {
    let beside = r#","classifications":[{"name":"q","answer":"t"}]"#;
    table(
        &media("any"),
        &[
            (&format!(r#""answer":{{"name":"a"}}{beside}"#), "R-CLS-8"),
            (&format!(r#""answer":[{{"name":"a"}}]{beside}"#), "R-CLS-8"),
            (r#""answer":{"name":"a"},"classifications":[]"#, ""),
            (
                &format!(r#""answer":{{"name":"a","frames":[{{"start":0,"end":1}}]}}{beside}"#),
                "R-TMP-11",
            ),
            (
                &format!(r#""answer":[{{"value":"a","frames":[{{"start":0,"end":1}}]}}]{beside}"#),
                "R-TMP-11",
            ),
        ],
    );
}

#[test]
fn objects_have_questions_too() {
    let point = |list: &str| format!(r#""point":{{"x":1,"y":1}},"classifications":{list}"#);
    table(
        &media("image"),
        &[
            (&point(r#"[{"name":"q","answer":[{"name":"a"}]}]"#), ""),
            (&point("[]"), ""),
            (&point("7"), "R-KIND-5"),
            (
                &point(r#"[{"name":"q","answer":[{"name":"a","frames":[{"start":1,"end":2}]}]}]"#),
                "R-TMP-13",
            ),
        ],
    );
}

const ONTOLOGY: &str = r#"{
    "tools":[
        {"tool":"rectangle","name":"car","featureSchemaId":"carcarcarcarcarcarcarcarc",
            "classifications":[{"type":"radio","name":"state","options":[{"label":"moving","value":"moving"}]}]},
        {"tool":"point","name":"twin"},{"tool":"line","name":"twin"},
        {"tool":"marker","name":"mark"},{"tool":"edge","name":"holds"},
        {"tool":"raster-segmentation","name":"road"},{"tool":"superpixel","name":"old"},
        {"tool":"message-ranking","name":"rank"},{"tool":"named-entity","name":"person"}],
    "classifications":[
        {"type":"radio","name":"weather","featureSchemaId":"weatherweatherweatherweat","options":[
            {"label":"Sunny","value":"sunny","featureSchemaId":"sunnysunnysunnysunnysunny","options":[
                {"type":"checklist","name":"clouds","options":[{"label":"few","value":"few"},{"value":3}]}]},
            {"label":"Rain","value":"Rain"}]},
        {"type":"checklist","name":"things","options":[{"value":"dog"},{"value":"cat"}]},
        {"type":"text","name":"notes","options":[{"type":"text","name":"more"}]},
        {"type":"text","name":"bare"},
        {"type":"radio","name":"hollow"},
        {"type":"group","name":"bundle"},
        {"type":"response-text","name":"reply"}]}"#;

fn bound(media: &str) -> bulkimport_native::check::spec::Spec {
    spec(&format!(r#"{{"media":"{media}","ontology":{ONTOLOGY}}}"#))
}

#[track_caller]
fn binds(media: &str, rows: &[(&str, &str)]) {
    let spec = bound(media);
    for (body, slugs) in rows {
        let row = format!("{}{body}}}", support::START);
        assert_eq!(support::drawn(&spec, &row), *slugs, "{body}");
    }
}

#[test]
fn a_name_is_one_of_the_ontology() {
    let bbox = r#""bbox":{"top":1,"left":1,"height":1,"width":1}"#;
    binds(
        "any",
        &[
            (&format!(r#""name":"car",{bbox}"#), ""),
            (&format!(r#""name":"c\u0061r",{bbox}"#), ""),
            (&format!(r#""name":"Car",{bbox}"#), "R-ONT-1"),
            (&format!(r#""name":"car ",{bbox}"#), "R-ONT-1"),
            (&format!(r#""name":"state",{bbox}"#), "R-ONT-1"),
            (&format!(r#""schemaId":"carcarcarcarcarcarcarcarc",{bbox}"#), ""),
            (&format!(r#""schemaId":"xxxxxxxxxxxxxxxxxxxxxxxxx",{bbox}"#), "R-ONT-1"),
            (&format!(r#""schemaId":"xxxxxxxxxxxxxxxxxxxxxxxxx","name":"car",{bbox}"#), ""),
            (&format!(r#""schemaId":"carcarcarcarcarcarcarcarc","name":"car",{bbox}"#), ""),
            (
                &format!(r#""schemaId":"carcarcarcarcarcarcarcarc","name":"weather",{bbox}"#),
                "R-NAME-3",
            ),
            (&format!(r#""name":"weather",{bbox}"#), "R-ONT-2"),
            (&format!(r#""name":"mark",{bbox}"#), "R-ONT-6"),
            (r#""name":"twin","point":{"x":1,"y":1}"#, "R-ONT-5"),
            (r#""name":"twin","line":[{"x":1,"y":1},{"x":2,"y":1}]"#, "R-ONT-5"),
            (r#""name":"car","point":{"x":1,"y":1}"#, "R-ONT-2"),
            (r#""name":"car","answer":{"name":"Sunny"}"#, "R-ONT-2"),
            (r#""name":"bundle","answer":"t""#, "R-ONT-6"),
            (r#""name":"reply","answer":"t""#, "R-KIND-4"),
            (r#""name":"road","mask":{"png":"AAAA"}"#, ""),
            (r#""name":"old","mask":{"png":"AAAA"}"#, ""),
            (r#""name":"person","location":{"start":1,"end":2}"#, ""),
        ],
    );
}

#[test]
fn each_kind_fits_its_tool() {
    let edge = r#""relationship":{"source":"a","target":"b","type":"unidirectional"}"#;
    let masks = |name: &str| {
        format!(
            r#""masks":{{"frames":[{{"index":1,"imBytes":"AAAA"}}],"instances":[{{"name":"{name}","colorRGB":[1,2,3]}}]}}"#
        )
    };
    let segments = |name: &str| {
        format!(
            r#""name":"{name}","segments":[{{"keyframes":[{{"frame":1,"point":{{"x":1,"y":1}}}}]}}]"#
        )
    };
    let task = |name: &str| {
        format!(
            r#""name":"{name}","messageEvaluationTask":{{"format":"message-single-selection","data":{{"messageId":"a","parentMessageId":"p","modelConfigName":"m"}}}}"#
        )
    };
    binds(
        "any",
        &[
            (&format!(r#""name":"holds",{edge}"#), ""),
            (&format!(r#""name":"car",{edge}"#), "R-REL-8"),
            (&masks("road"), ""),
            (&masks("car"), "R-VMASK-10"),
            (&masks("Road"), "R-ONT-1"),
            (&segments("car"), "R-ONT-2"),
            (&segments("weather"), "R-ONT-2"),
            (&task("rank"), "R-MMC-6"),
            (&task("car"), "R-MMC-6"),
            (
                r#""name":"rank","messageEvaluationTask":{"format":"message-ranking","data":{"parentMessageId":"p","rankedMessages":[{"messageId":"a","modelConfigName":"m","order":1}]}}"#,
                "",
            ),
        ],
    );
}

#[test]
fn an_answer_fits_its_question() {
    binds(
        "any",
        &[
            (r#""name":"weather","answer":{"name":"Sunny"}"#, ""),
            (r#""name":"weather","answer":{"schemaId":"sunnysunnysunnysunnysunny"}"#, ""),
            (r#""name":"weather","answer":{"name":"sunny"}"#, "R-ONT-4"),
            (r#""name":"weather","answer":{"name":"Snow"}"#, "R-CLS-5"),
            (r#""name":"weather","answer":[{"name":"Sunny"}]"#, "R-CLS-2"),
            (r#""name":"weather","answers":[{"name":"Sunny"}]"#, "R-CLS-2"),
            (r#""name":"weather","answer":[{"name":"Sunny"},{"name":"Rain"}]"#, "R-CLS-2"),
            (r#""name":"weather","answer":"Sunny""#, "R-CLS-2"),
            (r#""name":"hollow","answer":{"name":"x"}"#, ""),
            (r#""name":"things","answer":[{"name":"dog"},{"name":"cat"}]"#, ""),
            (r#""name":"things","answer":[{"name":"dog"},{"name":"dog"}]"#, "R-CLS-4"),
            (r#""name":"things","answer":{"name":"dog"}"#, "R-CLS-2"),
            (r#""name":"things","answer":"dog""#, "R-CLS-2"),
            (r#""name":"notes","answer":"t""#, ""),
            (r#""name":"notes","answer":{"name":"t"}"#, "R-CLS-2"),
            (r#""name":"notes","answer":[{"name":"t"}]"#, "R-CLS-2"),
            (
                r#""name":"things","answer":[{"value":"dog","frames":[{"start":1,"end":2}]}]"#,
                "R-CLS-2 R-TMP-7",
            ),
        ],
    );
}

#[test]
fn mild_misfits_are_warnings() {
    let ontology = format!(r#""ontology":{ONTOLOGY}"#);
    let mild = spec(&format!(r#"{{"media":"any",{ontology},"mild":{{"R-CLS-2":"off"}}}}"#));
    for (body, slugs) in [
        (r#""name":"weather","answer":[{"name":"Sunny"}]"#, ""),
        (r#""name":"things","answer":{"name":"dog"}"#, ""),
        (r#""name":"weather","answer":[{"name":"Sunny"},{"name":"Rain"}]"#, "R-CLS-2"),
    ] {
        let row = format!("{}{body}}}", support::START);
        assert_eq!(support::drawn(&mild, &row), slugs, "{body}");
    }
}

#[test]
fn a_question_below_is_bound_below() {
    let sunny = |below: &str| {
        format!(r#""name":"weather","answer":{{"name":"Sunny","classifications":[{below}]}}"#)
    };
    let car = |below: &str| {
        format!(
            r#""name":"car","bbox":{{"top":1,"left":1,"height":1,"width":1}},"classifications":[{below}]"#
        )
    };
    binds(
        "any",
        &[
            (&sunny(r#"{"name":"clouds","answer":[{"name":"few"},{"name":"3"}]}"#), ""),
            (&sunny(r#"{"name":"clouds","answer":[{"name":"many"}]}"#), "R-CLS-5"),
            (&sunny(r#"{"name":"clouds","answer":{"name":"few"}}"#), "R-CLS-2"),
            (&sunny(r#"{"name":"state","answer":{"name":"moving"}}"#), "R-ONT-3"),
            (&car(r#"{"name":"state","answer":{"name":"moving"}}"#), ""),
            (&car(r#"{"name":"State","answer":{"name":"moving"}}"#), "R-ONT-3"),
            (&car(r#"{"name":"state","answer":{"name":"still"}}"#), "R-CLS-5"),
            (r#""name":"notes","answer":"t","classifications":[{"name":"more","answer":"u"}]"#, ""),
            (
                r#""name":"notes","answer":"t","classifications":[{"name":"less","answer":"u"}]"#,
                "R-ONT-3",
            ),
            (r#""name":"bare","answer":"t","classifications":[{"name":"less","answer":"u"}]"#, ""),
            (
                r#""name":"weather","answer":{"name":"Sunny"},"classifications":[{"name":"clouds","answer":[{"name":"few"}]}]"#,
                "R-CLS-8",
            ),
            (
                r#""name":"weather","answer":{"name":"Rain","classifications":[{"name":"clouds","answer":[{"name":"few"}]}]}"#,
                "R-ONT-3",
            ),
        ],
    );
}

#[test]
fn a_message_is_named_where_the_question_asks_for_one() {
    let ontology = r#"{"classifications":[{"type":"text","name":"i","scope":"index"},{"type":"text","name":"g"}]}"#;
    for name in ["conversational", "chat", "any"] {
        let spec = spec(&format!(r#"{{"media":"{name}","ontology":{ontology}}}"#));
        let wrong = if name == "any" { "" } else { "R-MSG-1" };
        for (body, slugs) in [
            (r#""name":"i","answer":"t","messageId":"m""#, ""),
            (r#""name":"i","answer":"t""#, wrong),
            (r#""name":"g","answer":"t""#, ""),
            (r#""name":"g","answer":"t","messageId":"m""#, wrong),
        ] {
            let row = format!("{}{body}}}", support::START);
            assert_eq!(support::drawn(&spec, &row), slugs, "{name} {body}");
        }
    }
}

#[test]
fn what_was_probably_meant_is_said() {
    let cases = [
        (r#""name":"Car","point":{"x":1,"y":1}"#, "did you mean \"car\"?", "$.name"),
        (
            r#""name":"weather","answer":{"name":" rain"}"#,
            "did you mean \"Rain\"?",
            "$.answer.name",
        ),
        (
            r#""name":"weather","answer":{"name":"Sunny","classifications":[{"name":"cloud","answer":[{"name":"few"}]}]}"#,
            "did you mean \"clouds\"?",
            "$.answer.classifications[0].name",
        ),
        (
            r#""name":"xyzzy","answer":"t""#,
            r#"known are "car", "twin", "mark", "holds", "road", …"#,
            "$.name",
        ),
    ];
    for (body, suggestion, path) in cases {
        let row = format!("{}{body}}}", support::START);
        let told = bulkimport_native::check::explain::explain(&bound("any"), row.as_bytes());
        assert_eq!((told[0].suggestion.as_str(), told[0].path.as_str()), (suggestion, path));
    }
}
