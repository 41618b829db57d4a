//! The truth table of the rules on frames of answers.

mod support;

use support::{START, drawn, media, spec, table};

fn frames(ranges: &[(i64, i64)]) -> String {
    let range = |(start, end): &(i64, i64)| format!(r#"{{"start":{start},"end":{end}}}"#);
    let ranges: Vec<String> = ranges.iter().map(range).collect();
    format!(r#""frames":[{}]"#, ranges.join(","))
}

fn option(name: &str, ranges: &[(i64, i64)]) -> String {
    format!(r#"{{"name":"{name}",{}}}"#, frames(ranges))
}

#[test]
fn a_range_is_two_integers_in_order() {
    let with = |range: &str| format!(r#""answer":[{{"name":"a","frames":[{range}]}}]"#);
    for name in ["video", "audio"] {
        table(
            &media(name),
            &[
                (&with(r#"{"start":0,"end":0}"#), ""),
                (&with(r#"{"end":450,"start":9}"#), ""),
                (&with(r#"{"start":9,"end":8}"#), "R-TMP-1"),
                (&with(r#"{"start":-1,"end":8}"#), "R-TMP-1"),
                (&with(r#"{"start":1}"#), "R-TMP-1"),
                (&with(r#"{"start":1,"end":2.0}"#), "R-TMP-1"),
                (&with("[1,2]"), "R-TMP-1"),
                (&with(r#"{"start":"1","end":2}"#), "R-KIND-5"),
                (r#""answer":[{"name":"a","frames":{}}]"#, "R-KIND-5"),
            ],
        );
    }
}

#[test]
fn frames_are_for_media_with_time() {
    let framed = format!(r#""answer":[{}]"#, option("a", &[(1, 2)]));
    let one = format!(r#""answer":{}"#, option("a", &[(1, 2)]));
    let row = format!(r#""answer":{{"name":"a"}},{}"#, frames(&[(1, 2)]));
    for name in ["image", "text", "document", "conversational", "chat", "html", "geo"] {
        table(&media(name), &[(&framed, "R-TMP-13"), (&one, "R-TMP-13")]);
    }
    table(&media("any"), &[(&framed, ""), (&one, ""), (&row, "R-TMP-10")]);
    table(&media("video"), &[(r#""answer":{"name":"a","frames":[]}"#, "")]);
    table(&media("image"), &[(r#""answer":{"name":"a","frames":[]}"#, "")]);
}

#[test]
fn a_child_lies_in_one_range_of_its_parent() {
    let nested = |parent: &[(i64, i64)], child: &[(i64, i64)]| {
        format!(
            r#""answer":[{{"name":"a",{},"classifications":[{{"name":"q","answer":[{}]}}]}}]"#,
            frames(parent),
            option("b", child)
        )
    };
    table(
        &media("video"),
        &[
            (&nested(&[(500, 900)], &[(550, 850)]), ""),
            (&nested(&[(500, 900)], &[(500, 900)]), ""),
            (&nested(&[(500, 900)], &[(499, 900)]), "R-TMP-5"),
            (&nested(&[(500, 900)], &[(500, 901)]), "R-TMP-5"),
            (&nested(&[(20, 30), (0, 10)], &[(2, 3), (20, 30)]), ""),
            (&nested(&[(20, 30), (0, 10)], &[(8, 22)]), "R-TMP-5"),
            (&nested(&[(0, 9), (11, 20)], &[(9, 11)]), "R-TMP-5"),
            (&nested(&[(0, 100), (5, 6), (200, 300)], &[(50, 99)]), "R-TMP-14"),
        ],
    );
    let deep = format!(
        r#""answer":[{{"name":"a",{},"classifications":[{{"name":"q","answer":{{"name":"b","classifications":[{{"name":"r","answer":[{}]}}]}}}}]}}]"#,
        frames(&[(0, 9)]),
        option("c", &[(5, 10)])
    );
    table(&media("video"), &[(&deep, "R-TMP-5")]);
}

#[test]
fn frames_of_the_row_are_those_of_its_answers() {
    let child = |ranges: &[(i64, i64)]| {
        format!(
            r#""answer":{{"name":"a","classifications":[{{"name":"q","answer":[{}]}}]}},{}"#,
            option("b", ranges),
            frames(&[(0, 9)])
        )
    };
    table(
        &media("video"),
        &[
            (&format!(r#""answer":{{"name":"a"}},{}"#, frames(&[(1, 2)])), "R-TMP-10"),
            (
                &format!(r#""answer":[{{"name":"a"}},{{"name":"b"}}],{}"#, frames(&[(1, 2)])),
                "R-TMP-10",
            ),
            (r#""answer":{"name":"a"},"frames":[]"#, ""),
            (&child(&[(0, 9)]), "R-TMP-10"),
            (&child(&[(0, 10)]), "R-TMP-5 R-TMP-10"),
        ],
    );
}

#[test]
fn texts_have_values_and_options_have_names() {
    let text =
        |value: &str, ranges: &[(i64, i64)]| format!(r#"{{"value":{value},{}}}"#, frames(ranges));
    table(
        &media("video"),
        &[
            (&format!(r#""answer":[{}]"#, text(r#""t""#, &[(13, 19)])), ""),
            (
                &format!(
                    r#""answer":[{},{}]"#,
                    text(r#""t""#, &[(1, 2)]),
                    text(r#""t""#, &[(3, 4)])
                ),
                "",
            ),
            (
                &format!(r#""answer":[{},{}]"#, text(r#""t""#, &[(1, 2)]), option("a", &[(3, 4)])),
                "R-TMP-6",
            ),
            (&format!(r#""answer":[{}]"#, text("7", &[(1, 2)])), "R-KIND-5"),
            (&format!(r#""answer":[{}]"#, text(r#""""#, &[(1, 2)])), "R-CLS-6"),
            (r#""answer":[{"value":"t"}]"#, "R-TMP-8"),
            (r#""answer":[{"frames":[{"start":1,"end":2}]}]"#, "R-NAME-1"),
            (r#""answer":[{"name":"a","value":"a","frames":[{"start":1,"end":2}]}]"#, ""),
        ],
    );
}

#[test]
fn an_answer_without_frames_among_others_is_dropped() {
    let framed = option("a", &[(1, 2)]);
    table(
        &media("video"),
        &[
            (&format!(r#""answer":[{framed},{{"name":"b"}}]"#), "R-TMP-8"),
            (&format!(r#""answer":[{framed},{{"name":"b","frames":[]}}]"#), "R-TMP-8"),
            (&format!(r#""answer":[{framed},{}]"#, option("b", &[(1, 2)])), ""),
        ],
    );
}

#[test]
fn ranges_that_meet_are_told_and_equal_ones_are_not() {
    let with = |ranges: &[(i64, i64)]| format!(r#""answer":[{}]"#, option("a", ranges));
    table(
        &media("video"),
        &[
            (&with(&[(0, 450), (900, 1200)]), ""),
            (&with(&[(900, 1200), (0, 450)]), ""),
            (&with(&[(0, 9), (11, 20)]), ""),
            (&with(&[(0, 9), (10, 20)]), "R-TMP-14"),
            (&with(&[(0, 9), (5, 20)]), "R-TMP-14"),
            (&with(&[(0, 100), (5, 6), (50, 60)]), "R-TMP-14"),
            (&with(&[(0, 9), (0, 9)]), "R-TMP-9"),
            (
                &format!(r#""answer":[{},{}]"#, option("a", &[(1, 2)]), option("a", &[(5, 6)])),
                "R-TMP-9",
            ),
        ],
    );
}

const ONTOLOGY: &str = r#"{"classifications":[
    {"type":"radio","name":"light","scope":"index","options":[{"value":"red"},{"value":"green"}]},
    {"type":"checklist","name":"road","scope":"index","options":[{"value":"rain"},{"value":"works"}]},
    {"type":"text","name":"play","scope":"index"},
    {"type":"checklist","name":"all","scope":"global","options":[{"value":"rain"}]}]}"#;

#[track_caller]
fn binds(rows: &[(String, &str)]) {
    let spec = spec(&format!(r#"{{"media":"video","ontology":{ONTOLOGY}}}"#));
    for (body, slugs) in rows {
        assert_eq!(drawn(&spec, &format!("{START}{body}}}")), *slugs, "{body}");
    }
}

#[test]
fn a_radio_has_one_option_at_a_time() {
    let light = |red: &[(i64, i64)], green: &[(i64, i64)]| {
        format!(r#""name":"light","answer":[{},{}]"#, option("red", red), option("green", green))
    };
    binds(&[
        (light(&[(0, 300)], &[(301, 800)]), ""),
        (light(&[(0, 300)], &[(300, 800)]), "R-TMP-4"),
        (light(&[(0, 10), (50, 60)], &[(20, 55)]), "R-TMP-4"),
        (light(&[(0, 10), (50, 60)], &[(20, 40)]), ""),
        (format!(r#""name":"light","answer":[{}]"#, option("red", &[(0, 9)])), ""),
        (format!(r#""name":"light","answer":{}"#, option("red", &[(0, 9)])), ""),
        (
            format!(
                r#""name":"road","answer":[{},{}]"#,
                option("rain", &[(0, 450)]),
                option("works", &[(400, 450)])
            ),
            "",
        ),
    ]);
}

#[test]
fn frames_are_for_questions_asked_of_each_frame() {
    let all = format!(r#""name":"all","answer":[{}]"#, option("rain", &[(1, 2)]));
    let row = format!(r#""name":"all","answer":[{{"name":"rain"}}],{}"#, frames(&[(1, 2)]));
    binds(&[
        (all, "R-TMP-7"),
        (row, "R-TMP-7 R-TMP-10"),
        (r#""name":"all","answer":[{"name":"rain"}]"#.into(), ""),
        (r#""name":"road","answer":[{"name":"rain"}]"#.into(), ""),
        (r#""name":"play","answer":[{"value":"t","frames":[{"start":1,"end":2}]}]"#.into(), ""),
        (r#""name":"play","answer":"t""#.into(), ""),
    ]);
}
