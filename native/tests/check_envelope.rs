//! The truth table of the rules on the row around its payload, and on scores.

mod support;

use support::{START, drawn, media, row, spec, table};

const POINT: &str = r#""point":{"x":1,"y":1}"#;

#[test]
fn each_kind_is_welcome_on_its_media_alone() {
    let kinds = [
        (r#""bbox":{"top":1,"left":1,"height":1,"width":1}"#, "image geo"),
        (r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6},{"x":1,"y":1}]"#, "image geo"),
        (r#""line":[{"x":0,"y":0},{"x":9,"y":3}]"#, "image geo"),
        (POINT, "image geo"),
        (r#""mask":{"png":"iVBORw0KGgo="}"#, "image"),
        (r#""segments":[{"keyframes":[{"frame":1,"point":{"x":1,"y":1}}]}]"#, "video"),
        (
            r#""masks":{"frames":[{"index":1,"imBytes":"iVBORw0KGgo="}],"instances":[{"name":"m","colorRGB":[1,2,3]}]}"#,
            "video",
        ),
        (r#""location":{"start":0,"end":1}"#, "text"),
        (r#""location":{"start":0,"end":1},"messageId":"m""#, "conversational"),
        (r#""bbox":{"top":1,"left":1,"height":1,"width":1},"page":1,"unit":"POINTS""#, "document"),
        (r#""textSelections":[{"groupId":"g","tokenIds":["t"],"page":1}]"#, "document"),
        (
            r#""relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66b","target":"73dd0422-8c21-5372-bced-44449b17d66c","type":"unidirectional"}"#,
            "image text document",
        ),
        (
            r#""messageEvaluationTask":{"format":"message-single-selection","data":{"messageId":"a","parentMessageId":"p","modelConfigName":"m"}}"#,
            "chat",
        ),
        (r#""answer":"t""#, "image video text document audio conversational chat html geo"),
        (r#""answer":[{"name":"a","frames":[{"start":0,"end":1}]}]"#, "video audio"),
        (r#""answer":"t","messageId":"m""#, "conversational chat"),
    ];
    for (body, welcome) in kinds {
        for name in "image video text document audio conversational chat html geo".split(' ') {
            let slugs = drawn(&media(name), &row(body));
            let refused = ["R-KIND-4", "R-VID-10", "R-GEO-3", "R-DOC-10", "R-TMP-13", "R-NER-3"]
                .iter()
                .any(|slug| slugs.contains(slug));
            let document = name == "document" && slugs == "R-DOC-4";
            let welcome = welcome.split(' ').any(|welcome| welcome == name);
            assert_eq!(!refused && !document, welcome, "{name} {body}: {slugs}");
        }
        assert_eq!(drawn(&media("any"), &row(body)), "", "{body}");
    }
}

#[test]
fn a_kind_that_is_not_welcome_draws_one_rule() {
    table(&media("text"), &[(POINT, "R-KIND-4")]);
    table(&media("video"), &[(POINT, "R-VID-10")]);
    let mask = r#""mask":{"png":"iVBORw0KGgo="}"#;
    table(&media("geo"), &[(mask, "R-GEO-3")]);
    let polygon = r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6},{"x":1,"y":1}]"#;
    table(&media("video"), &[(polygon, "R-KIND-4"), (mask, "R-VID-10")]);
    table(&media("document"), &[(polygon, "R-KIND-4")]);
}

#[test]
fn what_belongs_to_other_media_is_refused() {
    let page = format!(r#"{POINT},"page":1"#);
    let unit = format!(r#"{POINT},"unit":"POINTS""#);
    let message = format!(r#"{POINT},"messageId":"m""#);
    let nulls =
        format!(r#"{POINT},"messageId":null,"page":null,"unit":null,"classifications":null"#);
    for body in [&page, &unit, &message] {
        table(&media("image"), &[(body, "R-DOC-10")]);
        table(&media("any"), &[(body, "")]);
    }
    table(&media("image"), &[(&nulls, "")]);
    table(&media("document"), &[(r#""answer":"t","page":1"#, "R-DOC-11"), (r#""answer":"t""#, "")]);
}

#[test]
fn retired_rows_are_refused_once_and_told_so() {
    let dicom = row(r#""segments":[{"keyframes":[]}],"groupKey":"axial""#);
    for name in ["video", "any"] {
        assert_eq!(drawn(&media(name), &dicom), "R-KIND-4");
    }
    let told = bulkimport_native::check::explain::explain(&media("any"), dicom.as_bytes());
    assert_eq!(told[0].path, "$.groupKey");
    assert!(told[0].suggestion.contains("DICOM"));
}

#[test]
fn an_import_takes_what_it_takes() {
    let edge = r#""relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66b","target":"73dd0422-8c21-5372-bced-44449b17d66c","type":"unidirectional"}"#;
    let task = r#""messageEvaluationTask":{"format":"message-multi-selection","data":{"parentMessageId":"p","selectedMessages":[{"messageId":"a","modelConfigName":"m"}]}}"#;
    let flag = format!(r#"{POINT},"isBenchmarkReferenceLabel":true"#);
    let off = format!(r#"{POINT},"isBenchmarkReferenceLabel":false"#);
    let odd = format!(r#"{POINT},"isBenchmarkReferenceLabel":"true""#);
    let labels = spec(r#"{"media":"any","kind":"labels"}"#);
    let prelabels = spec(r#"{"media":"any","kind":"prelabels"}"#);
    table(&labels, &[(edge, "R-MODE-3"), (task, ""), (&flag, ""), (&off, ""), (&odd, "R-KIND-5")]);
    table(&prelabels, &[(edge, ""), (task, "R-MODE-6"), (&flag, "R-MODE-4"), (&off, "")]);
    table(&media("any"), &[(edge, ""), (task, ""), (&flag, "")]);
}

#[test]
fn identity_is_warned_of() {
    let any = media("any");
    let cases = [
        (r#"{"dataRow":{"globalKey":"a"},"name":"n","point":{"x":1,"y":1}}"#, "R-ID-5"),
        (r#"{"uuid":null,"dataRow":{"globalKey":"a"},"name":"n","point":{"x":1,"y":1}}"#, "R-ID-5"),
        (
            r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"id":"a"},"name":"n","point":{"x":1,"y":1}}"#,
            "R-DR-4",
        ),
        (
            r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"id":"clh4f8q1w000008l4a7d2c9xz"},"name":"n","point":{"x":1,"y":1}}"#,
            "",
        ),
        (
            r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"id":"","globalKey":"a"},"name":"n","point":{"x":1,"y":1}}"#,
            "",
        ),
    ];
    for (row, slugs) in cases {
        assert_eq!(drawn(&any, row), slugs, "{row}");
    }
}

#[test]
fn keys_are_known_and_stand_once() {
    table(
        &media("any"),
        &[
            (r#""point":{"x":1,"y":1},"colour":"red""#, "R-KIND-3"),
            (r#""point":{"x":1,"y":1},"top":1"#, "R-KIND-3"),
            (r#""point":{"x":1,"y":1},"point":{"x":1,"y":1}"#, "R-FILE-6"),
            (r#""point":{"x":1,"y":1},"name":"n""#, "R-FILE-6"),
            (r#""point":{"x":1,"y":1},"more":{"a":[{"b":1,"\u0062":2}]}"#, "R-KIND-3 R-FILE-6"),
            (r#""point":{"x":1,"y":1},"a":1,"a":2"#, "R-KIND-3 R-FILE-6"),
            (r#""answer":{"name":"a","name":"b"}"#, "R-FILE-6"),
            (r#""answer":{"name":"a","extra":1,"extra":1}"#, "R-FILE-6"),
            (r#""answer":{"name":"a","extra":{"name":1},"other":{"name":1}}"#, ""),
        ],
    );
    let advice = bulkimport_native::check::explain::explain(
        &media("any"),
        row(r#""point":{"x":1,"y":1},"confidense":1"#).as_bytes(),
    );
    let told = (advice[0].rule.slug(), advice[0].suggestion.as_str());
    assert_eq!(told, ("R-KIND-3", "did you mean \"confidence\"?"));
}

#[test]
fn separators_that_some_readers_split_at_are_told() {
    for separator in ["\u{2028}", "\u{2029}", "\u{85}"] {
        table(&media("any"), &[(&format!(r#""answer":"a{separator}b""#), "R-FILE-3")]);
    }
    table(&media("any"), &[(r#""answer":"é\u2028\u0085 中""#, "")]);
}

#[test]
fn confidence_is_a_share() {
    let conf = |value: &str| format!(r#"{POINT},"confidence":{value}"#);
    table(
        &media("image"),
        &[
            (&conf("0.5"), ""),
            (&conf("1"), ""),
            (&conf("null"), ""),
            (&conf("1.01"), "R-CONF-1"),
            (&conf("-0.1"), "R-CONF-1"),
            (&conf(r#""0.5""#), "R-KIND-5"),
            (&conf("true"), "R-KIND-5"),
            (&conf("0"), "R-CONF-4"),
            (&conf("0.0"), "R-CONF-4"),
            (r#""answer":{"name":"a","confidence":0}"#, ""),
            (r#""answer":{"name":"a"},"confidence":0.5"#, "R-CONF-5"),
            (r#""answer":[{"name":"a"}],"confidence":0.5"#, "R-CONF-5"),
            (r#""answer":"t","confidence":0"#, ""),
        ],
    );
    for name in ["html", "conversational"] {
        table(&media(name), &[(r#""answer":"t","confidence":0.5"#, "R-CONF-6")]);
    }
    for kind in ["labels", "prelabels"] {
        let import = spec(&format!(r#"{{"media":"image","kind":"{kind}"}}"#));
        table(
            &import,
            &[
                (&conf("0.5"), "R-CONF-2"),
                (
                    r#""answer":[{"name":"a","confidence":1},{"name":"b","confidence":1}]"#,
                    "R-CONF-2",
                ),
                (POINT, ""),
            ],
        );
    }
}

#[test]
fn objects_of_videos_have_no_scores() {
    let segments = r#""segments":[{"keyframes":[{"frame":1,"point":{"x":1,"y":1}}]}]"#;
    let masks = |more: &str| {
        format!(
            r#""masks":{{"frames":[{{"index":1,"imBytes":"iVBORw0KGgo="}}],"instances":[{{"name":"m","colorRGB":[1,2,3]{more}}}]}}"#
        )
    };
    let metric = r#""customMetrics":[{"name":"m","value":1}]"#;
    table(
        &media("video"),
        &[
            (&format!(r#"{segments},"confidence":0.5"#), "R-CONF-3"),
            (&format!("{segments},{metric}"), "R-CM-2"),
            (&format!(r#"{},"confidence":0.5"#, masks("")), "R-CONF-3"),
            (&masks(r#","confidence":0.5"#), "R-CONF-3"),
            (&masks(""), ""),
            (
                r#""segments":[{"keyframes":[{"frame":1,"point":{"x":1,"y":1},"confidence":1}]}]"#,
                "R-CONF-3",
            ),
            (
                r#""segments":[{"keyframes":[{"frame":1,"point":{"x":1,"y":1},"customMetrics":[]}]}]"#,
                "R-CM-2",
            ),
        ],
    );
}

#[test]
fn custom_metrics_are_names_with_numbers() {
    let metrics = |value: &str| format!(r#"{POINT},"customMetrics":{value}"#);
    table(
        &media("image"),
        &[
            (&metrics(r#"[{"name":"m","value":1}]"#), ""),
            (&metrics("[]"), ""),
            (&metrics("null"), ""),
            (&metrics("{}"), "R-CM-1"),
            (&metrics("[1]"), "R-CM-1"),
            (&metrics(r#"[{"name":"m"}]"#), "R-CM-1"),
            (&metrics(r#"[{"name":"m","value":"1"}]"#), "R-CM-1"),
            (&metrics(r#"[{"name":1,"value":1}]"#), "R-CM-1"),
        ],
    );
}

#[test]
fn a_schema_id_is_enough_but_for_two_kinds() {
    let id = r#""schemaId":"clh4f8q1w000008l4a7d2c9xz","#;
    let cases = [
        (r#""point":{"x":1,"y":1}"#, ""),
        (r#""textSelections":[{"groupId":"g","tokenIds":["t"],"page":1}]"#, "R-NAME-5"),
        (
            r#""relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66b","target":"73dd0422-8c21-5372-bced-44449b17d66c","type":"unidirectional"}"#,
            "R-NAME-5",
        ),
    ];
    for (body, slugs) in cases {
        assert_eq!(drawn(&media("any"), &format!("{START}{id}{body}}}")), slugs, "{body}");
        assert_eq!(drawn(&media("any"), &format!(r#"{START}{id}"name":"n",{body}}}"#)), "");
    }
}
