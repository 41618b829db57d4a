//! The truth table of the rules on tracked objects of videos.

mod support;

use support::{media, spec, table};

const BOX: &str = r#""bbox":{"top":1,"left":2,"height":3,"width":4}"#;

fn keyframe(frame: &str, members: &str) -> String {
    format!(r#"{{"frame":{frame},{members}}}"#)
}

fn segments(segments: &[&[String]]) -> String {
    let segment = |keyframes: &&[String]| format!(r#"{{"keyframes":[{}]}}"#, keyframes.join(","));
    let all: Vec<String> = segments.iter().map(segment).collect();
    format!(r#""segments":[{}]"#, all.join(","))
}

fn one(frame: &str, members: &str) -> String {
    segments(&[&[keyframe(frame, members)]])
}

#[test]
fn an_object_has_segments_with_keyframes() {
    table(
        &media("video"),
        &[
            (&one("13", BOX), ""),
            (r#""segments":[]"#, "R-VID-1"),
            (r#""segments":[{}]"#, "R-VID-1"),
            (r#""segments":[7]"#, "R-VID-1"),
            (r#""segments":[{"keyframes":{}}]"#, "R-VID-1"),
            (r#""segments":[{"keyframes":[7]}]"#, "R-VID-1"),
            (r#""segments":[{"keyframes":[]}]"#, "R-VID-2"),
        ],
    );
}

#[test]
fn a_frame_is_a_number_from_one() {
    table(
        &media("video"),
        &[
            (&one("1", BOX), ""),
            (&one("0", BOX), "R-VID-3"),
            (&one("-1", BOX), "R-VID-3"),
            (&one("1.0", BOX), "R-VID-3"),
            (&one("1e3", BOX), "R-VID-3"),
            (&one(r#""24""#, BOX), "R-KIND-5"),
            (&one("true", BOX), "R-KIND-5"),
            (&one("null", BOX), "R-VID-3"),
        ],
    );
    let mild = spec(r#"{"media":"video","mild":{"R-VID-3":"off"}}"#);
    table(&mild, &[(&one("0", BOX), ""), (&one("-1", BOX), "R-VID-3")]);
    let off = spec(r#"{"media":"video","severity":{"R-VID-3":"off"}}"#);
    table(&off, &[(&one("0", BOX), ""), (&one("-1", BOX), "")]);
}

#[test]
fn a_keyframe_has_one_geometry_of_three() {
    let point = r#""point":{"x":1,"y":1}"#;
    let line = r#""line":[{"x":0,"y":0},{"x":9,"y":3}]"#;
    table(
        &media("video"),
        &[
            (&one("1", point), ""),
            (&one("1", line), ""),
            (&one("1", &format!(r#"{BOX},"point":null"#)), ""),
            (&one("1", &format!("{BOX},{point}")), "R-VID-5"),
            (&one("1", r#""classifications":[]"#), "R-VID-5"),
            (&one("1", r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6}]"#), "R-VID-5"),
            (&one("1", r#""mask":{}"#), "R-VID-5"),
            (&segments(&[&[keyframe("1", BOX)], &[keyframe("5", point)]]), "R-VID-6"),
            (&one("1", r#""bbox":[]"#), "R-KIND-5"),
            (&one("1", r#""bbox":{"top":1}"#), "R-BBOX-1"),
            (&one("1", r#""point":{"x":1}"#), "R-POINT-1"),
            (&one("1", r#""point":[1,2]"#), "R-POINT-1"),
            (&one("1", r#""line":[{"x":0,"y":0}]"#), "R-LINE-1"),
            (&one("1", r#""bbox":{"top":-1,"left":2,"height":3,"width":4}"#), "R-BBOX-4"),
        ],
    );
}

#[test]
fn frames_ascend() {
    let at = |frame: &str| keyframe(frame, BOX);
    table(
        &media("video"),
        &[
            (&segments(&[&[at("1"), at("2"), at("9")], &[at("10")]]), ""),
            (&segments(&[&[at("1"), at("1")]]), "R-VID-7"),
            (&segments(&[&[at("2"), at("1")]]), "R-VID-7"),
            (&segments(&[&[at("1"), at("9")], &[at("9")]]), "R-VID-8"),
            (&segments(&[&[at("5")], &[at("1")]]), "R-VID-8"),
        ],
    );
}

#[test]
fn lines_of_a_segment_have_the_same_number_of_points() {
    let two = r#""line":[{"x":0,"y":0},{"x":9,"y":3}]"#;
    let three = r#""line":[{"x":0,"y":0},{"x":9,"y":3},{"x":9,"y":4}]"#;
    table(
        &media("video"),
        &[
            (&segments(&[&[keyframe("1", two), keyframe("2", three)]]), "R-VID-9"),
            (&segments(&[&[keyframe("1", two)], &[keyframe("2", three)]]), ""),
        ],
    );
}

#[test]
fn what_nests_below_a_keyframe_is_dropped_from_the_second_level_on() {
    let below = |inner: &str| {
        one(
            "1",
            &format!(r#"{BOX},"classifications":[{{"name":"q","answer":{{"name":"a"{inner}}}}}]"#),
        )
    };
    table(
        &media("video"),
        &[
            (&below(""), ""),
            (&below(r#","classifications":[]"#), ""),
            (&below(r#","classifications":[{"name":"r","answer":"t"}]"#), "R-VID-11"),
        ],
    );
}
