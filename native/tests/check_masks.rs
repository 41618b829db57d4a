//! The truth table of the rules on masks of images and videos.

mod support;

use support::{media, spec, table};

#[test]
fn a_mask_has_one_of_four_forms() {
    table(
        &media("image"),
        &[
            (r#""mask":{"instanceURI":"https://h/m.png","colorRGB":[255,0,0]}"#, ""),
            (r#""mask":{"imBytes":"iVBORw0KGgo=","colorRGB":[0,0,1]}"#, ""),
            (r#""mask":{"png":"iVBORw0KGgo="}"#, ""),
            (r#""mask":{"png":"iVBORw0KGgo=","colorRGB":null,"imBytes":null}"#, ""),
            (r#""mask":{"size":[10,10],"counts":[40,20,40]}"#, ""),
            (r#""mask":{}"#, "R-MASK-1"),
            (r#""mask":{"colorRGB":[255,0,0]}"#, "R-MASK-1"),
            (r#""mask":{"instanceURI":"https://h/m.png"}"#, "R-MASK-1"),
            (r#""mask":{"imBytes":"iVBORw0KGgo="}"#, "R-MASK-1"),
            (r#""mask":{"size":[10,10]}"#, "R-MASK-1"),
            (r#""mask":{"counts":[1]}"#, "R-MASK-1"),
            (
                r#""mask":{"png":"iVBORw0KGgo=","imBytes":"iVBORw0KGgo=","colorRGB":[1,1,1]}"#,
                "R-MASK-1",
            ),
            (r#""mask":{"png":7}"#, "R-KIND-5"),
        ],
    );
}

#[test]
fn a_colour_is_three_bytes() {
    let colour = |text: &str| format!(r#""mask":{{"imBytes":"iVBORw0KGgo=","colorRGB":{text}}}"#);
    table(
        &media("image"),
        &[
            (&colour("[0,0,255]"), ""),
            (&colour("[ 1 , 2 , 3 ]"), ""),
            (&colour("[0,0,256]"), "R-MASK-2"),
            (&colour("[0,0,-1]"), "R-MASK-2"),
            (&colour("[0,0]"), "R-MASK-2"),
            (&colour("[0,0,1,255]"), "R-MASK-2"),
            (&colour("[]"), "R-MASK-2"),
            (&colour("255"), "R-MASK-2"),
            (&colour("[0,0,1.0]"), "R-MASK-2"),
            (&colour("[0,0,1e2]"), "R-MASK-2"),
            (&colour(r#"[0,0,"1"]"#), "R-KIND-5"),
            (&colour("[0,0,true]"), "R-KIND-5"),
            (&colour("[0,0,0]"), "R-MASK-5"),
        ],
    );
}

#[test]
fn run_lengths_fill_the_picture() {
    let runs = |size: &str, counts: &str| format!(r#""mask":{{"size":{size},"counts":{counts}}}"#);
    table(
        &media("image"),
        &[
            (&runs("[480,640]", "[307200]"), ""),
            (&runs("[2,3]", "[0,6,0]"), ""),
            (&runs("[10,10]", "[100,11]"), "R-MASK-9"),
            (&runs("[10,10]", "[]"), "R-MASK-9"),
            (&runs("[10]", "[10]"), "R-MASK-8"),
            (&runs("[10,10,1]", "[100]"), "R-MASK-8"),
            (&runs("[0,10]", "[0]"), "R-MASK-8"),
            (&runs("[10,10]", "[101,-1]"), "R-MASK-8"),
            (&runs("[10,10.0]", "[100]"), "R-MASK-8"),
            (&runs("[10,10]", r#""abc""#), "R-MASK-8"),
            (&runs("10", "[100]"), "R-MASK-8"),
            (&runs("[10,10]", r#"["100"]"#), "R-KIND-5"),
            (
                &runs("[9223372036854775807,9223372036854775807]", "[9223372036854775807]"),
                "R-MASK-9",
            ),
        ],
    );
}

#[test]
fn an_address_can_be_followed() {
    let address = |text: &str| format!(r#""mask":{{"instanceURI":{text},"colorRGB":[1,1,1]}}"#);
    table(
        &media("image"),
        &[
            (&address(r#""https:\/\/h\/m.png""#), ""),
            (&address(r#""m.png""#), "R-MASK-14"),
            (&address(r#""""#), "R-MASK-14"),
            (&address(r#""gs://bucket/m.png""#), "R-MASK-15"),
            (&address(r#""s3://bucket/m.png""#), "R-MASK-15"),
            (&address(r#""file:///m.png""#), "R-MASK-14 R-MASK-15"),
            (&address("7"), "R-KIND-5"),
            (&address(r#""https://h/m.png?Expires=1000""#), ""),
        ],
    );
    let late = spec(r#"{"media":"image","now":1000}"#);
    table(
        &late,
        &[
            (&address(r#""https://h/m.png?Expires=1000""#), "R-MASK-15"),
            (&address(r#""https://h/m.png?Expires=1001""#), ""),
        ],
    );
}

#[test]
fn a_picture_is_base64_once() {
    let png = |text: &str| format!(r#""mask":{{"png":"{text}"}}"#);
    table(
        &media("image"),
        &[
            (&png(r"iVBORw0KGgo\u003d"), ""),
            (&png(r"AA\/+"), ""),
            (&png(""), "R-MASK-16"),
            (&png("iVBORw0KGgo"), "R-MASK-16"),
            (&png("data:image/png;base64,AAAA"), "R-MASK-16"),
            (&png("aVZCT1J3MEtHZ29BQUFBTlNVaEVVZz09"), "R-MASK-16"),
        ],
    );
}

fn masks(frames: &str, instances: &str) -> String {
    format!(r#""masks":{{"frames":{frames},"instances":{instances}}}"#)
}

const FRAMES: &str =
    r#"[{"index":31,"imBytes":"iVBORw0KGgo="},{"index":34,"instanceURI":"https://h/34.png"}]"#;
const INSTANCES: &str =
    r#"[{"colorRGB":[76,104,177],"name":"video_mask"},{"colorRGB":[9,9,9],"name":"video_mask"}]"#;

#[test]
fn video_masks_are_frames_and_instances() {
    table(
        &media("video"),
        &[
            (&masks(FRAMES, INSTANCES), ""),
            (&format!(r#""masks":{{"frames":{FRAMES}}}"#), "R-VMASK-1"),
            (&format!(r#""masks":{{"instances":{INSTANCES}}}"#), "R-VMASK-1"),
            (r#""masks":{}"#, "R-VMASK-1"),
            (&masks("{}", INSTANCES), "R-VMASK-1"),
            (&masks("[]", INSTANCES), "R-VMASK-1"),
            (&masks(FRAMES, "[]"), "R-VMASK-1"),
        ],
    );
}

#[test]
fn an_empty_list_of_video_masks_is_but_warned_of() {
    let strict = spec(r#"{"media":"video","mild":{"R-VMASK-1":"off"}}"#);
    table(&strict, &[(&masks("[]", INSTANCES), ""), (&masks("{}", INSTANCES), "R-VMASK-1")]);
}

#[test]
fn a_frame_of_video_masks_has_a_number_and_one_picture() {
    let video = media("video");
    let frame = |members: &str| masks(&format!("[{{{members}}}]"), INSTANCES);
    table(
        &video,
        &[
            (&frame(r#""index":0,"imBytes":"iVBORw0KGgo=","instanceURI":null"#), ""),
            (&frame(r#""imBytes":"iVBORw0KGgo=""#), "R-VMASK-2"),
            (&frame(r#""index":1.0,"imBytes":"iVBORw0KGgo=""#), "R-VMASK-2"),
            (&frame(r#""index":-1,"imBytes":"iVBORw0KGgo=""#), "R-VMASK-2"),
            (&frame(r#""index":"24","imBytes":"iVBORw0KGgo=""#), "R-KIND-5"),
            (&frame(r#""index":24"#), "R-VMASK-2"),
            (
                &frame(r#""index":24,"imBytes":"iVBORw0KGgo=","instanceURI":"https://h/m.png""#),
                "R-VMASK-2",
            ),
            (&frame(r#""index":24,"instanceURI":"m.png""#), "R-VMASK-3"),
            (&frame(r#""index":24,"imBytes":"*""#), "R-MASK-16"),
            (&masks("[7]", INSTANCES), "R-VMASK-2"),
        ],
    );
    let twice = r#"[{"index":3,"imBytes":"AAAA"},{"index":1,"imBytes":"AAAA"},{"index":3,"imBytes":"AAAA"}]"#;
    table(&video, &[(&masks(twice, INSTANCES), "R-VMASK-4")]);
}

#[test]
fn an_instance_of_video_masks_has_a_name_and_a_colour_of_its_own() {
    let instance = |members: &str| masks(FRAMES, &format!("[{{{members}}}]"));
    table(
        &media("video"),
        &[
            (
                &instance(
                    r#""name":"m","colorRGB":[255,255,255],"featureSchemaId":"clh4f8q1w000008l4a7d2c9xz""#,
                ),
                "",
            ),
            (&instance(r#""name":"m""#), "R-VMASK-5"),
            (&instance(r#""name":"m","colorRGB":[1,2,256]"#), "R-VMASK-5"),
            (&instance(r#""name":"m","colorRGB":[1,2]"#), "R-VMASK-5"),
            (
                &instance(r#""featureSchemaId":"clh4f8q1w000008l4a7d2c9xz","colorRGB":[1,2,3]"#),
                "R-VMASK-5",
            ),
            (&instance(r#""colorRGB":[1,2,3]"#), "R-NAME-1"),
            (&instance(r#""name":"","colorRGB":[1,2,3]"#), "R-NAME-4"),
            (&instance(r#""name":"m","featureSchemaId":"c","colorRGB":[1,2,3]"#), "R-NAME-2"),
            (
                &masks(
                    FRAMES,
                    r#"[{"name":"m","colorRGB":[1,2,3]},{"name":"n","colorRGB":[1,2,3]}]"#,
                ),
                "R-VMASK-6",
            ),
            (
                &masks(
                    FRAMES,
                    r#"[{"name":"m","colorRGB":[1,2,3]},{"name":"m","colorRGB":[3,2,1]}]"#,
                ),
                "",
            ),
        ],
    );
}
