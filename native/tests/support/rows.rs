//! Rows of every form, and what they are judged by.

#![allow(dead_code, reason = "each user takes its share")]

use bulkimport_native::check::spec::Spec;

/// Bodies of rows, one of each form.
pub const ROWS: &[&str] = &[
    r#""name":"car","bbox":{"top":4,"left":10,"height":20.5,"width":31},"page":1,"unit":"PERCENT","confidence":0.5"#,
    r#""name":"lake","polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6},{"x":1,"y":1}],"classifications":[{"name":"q","answer":[{"name":"a"}]}]"#,
    r#""name":"lane","line":[{"x":0,"y":0},{"x":9,"y":3}],"customMetrics":[{"name":"m","value":1}]"#,
    r#""name":"road","mask":{"instanceURI":"https://h/m.png?Expires=1000","colorRGB":[255,0,0]}"#,
    r#""name":"road","mask":{"size":[4,6],"counts":[10,5,4,5]}"#,
    r#""name":"car","segments":[{"keyframes":[{"frame":13,"bbox":{"top":1,"left":2,"height":3,"width":4}},{"frame":19,"bbox":{"top":1,"left":9,"height":3,"width":4},"classifications":[{"name":"state","answer":[{"name":"moving","classifications":[{"name":"s","answer":"t"}]}]}]}]},{"keyframes":[{"frame":30,"line":[{"x":1,"y":2},{"x":3,"y":4}]}]}]"#,
    r#""masks":{"frames":[{"index":31,"imBytes":"iVBORw0KGgo="},{"index":34,"instanceURI":"https://h/34.png"}],"instances":[{"colorRGB":[76,104,177],"name":"video_mask"},{"colorRGB":[9,9,9],"name":"other"}]}"#,
    r#""name":"person","location":{"start":10,"end":20},"messageId":"4""#,
    r#""name":"person","textSelections":[{"groupId":"g","tokenIds":["t","u"],"page":1}]"#,
    r#""name":"weather","answer":[{"name":"Sunny","frames":[{"start":0,"end":9},{"start":20,"end":30}],"classifications":[{"name":"clouds","answer":[{"name":"few","frames":[{"start":2,"end":4}]}]}]},{"name":"Rain","frames":[{"start":31,"end":40}]}]"#,
    r#""name":"weather","answers":[{"value":"t\u00e9xt","frames":[{"start":0,"end":9}]},{"name":"Sunny"}],"frames":[{"start":0,"end":9}],"classifications":[]"#,
    r#""name":"holds","relationship":{"source":"73dd0422-8c21-5372-bced-44449b17d66c","target":"73dd0422-8c21-5372-bced-44449b17d66d","type":"unidirectional","readonly":true}"#,
    r#""name":"rank","messageEvaluationTask":{"format":"message-ranking","data":{"parentMessageId":"p","rankedMessages":[{"messageId":"a","modelConfigName":"M1","order":1},{"messageId":"b","modelConfigName":"M2","order":2}]}}"#,
];

/// An ontology that knows most of their features.
pub const ONTOLOGY: &str = r#"{"tools":[{"tool":"rectangle","name":"car","classifications":[{"type":"radio","name":"state","options":[{"value":"moving"}]}]},
    {"tool":"polygon","name":"lake"},{"tool":"named-entity","name":"person"},{"tool":"raster-segmentation","name":"road"}],
    "classifications":[{"type":"radio","name":"weather","scope":"index","options":[{"label":"Sunny","value":"sunny","options":[{"type":"checklist","name":"clouds","options":[{"value":"few"}]}]},{"value":"Rain"}]}]}"#;

/// What they are judged by: every medium without and with the ontology, and strictly.
pub fn specs() -> Vec<Spec> {
    let media = "image video text document audio conversational chat html geo any".split(' ');
    let with = |name, rest: &str| read(&format!(r#"{{"media":"{name}"{rest}}}"#));
    let bound = format!(r#","kind":"labels","measure":true,"now":2000,"ontology":{ONTOLOGY}"#);
    let strict = format!(
        r#","kind":"prelabels","ontology":{ONTOLOGY},"severity":{{"R-ID-5":"E","R-VID-3":"W","R-ONT-1":"off","R-TMP-9":"E"}}"#
    );
    media.flat_map(|name| [with(name, ""), with(name, &bound), with(name, &strict)]).collect()
}

fn read(text: &str) -> Spec {
    Spec::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}")).0
}

/// A ROW that says of bytes, whatever they are, that they are good.
pub fn pretended(row: &[u8]) -> Vec<u8> {
    let mut rows = vec![0; 88];
    let length = u32::try_from(row.len()).expect("short");
    rows[72..76].copy_from_slice(&length.to_le_bytes());
    rows
}
