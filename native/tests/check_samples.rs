//! The samples of the format and of the platform's own pages pass for their media.

mod support;

use bulkimport_native::check::spec::Spec;
use support::{START, drawn, media, spec};

const UUID: &str = "73dd0422-8c21-5372-bced-44449b17d66b";

/// One sample of each kind, with the media it is for.
const SAMPLES: &[(&str, &str)] = &[
    ("image geo", r#""name":"car","bbox":{"top":4,"left":10,"height":20.5,"width":31}"#),
    (
        "image geo",
        r#""name":"lake","polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6},{"x":1,"y":1}]"#,
    ),
    ("image geo", r#""name":"lane","line":[{"x":0,"y":0},{"x":9,"y":3}]"#),
    ("image geo", r#""name":"eye","point":{"x":12.5,"y":40}"#),
    ("image", r#""name":"road","mask":{"instanceURI":"https://h/m.png","colorRGB":[255,0,0]}"#),
    ("image", r#""name":"road","mask":{"imBytes":"iVBORw0KGgo=","colorRGB":[255,0,0]}"#),
    ("image", r#""name":"road","mask":{"png":"iVBORw0KGgo="}"#),
    ("image", r#""name":"road","mask":{"size":[480,640],"counts":[1000,5,306190,5]}"#),
    (
        "video",
        r#""name":"car","segments":[{"keyframes":[{"frame":13,"bbox":{"top":1,"left":2,"height":3,"width":4}},{"frame":19,"bbox":{"top":1,"left":9,"height":3,"width":4},"classifications":[{"name":"state","answer":[{"name":"moving"}]}]}]},{"keyframes":[{"frame":30,"bbox":{"top":1,"left":9,"height":3,"width":4}}]}]"#,
    ),
    (
        "video",
        r#""masks":{"frames":[{"index":31,"imBytes":"iVBORw0KGgo="},{"index":34,"instanceURI":"https://h/34.png"}],"instances":[{"colorRGB":[76,104,177],"name":"video_mask"},{"colorRGB":[9,9,9],"name":"other"}]}"#,
    ),
    ("text", r#""name":"person","location":{"start":10,"end":20}"#),
    ("conversational", r#""name":"person","location":{"start":10,"end":20},"messageId":"4""#),
    (
        "document",
        r#""name":"stamp","bbox":{"top":72,"left":10,"height":30,"width":90},"page":1,"unit":"POINTS""#,
    ),
    (
        "document",
        r#""name":"person","textSelections":[{"groupId":"2f4336f4","tokenIds":["3f984bf3","46e8e8cc"],"page":1}]"#,
    ),
    ("all", r#""name":"q","answer":{"name":"a"}"#),
    ("all", r#""name":"q","answer":[{"name":"a"},{"name":"b"}]"#),
    ("all", r#""name":"q","answers":[{"name":"a"},{"name":"b"}]"#),
    ("all", r#""name":"q","answer":"str""#),
    (
        "all",
        r#""name":"q","answer":{"name":"a","classifications":[{"name":"sub","answer":{"name":"b","classifications":[{"name":"subsub","answer":[{"name":"c"}]}]}}]}"#,
    ),
    ("all", r#""name":"q","answer":"str","classifications":[{"name":"sub","answer":"more"}]"#),
    ("video audio", r#""name":"q","answer":{"name":"a","frames":[{"start":9,"end":15}]}"#),
    ("video audio", r#""name":"q","answer":[{"name":"a","frames":[{"start":9,"end":15}]}]"#),
    (
        "video audio",
        r#""name":"q","answer":[{"value":"hi","frames":[{"start":0,"end":9}],"classifications":[{"name":"tone","answer":[{"name":"calm","frames":[{"start":2,"end":4}]}]}]}]"#,
    ),
    ("conversational chat", r#""name":"q","answer":"str","messageId":"4""#),
    (
        "image text document",
        r#""name":"holds","relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66c","target":"73dd0422-8c21-5372-bced-44449b17d66d","type":"unidirectional"}"#,
    ),
    (
        "document",
        r#""name":"holds","relationship":{"sourceOntologyName":"person","target":"73dd0422-8c21-5372-bced-44449b17d66d","type":"bidirectional"}"#,
    ),
    (
        "chat",
        r#""name":"rank","messageEvaluationTask":{"format":"message-ranking","data":{"parentMessageId":"p","rankedMessages":[{"messageId":"a","modelConfigName":"M1","order":1},{"messageId":"b","modelConfigName":"M2","order":2}]}}"#,
    ),
    (
        "chat",
        r#""name":"one","messageEvaluationTask":{"format":"message-single-selection","data":{"messageId":"a","parentMessageId":"p","modelConfigName":"M1"}}"#,
    ),
    (
        "chat",
        r#""name":"some","messageEvaluationTask":{"format":"message-multi-selection","data":{"parentMessageId":"p","selectedMessages":[{"messageId":"a","modelConfigName":"M1"}]}}"#,
    ),
];

const MEDIA: &str = "image video text document audio conversational chat html geo";

#[test]
fn every_sample_of_the_format_passes_for_its_media_and_for_any() {
    for (names, body) in SAMPLES {
        let names = if *names == "all" { MEDIA } else { names };
        for name in names.split(' ').chain(["any"]) {
            assert_eq!(drawn(&media(name), &format!("{START}{body}}}")), "", "{name}: {body}");
        }
    }
}

#[test]
fn tolerated_irregularities_are_but_warned_of_or_put_right() {
    let rows = [
        (
            "video",
            r#""name":"q","answer":{"name":"a"},"frames":[{"start":9,"end":15}]"#,
            "R-TMP-10",
        ),
        (
            "image",
            r#""name":"lake","polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6}]"#,
            "R-POLY-2",
        ),
        ("geo", r#""name":"car","bbox":{"top":19.4,"left":-99.2,"height":-0.01,"width":0.02}"#, ""),
        (
            "image",
            r#""name":"q","answer":{"name":"a"},"classifications":[{"name":"s","answer":"t"}]"#,
            "R-CLS-8",
        ),
    ];
    for (name, body, slugs) in rows {
        let mild = spec(&format!(r#"{{"media":"{name}","severity":{{"R-CLS-8":"W"}}}}"#));
        assert_eq!(drawn(&mild, &format!("{START}{body}}}")), slugs, "{body}");
    }
}

/// The ontology of the tutorial on pre-labels.
const TUTORIAL: &str = r#"{"tools":[{"tool":"rectangle","name":"Human"},{"tool":"polygon","name":"Shopping store"}],
    "classifications":[{"type":"radio","name":"Is it daytime or nighttime?","options":[{"value":"Daytime"},{"value":"Nighttime"}]}]}"#;

fn with_uuid(body: &str) -> String {
    format!(r#"{{{body},"dataRow":{{"globalKey":"stanford-test-image"}},"uuid":"{UUID}"}}"#)
}

#[track_caller]
fn passes(spec: &Spec, bodies: &[&str]) {
    for body in bodies {
        assert_eq!(drawn(spec, &with_uuid(body)), "", "{body}");
    }
}

#[test]
fn the_rows_of_the_tutorial_pass() {
    let bodies = [
        r#""name":"Is it daytime or nighttime?","answer":{"name":"Daytime"}"#,
        r#""name":"Human","bbox":{"top":670.0,"left":55.0,"height":286.0,"width":96.0}"#,
        r#""name":"Shopping store","polygon":[{"x":1.2,"y":1.2},{"x":380.4,"y":0.0},{"x":568.8,"y":426.0},{"x":562.8,"y":692.4},{"x":0.0,"y":889.2},{"x":1.2,"y":1.2}]"#,
    ];
    for kind in ["labels", "prelabels"] {
        let bound = format!(r#"{{"media":"image","kind":"{kind}","ontology":{TUTORIAL}}}"#);
        passes(&spec(&bound), &bodies);
    }
}

#[test]
fn the_rows_of_the_page_on_ground_truth_pass() {
    let row = format!(
        r#"{{"uuid":"{UUID}","schemaId":"ckrb1sfjx099a0y914hl319ie","dataRow":{{"id":"ckrb1sf1i1g7i0ybcdc6oc8ct"}},"bbox":{{"left":10,"top":10,"height":50,"width":50}}}}"#
    );
    for ontology in [
        "null",
        r#"{"tools":[{"tool":"rectangle","name":"dog","featureSchemaId":"ckrb1sfjx099a0y914hl319ie"}]}"#,
    ] {
        let labels = format!(r#"{{"media":"image","kind":"labels","ontology":{ontology}}}"#);
        assert_eq!(drawn(&spec(&labels), &row), "");
    }
}

/// The ontology of the page on videos. There its questions on frames lack their scope and one
/// question its name; here they have both, since the page's rows need them.
const VIDEO: &str = r#"{"tools":[
    {"tool":"rectangle","name":"bbox_video"},{"tool":"point","name":"point_video"},
    {"tool":"line","name":"line_video_frame"},{"tool":"raster-segmentation","name":"video_mask"},
    {"tool":"rectangle","name":"bbox_class","classifications":[{"type":"checklist","name":"checklist_class","scope":"index",
        "options":[{"value":"first_checklist_answer"},{"value":"second_checklist_answer"}]}]}],
    "classifications":[
    {"type":"checklist","name":"checklist_class","scope":"index","options":[{"value":"first_checklist_answer"},{"value":"second_checklist_answer"}]},
    {"type":"radio","name":"radio_class","scope":"index","options":[{"value":"first_radio_answer"},{"value":"second_radio_answer"}]},
    {"type":"radio","name":"nested_radio_question","options":[{"value":"first_radio_answer","options":[
        {"type":"radio","name":"sub_radio_question","options":[{"value":"first_sub_radio_answer"}]}]}]},
    {"type":"checklist","name":"nested_checklist_question","options":[{"value":"first_checklist_answer","options":[
        {"type":"checklist","name":"sub_checklist_question","options":[{"value":"first_sub_checklist_answer"}]}]}]},
    {"type":"radio","name":"radio_class_global","options":[{"value":"first_radio_answer"},{"value":"second_radio_answer"}]},
    {"type":"checklist","name":"checklist_class_global","options":[{"value":"first_checklist_answer"},{"value":"second_checklist_answer"}]},
    {"type":"text","name":"free_text","scope":"index"},{"type":"text","name":"free_text_global"},
    {"type":"checklist","name":"road_conditions","scope":"index","options":[{"value":"rain"},{"value":"construction_zone"},{"value":"low_visibility"}]},
    {"type":"radio","name":"traffic_light_state","scope":"index","options":[{"value":"red"},{"value":"green"}]},
    {"type":"text","name":"play_description","scope":"index"},
    {"type":"radio","name":"driver_behavior","scope":"index","options":[{"value":"distracted","options":[
        {"type":"radio","name":"distraction_type","options":[{"value":"mobile_phone_use","options":[
            {"type":"radio","name":"risk_level","options":[{"value":"high"}]}]}]}]}]}]}"#;

const BOX: &str = r#""bbox":{"top":617,"left":1371,"height":419,"width":505}"#;
const BOX_2: &str = r#""bbox":{"top":146.0,"left":98.0,"height":382.0,"width":341.0}"#;

fn video_page() -> Vec<String> {
    let boxes = |name: &str, frames: [(u32, &str); 2]| {
        let [one, two] = frames.map(|(frame, shape)| format!(r#"{{"frame":{frame},{shape}}}"#));
        format!(r#""name":"{name}","segments":[{{"keyframes":[{one},{two}]}}]"#)
    };
    let fixed = [
        r#""name":"checklist_class_global","answer":[{"name":"first_checklist_answer"},{"name":"second_checklist_answer"}]"#,
        r#""name":"radio_class_global","answer":{"name":"first_radio_answer"}"#,
        r#""name":"free_text_global","answer":"sample text""#,
        r#""name":"nested_radio_question","answer":{"name":"first_radio_answer","classifications":[{"name":"sub_radio_question","answer":{"name":"first_sub_radio_answer"}}]}"#,
        r#""name":"checklist_class","answer":[{"name":"first_checklist_answer","frames":[{"start":29,"end":35}]},{"name":"second_checklist_answer","frames":[{"start":29,"end":35}]}]"#,
        r#""name":"radio_class","answer":{"name":"first_radio_answer","frames":[{"start":9,"end":15}]}"#,
        r#""name":"free_text","answer":[{"value":"sample text","frames":[{"start":13,"end":19}]}]"#,
        r#""name":"road_conditions","answer":[{"name":"rain","frames":[{"start":0,"end":450},{"start":900,"end":1200}]},{"name":"construction_zone","frames":[{"start":600,"end":1000}]},{"name":"low_visibility","frames":[{"start":950,"end":1200}]}]"#,
        r#""name":"traffic_light_state","answer":[{"name":"red","frames":[{"start":0,"end":300}]},{"name":"green","frames":[{"start":301,"end":800}]}]"#,
        r#""name":"play_description","answer":[{"value":"Quarterback throws a deep pass","frames":[{"start":120,"end":240}]},{"value":"Wide receiver catches the ball","frames":[{"start":241,"end":310}]},{"value":"Touchdown scored","frames":[{"start":311,"end":380}]}]"#,
        r#""name":"driver_behavior","answer":[{"name":"distracted","frames":[{"start":500,"end":900}],"classifications":[{"name":"distraction_type","answer":[{"name":"mobile_phone_use","frames":[{"start":550,"end":850}],"classifications":[{"name":"risk_level","answer":[{"name":"high","frames":[{"start":700,"end":850}]}]}]}]}]}]"#,
        r#""name":"point_video","segments":[{"keyframes":[{"frame":17,"point":{"x":660.134,"y":407.926}}]}]"#,
        r#""name":"line_video_frame","segments":[{"keyframes":[{"frame":5,"line":[{"x":680,"y":100},{"x":100,"y":190},{"x":190,"y":220}]},{"frame":20,"line":[{"x":680,"y":180},{"x":100,"y":200},{"x":200,"y":260}]}]},{"keyframes":[{"frame":24,"line":[{"x":300,"y":310},{"x":330,"y":430}]},{"frame":45,"line":[{"x":600,"y":810},{"x":900,"y":930}]}]}]"#,
        r#""masks":{"frames":[{"index":31,"imBytes":"iVBORw0KGgo="},{"index":34,"imBytes":"iVBORw0KGgo="}],"instances":[{"colorRGB":[76,104,177],"name":"video_mask"}]}"#,
        r#""name":"bbox_class","segments":[{"keyframes":[{"frame":10,"bbox":{"top":146.0,"left":98.0,"height":382.0,"width":341.0}},{"frame":11,"bbox":{"top":146.0,"left":98.0,"height":382.0,"width":341.0},"classifications":[{"name":"checklist_class","answer":[{"name":"first_checklist_answer"}]}]},{"frame":13,"bbox":{"top":146.0,"left":98.0,"height":382.0,"width":341.0},"classifications":[{"name":"checklist_class","answer":[{"name":"second_checklist_answer"}]}]}]}]"#,
    ];
    let mut page = fixed.map(str::to_owned).to_vec();
    page.push(boxes("bbox_video", [(13, BOX), (19, BOX)]));
    page.push(boxes("bbox_video", [(22, BOX), (27, BOX_2)]));
    page
}

#[test]
fn the_rows_of_the_page_on_videos_pass() {
    let page = video_page();
    let page: Vec<&str> = page.iter().map(String::as_str).collect();
    for kind in ["labels", "prelabels"] {
        passes(&spec(&format!(r#"{{"media":"video","kind":"{kind}","ontology":{VIDEO}}}"#)), &page);
        passes(&spec(&format!(r#"{{"media":"video","kind":"{kind}"}}"#)), &page);
    }
    let irregular = with_uuid(
        r#""name":"nested_checklist_question","answer":[{"name":"first_checklist_answer","classifications":[{"name":"sub_checklist_question","answer":{"name":"first_sub_checklist_answer"}}]}]"#,
    );
    let strict = format!(r#"{{"media":"video","ontology":{VIDEO},"mild":{{"R-CLS-2":"off"}}}}"#);
    assert_eq!(drawn(&spec(&strict), &irregular), "", "a checklist as one object is but warned of");
}

#[test]
fn the_rows_of_the_page_on_videos_break_when_they_are_mutated() {
    let bound = spec(&format!(r#"{{"media":"video","ontology":{VIDEO}}}"#));
    let mutations = [
        ("\"end\":450", "\"end\":-1", "R-TMP-1"),
        ("\"start\":301", "\"start\":300", "R-TMP-4"),
        ("\"start\":700", "\"start\":549", "R-TMP-5"),
        ("\"name\":\"rain\"", "\"name\":\"snow\"", "R-CLS-5"),
        ("risk_level", "risk", "R-ONT-3"),
        ("\"value\":\"Touchdown scored\"", "\"value\":7", "R-KIND-5"),
        ("point_video", "bbox_video", "R-ONT-2"),
        ("\"frame\":17", "\"frame\":17.5", "R-VID-3"),
        ("\"frame\":20", "\"frame\":4", "R-VID-7"),
        ("\"frame\":24", "\"frame\":20", "R-VID-8"),
        ("\"index\":34", "\"index\":31", "R-VMASK-4"),
        ("177]", "277]", "R-VMASK-5"),
        ("\"width\":505}},", "\"width\":-505}},", "R-BBOX-2"),
        ("\"width\":505}},", "\"width\":505}},{},", "R-VID-3 R-VID-5"),
        ("\"answer\":\"sample text\"", "\"answer\":\"\"", "R-CLS-6"),
        ("free_text_global", "free_text_globe", "R-ONT-1"),
    ];
    for (from, to, slugs) in mutations {
        let body = video_page().into_iter().find(|body| body.contains(from)).expect(from);
        assert_eq!(drawn(&bound, &with_uuid(&body.replacen(from, to, 1))), slugs, "{from} → {to}");
    }
}
