//! The truth table of the rules on texts, conversations, documents, relationships and chat tasks.

mod support;

use support::{media, spec, table};

#[test]
fn a_span_has_a_start_and_an_end() {
    table(
        &media("text"),
        &[
            (r#""location":{"start":10,"end":20}"#, ""),
            (r#""location":{"start":0,"end":0,"token":"x"}"#, ""),
            (r#""location":{"start":-1,"end":20}"#, "R-NER-1"),
            (r#""location":{"start":21,"end":20}"#, "R-NER-1"),
            (r#""location":{"start":1}"#, "R-NER-1"),
            (r#""location":{"start":1,"end":2.0}"#, "R-NER-1"),
            (r#""location":{"start":"1","end":2}"#, "R-KIND-5"),
        ],
    );
}

#[test]
fn an_entity_of_a_conversation_names_its_message() {
    let span = r#""location":{"start":10,"end":20}"#;
    table(
        &media("conversational"),
        &[
            (&format!(r#"{span},"messageId":"4""#), ""),
            (span, "R-NER-3"),
            (&format!(r#"{span},"messageId":"""#), "R-NER-3"),
            (&format!(r#"{span},"messageId":4"#), "R-KIND-5 R-NER-3"),
        ],
    );
}

#[test]
fn a_selection_names_tokens_of_a_page() {
    let one = |members: &str| format!(r#""textSelections":[{{{members}}}]"#);
    table(
        &media("document"),
        &[
            (&one(r#""groupId":"g","tokenIds":["t","u"],"page":1"#), ""),
            (r#""textSelections":[]"#, "R-DOC-1"),
            (r#""textSelections":["g"]"#, "R-DOC-1"),
            (&one(r#""tokenIds":["t"],"page":1"#), "R-DOC-1"),
            (&one(r#""groupId":"g","page":1"#), "R-DOC-1"),
            (&one(r#""groupId":"g","tokenIds":["t"]"#), "R-DOC-1"),
            (&one(r#""groupId":"g","tokenIds":["t"],"page":1.0"#), "R-DOC-1"),
            (&one(r#""groupId":7,"tokenIds":["t"],"page":1"#), "R-KIND-5"),
            (&one(r#""groupId":"g","tokenIds":[7],"page":1"#), "R-KIND-5"),
            (&one(r#""groupId":"g","tokenIds":"t","page":1"#), "R-KIND-5"),
            (&one(r#""groupId":"g","tokenIds":["t"],"page":0"#), "R-DOC-2"),
        ],
    );
    let placeholders = [
        one(r#""groupId":"","tokenIds":["t"],"page":1"#),
        one(r#""groupId":"g","tokenIds":[],"page":1"#),
    ];
    let mild = spec(r#"{"media":"document","mild":{"R-DOC-1":"off"}}"#);
    for body in &placeholders {
        table(&media("document"), &[(body, "R-DOC-1")]);
        table(&mild, &[(body, "")]);
    }
}

#[test]
fn a_box_on_a_document_says_page_and_unit() {
    let bbox =
        |members: &str| format!(r#""bbox":{{"top":72,"left":10,"height":30,"width":90}}{members}"#);
    let share = |top: &str| {
        format!(
            r#""bbox":{{"top":{top},"left":0.5,"height":0.5,"width":1}},"page":1,"unit":"PERCENT""#
        )
    };
    table(
        &media("document"),
        &[
            (&bbox(r#","page":1,"unit":"POINTS""#), ""),
            (&bbox(r#","page":1"#), "R-DOC-4"),
            (&bbox(r#","unit":"POINTS""#), "R-DOC-4"),
            (&bbox(r#","page":1.5,"unit":"POINTS""#), "R-DOC-4"),
            (&bbox(r#","page":"1","unit":"POINTS""#), "R-KIND-5"),
            (&bbox(r#","page":0,"unit":"INCHES""#), "R-DOC-5"),
            (&bbox(r#","page":-1,"unit":"INCHES""#), "R-DOC-5"),
            (&bbox(r#","page":1,"unit":"points""#), "R-DOC-6"),
            (&bbox(r#","page":1,"unit":7"#), "R-KIND-5"),
            (&bbox(r#","page":1,"unit":"PERCENT""#), "R-DOC-7"),
            (&share("1"), ""),
            (&share("1.001"), "R-DOC-7"),
        ],
    );
    let mild = spec(r#"{"media":"document","mild":{"R-DOC-5":"off"}}"#);
    table(&mild, &[(&bbox(r#","page":0,"unit":"INCHES""#), "")]);
}

#[test]
fn a_relationship_joins_two_rows() {
    let uuid = "73dd0422-8c21-5372-bced-44449b17d66b";
    let edge = |members: &str| {
        format!(r#""relationship":{{{}}}"#, members.replace('%', &format!(r#""{uuid}""#)))
    };
    table(
        &media("image"),
        &[
            (&edge(r#""source":%,"target":%,"type":"unidirectional""#), ""),
            (&edge(r#""source":%,"target":%,"type":"bidirectional","readonly":false"#), ""),
            (&edge(r#""source":"a","target":"b","type":"bidirectional""#), ""),
            (&edge(r#""sourceOntologyName":"x","target":%,"type":"bidirectional""#), ""),
            (&edge(r#""source":%,"type":"unidirectional""#), "R-REL-1"),
            (&edge(r#""source":%,"target":%"#), "R-REL-1"),
            (&edge(r#""source":%,"target":%,"type":"Unidirectional""#), "R-REL-1"),
            (&edge(r#""source":%,"target":7,"type":"unidirectional""#), "R-KIND-5"),
            (&edge(r#""target":%,"type":"unidirectional""#), "R-REL-2"),
            (
                &edge(r#""source":%,"sourceOntologyName":"x","target":%,"type":"unidirectional""#),
                "R-REL-2",
            ),
            (&edge(r#""source":%,"target":%,"type":"unidirectional","readonly":true"#), "R-REL-7"),
            (&edge(r#""source":%,"target":%,"type":"unidirectional","readonly":"no""#), "R-KIND-5"),
        ],
    );
}

fn task(format: &str, data: &str) -> String {
    format!(
        r#""messageEvaluationTask":{{"format":"{format}","data":{{"parentMessageId":"p",{data}}}}}"#
    )
}

#[test]
fn a_chat_task_has_the_members_of_its_format() {
    let single = |data: &str| task("message-single-selection", data);
    let multi = |data: &str| task("message-multi-selection", data);
    table(
        &media("chat"),
        &[
            (&single(r#""messageId":"a","modelConfigName":"m""#), ""),
            (&single(r#""modelConfigName":"m""#), "R-MMC-1"),
            (&single(r#""messageId":"a""#), "R-MMC-1"),
            (&single(r#""messageId":"","modelConfigName":"m""#), "R-MMC-2"),
            (&single(r#""messageId":7,"modelConfigName":"m""#), "R-MMC-2"),
            (&multi(r#""selectedMessages":[{"messageId":"a","modelConfigName":"m"}]"#), ""),
            (&multi(r#""selectedMessages":{}"#), "R-MMC-1"),
            (&multi(r#""rankedMessages":[]"#), "R-MMC-1"),
            (&multi(r#""selectedMessages":[7]"#), "R-MMC-1"),
            (&multi(r#""selectedMessages":[]"#), "R-MMC-4"),
            (
                &multi(
                    r#""selectedMessages":[{"messageId":"a","modelConfigName":"m"},{"messageId":"a","modelConfigName":"n"}]"#,
                ),
                "R-MMC-4",
            ),
            (&task("message-choice", r#""messageId":"a""#), "R-MMC-1"),
            (r#""messageEvaluationTask":{"data":{}}"#, "R-MMC-1"),
            (r#""messageEvaluationTask":{"format":"message-ranking"}"#, "R-MMC-1"),
            (r#""messageEvaluationTask":{"format":"message-ranking","data":[]}"#, "R-MMC-1"),
            (
                r#""messageEvaluationTask":{"format":"message-ranking","data":{"rankedMessages":[{"messageId":"a","modelConfigName":"m","order":1}]}}"#,
                "R-MMC-1",
            ),
        ],
    );
}

#[test]
fn a_ranking_counts_from_one() {
    let ranking = |orders: &[&str]| {
        let messages: Vec<String> = orders
            .iter()
            .enumerate()
            .map(|(n, order)| {
                format!(r#"{{"messageId":"m{n}","modelConfigName":"c","order":{order}}}"#)
            })
            .collect();
        task("message-ranking", &format!(r#""rankedMessages":[{}]"#, messages.join(",")))
    };
    table(
        &media("chat"),
        &[
            (&ranking(&["1"]), ""),
            (&ranking(&["3", "1", "2"]), ""),
            (&ranking(&["0", "1"]), "R-MMC-3"),
            (&ranking(&["1", "1"]), "R-MMC-3"),
            (&ranking(&["1", "3"]), "R-MMC-3"),
            (&ranking(&["1.0"]), "R-MMC-3"),
            (&ranking(&[r#""1""#]), "R-KIND-5"),
            (&ranking(&[]), "R-MMC-3"),
        ],
    );
    let mild = spec(r#"{"media":"chat","mild":{"R-MMC-3":"off"}}"#);
    table(&mild, &[(&ranking(&[]), "")]);
}
