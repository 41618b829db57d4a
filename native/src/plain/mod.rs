//! The fast way through a row: reads what is plainly good and leaves all else to the judge.
//!
//! A row is plainly good when nothing in it breaks a rule or needs a second look: each field of
//! identity at most once and spelled without escapes, one payload of the right shape. Giving up
//! costs only time, so this half never has to say why; accepting what [`crate::row::judge`]
//! refuses, or reading it differently, would be a defect, and the tests hold the two together.

#![allow(
    clippy::inline_always,
    reason = "the walker lives in registers, or its walk waits for memory"
)]

mod field;
mod number;
mod row;
mod walker;

pub use row::{Parts, read};
pub use walker::Walker;

#[cfg(test)]
mod tests {
    use super::{Walker, read};
    use crate::index::{Index, Level};

    fn plainly(row: &str) -> bool {
        let line = format!("{row}\n");
        let mut index = Index::new(Level::best());
        index.mark(line.as_bytes());
        let mut walker = Walker::new(line.as_bytes(), &index);
        read(&mut walker, 64).is_some() && walker.at() == row.len()
    }

    #[test]
    fn what_files_are_full_of_is_read_the_fast_way() {
        let rows = [
            r#"{"dataRow":{"id":"a"},"name":"n","point":{"x":1,"y":-2.5e-7}}"#,
            r#"{"dataRow": {"globalKey": "a.jpg"}, "name": "n", "polygon": [{"x": 1, "y": 2}]}"#,
            r#"{ "polygon" : [ { "x" : 1 , "y" : 2 } ] , "name" : "n" , "dataRow" : { "id" : "a" } }"#,
            r#"{"name":"caf\u00e9","dataRow":{"globalKey":"é"},"answer":{"name":"a\"b"}}"#,
            r#"{"uuid":null,"dataRow":{"id":null,"globalKey":"a"},"name":null,"schemaId":"cl12345678901234567890123","bbox":{}}"#,
            r#"{"dataRow":{"id":"a"},"masks":{"instances":[],"x":[true,false,null,{}]}}"#,
            r#"{"dataRow":{"id":"a"},"name":"n","isBenchmarkReferenceLabel":true,"confidence":0.5,"line":[]}"#,
            r#"{"uuid":"{73DD0422-8C21-5372-BCED-44449B17D66B}","dataRow":{"id":"a"},"name":"n","answer":"t"}"#,
        ];
        for row in rows {
            assert!(plainly(row), "{row}");
        }
    }

    #[test]
    fn what_breaks_a_rule_or_needs_a_second_look_is_left() {
        let rows = [
            r#"{"dataRow":{"id":"a"},"name":"n","bbox":{}"#,
            r#"{"dataRow":{"id":"a"},"name":"n","bbox":[]}"#,
            r#"{"dataRow":{"id":"a"},"name":"n","bbox":{},"line":[]}"#,
            r#"{"dataRow":{"id":"a"},"name":"n"}"#,
            r#"{"dataRow":{"id":"a"},"bbox":{}}"#,
            r#"{"dataRow":{"id":"a","globalKey":"b"},"name":"n","bbox":{}}"#,
            r#"{"dataRow":{"id":"\u0061"},"name":"n","bbox":{}}"#,
            r#"{"dataRow":{"id":"a"},"name":"n","bbox":{"top":01}}"#,
            r#"{"dataRow":{"id":"a"},"uuid":"b","name":"n","bbox":{}}"#,
            "[]",
            "",
        ];
        for row in rows {
            assert!(!plainly(row), "{row}");
        }
    }
}
