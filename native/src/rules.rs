//! What a row must be, beyond its grammar. Each rule gives what it vouches for, or its fault.
//!
//! When several are broken, the first decides in this order: [`object`]; [`reference`] (repeated
//! key, missing, type, neither, both, too long); [`uuid`] (repeated key, type, form); [`payload`]
//! (none, two, metric, type); [`name`] (type, empty, length of the schema id, missing).
//! The rules' ids are those of the format's specification.

use crate::code::{Code, Fault};
use crate::cursor::{Shape, Value};
use crate::fields::{Fields, Payload, repeated};
use crate::key::Tag;
use crate::kind::Kind;
use std::borrow::Cow;

/// R-DR-5: characters of a global key.
pub const GLOBAL_KEY_CHARACTERS: usize = 200;
/// R-NAME-2: characters of a schema id.
pub const SCHEMA_ID_CHARACTERS: usize = 25;

/// A name and what it is a name of.
pub type Named<'t> = (Tag, Cow<'t, str>);

/// R-FILE-1: the row is an object.
///
/// # Errors
/// Its fault.
pub fn object(fields: &Fields) -> Result<(), Fault> {
    match fields.root {
        Some(root) if root.shape != Shape::Object => Err(root.fault(Code::NotObject)),
        _ => Ok(()),
    }
}

/// R-DR-1, 2, 3, 5: which data row the row belongs to. `null` and `""` count as unset.
///
/// # Errors
/// The fault of the first rule broken.
pub fn reference<'t>(text: &'t str, fields: &Fields) -> Result<Named<'t>, Fault> {
    repeated(fields.data_row_again).map_or(Ok(()), Err)?;
    let data_row = fields.data_row.ok_or_else(|| Fault::here(Code::DataRowMissing, 0))?;
    if data_row.shape != Shape::Object {
        return Err(data_row.fault(Code::DataRowMissing));
    }
    let id = set(text, fields.id, Code::DataRowType)?;
    let global_key = set(text, fields.global_key, Code::DataRowType)?;
    match (id, global_key) {
        (None, None) => Err(data_row.fault(Code::DataRowNeither)),
        (Some(_), Some(_)) => Err(data_row.fault(Code::DataRowBoth)),
        (Some((_, id)), None) => Ok((Tag::Id, id)),
        (None, Some((value, key))) if longer(&key, GLOBAL_KEY_CHARACTERS) => {
            Err(value.fault(Code::GlobalKeyLong))
        }
        (None, Some((_, key))) => Ok((Tag::GlobalKey, key)),
    }
}

// A string that is not empty; nothing for null and "".
fn set(
    text: &str,
    value: Option<Value>,
    wrong: Code,
) -> Result<Option<(Value, Cow<'_, str>)>, Fault> {
    Ok(string(text, value, wrong)?.filter(|(_, words)| !words.is_empty()))
}

// A string; nothing for null.
fn string(
    text: &str,
    value: Option<Value>,
    wrong: Code,
) -> Result<Option<(Value, Cow<'_, str>)>, Fault> {
    match value {
        Some(value) if value.shape != Shape::Null => {
            let words = value.text(text).ok_or_else(|| value.fault(wrong))?;
            Ok(Some((value, words)))
        }
        _ => Ok(None),
    }
}

fn longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().count() > most
}

/// R-ID-1: the row's own UUID. `null` counts as absent.
///
/// # Errors
/// The fault of the first rule broken.
pub fn uuid(text: &str, fields: &Fields) -> Result<Option<u128>, Fault> {
    repeated(fields.uuid_again).map_or(Ok(()), Err)?;
    let Some((value, words)) = string(text, fields.uuid, Code::UuidType)? else {
        return Ok(None);
    };
    crate::uuid::parse(words.as_bytes()).map(Some).ok_or_else(|| value.fault(Code::UuidForm))
}

/// R-KIND-1, 2, 5, R-MODE-2, R-CLS-1: the one payload of the row. A payload that is `null` is there.
///
/// # Errors
/// The fault of the first rule broken.
pub fn payload(fields: &Fields) -> Result<Payload, Fault> {
    let payload = fields.payload.ok_or_else(|| Fault::here(Code::NoPayload, 0))?;
    if let Some(again) = fields.payload_again {
        return Err(again.fault(Code::TwoPayloads));
    }
    if payload.kind == Kind::MetricValue {
        return Err(payload.value.fault(Code::Metric));
    }
    if !payload.expected.admits(payload.value.shape) {
        let answer = payload.kind == Kind::Answer;
        let code = if answer { Code::AnswerType } else { Code::PayloadType };
        return Err(payload.value.fault(code));
    }
    Ok(payload)
}

/// R-NAME-1, 2, 4: the feature the row is of, by name or else by schema id. `null` counts as
/// absent; rows of `masks` and metrics may have none.
///
/// # Errors
/// The fault of the first rule broken.
pub fn name<'t>(text: &'t str, fields: &Fields) -> Result<Option<Named<'t>>, Fault> {
    let name = string(text, fields.name, Code::NameType)?;
    let schema_id = string(text, fields.schema_id, Code::NameType)?;
    if let Some((value, _)) = name.as_ref().filter(|(_, words)| words.is_empty()) {
        return Err(value.fault(Code::NameEmpty));
    }
    if let Some((value, words)) = &schema_id
        && words.chars().count() != SCHEMA_ID_CHARACTERS
    {
        return Err(value.fault(Code::SchemaIdLength));
    }
    let nameless = fields
        .payload
        .is_some_and(|payload| matches!(payload.kind, Kind::Masks | Kind::MetricValue));
    match (name, schema_id) {
        (Some((_, words)), _) => Ok(Some((Tag::Name, words))),
        (None, Some((_, words))) => Ok(Some((Tag::SchemaId, words))),
        (None, None) if nameless => Ok(None),
        (None, None) => Err(Fault::here(Code::NameMissing, 0)),
    }
}
