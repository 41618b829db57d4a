//! Reads one row by the grammar and notes where the fields stand that the rules look at.

use crate::code::{Code, Fault};
use crate::cursor::{Cursor, Shape, Value};
use crate::kind::{Expected, Kind, payload};
use std::borrow::Cow;

/// A payload key of a row, with its value.
#[derive(Clone, Copy, Debug)]
pub struct Payload {
    /// The kind it stands for.
    pub kind: Kind,
    /// What its value must be.
    pub expected: Expected,
    /// What its value is.
    pub value: Value,
}

/// The fields of a row, as far as they were read whole. Of a repeated key the last holds, as in
/// most parsers; the four whose repetition is refused are noted.
#[derive(Debug, Default)]
pub struct Fields {
    /// The row itself, once read to its end.
    pub root: Option<Value>,
    /// `dataRow`
    pub data_row: Option<Value>,
    /// `dataRow.id`
    pub id: Option<Value>,
    /// `dataRow.globalKey`
    pub global_key: Option<Value>,
    /// The second key among `dataRow`, `dataRow.id` or `dataRow.globalKey`.
    pub data_row_again: Option<Value>,
    /// `uuid`
    pub uuid: Option<Value>,
    /// The second `uuid` key.
    pub uuid_again: Option<Value>,
    /// `name`
    pub name: Option<Value>,
    /// `schemaId`
    pub schema_id: Option<Value>,
    /// The first payload key.
    pub payload: Option<Payload>,
    /// A payload key other than the first.
    pub payload_again: Option<Value>,
    /// `isBenchmarkReferenceLabel` is true.
    pub benchmark: bool,
    /// `status`, which only rows of a status file have.
    pub status: Option<Value>,
}

/// Reads the fields of a row. With a fault of the grammar comes what was read before it; a number
/// beyond a double does not stop the reading.
#[must_use]
pub fn read(text: &str, depth: usize) -> (Fields, Option<Fault>) {
    let mut fields = Fields::default();
    let mut cursor = Cursor::new(text, depth);
    let broken = fields.root(&mut cursor).err();
    (fields, cursor.huge().or(broken))
}

impl Fields {
    fn root(&mut self, cursor: &mut Cursor) -> Result<(), Fault> {
        cursor.space();
        let root = if cursor.peek() == Some(b'{') {
            cursor.members(|cursor, key| self.member(cursor, key))?
        } else {
            cursor.value()?
        };
        cursor.end()?;
        self.root = Some(root);
        Ok(())
    }

    fn member(&mut self, cursor: &mut Cursor, key: Value) -> Result<(), Fault> {
        let name = spelled(cursor, key);
        if name == "dataRow" {
            return self.data_row(cursor, key);
        }
        let value = cursor.value()?;
        match name.as_ref() {
            "uuid" => note(&mut self.uuid, value, &mut self.uuid_again, key),
            "name" => self.name = Some(value),
            "schemaId" => self.schema_id = Some(value),
            "isBenchmarkReferenceLabel" => self.benchmark = value.shape == Shape::True,
            "status" => self.status = Some(value),
            other => self.payload(other, key, value),
        }
        Ok(())
    }

    fn data_row(&mut self, cursor: &mut Cursor, key: Value) -> Result<(), Fault> {
        // Noted before its members, which then repeat those of the first.
        if self.data_row.is_some() {
            self.data_row_again.get_or_insert(key);
        }
        let value = if cursor.peek() == Some(b'{') {
            cursor.members(|cursor, key| self.reference(cursor, key))?
        } else {
            cursor.value()?
        };
        self.data_row = Some(value);
        Ok(())
    }

    fn reference(&mut self, cursor: &mut Cursor, key: Value) -> Result<(), Fault> {
        let name = spelled(cursor, key);
        let value = cursor.value()?;
        match name.as_ref() {
            "id" => note(&mut self.id, value, &mut self.data_row_again, key),
            "globalKey" => note(&mut self.global_key, value, &mut self.data_row_again, key),
            _ => {}
        }
        Ok(())
    }

    fn payload(&mut self, name: &str, key: Value, value: Value) {
        let Some((kind, expected)) = payload(name.as_bytes()) else { return };
        match &mut self.payload {
            None => self.payload = Some(Payload { kind, expected, value }),
            Some(first) if (first.kind, first.expected) == (kind, expected) => first.value = value,
            Some(_) => {
                self.payload_again.get_or_insert(key);
            }
        }
    }
}

// The key without its escapes.
fn spelled<'t>(cursor: &Cursor<'t>, key: Value) -> Cow<'t, str> {
    key.text(cursor.whole()).unwrap_or_default()
}

// Keeps the last value, and the key of the first repetition.
fn note(field: &mut Option<Value>, value: Value, again: &mut Option<Value>, key: Value) {
    if field.replace(value).is_some() {
        again.get_or_insert(key);
    }
}

/// The fault of a key that stands a second time.
#[must_use]
pub fn repeated(again: Option<Value>) -> Option<Fault> {
    again.map(|key| key.fault(Code::DuplicateKey))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::code::Code;
    use crate::kind::Kind;

    #[test]
    fn fields_are_found_in_any_order_under_any_spelling() {
        let row = r#" {"\u0062box":{"uuid":1},"n\u0061me":"car","dataRow":{"x":[],"id":"a"}} "#;
        let (fields, fault) = read(row, 64);
        assert_eq!(fault, None);
        assert_eq!(fields.payload.expect("a payload").kind, Kind::Bbox);
        assert_eq!(fields.name.expect("a name").text(row).expect("text"), "car");
        assert_eq!(fields.id.expect("an id").text(row).expect("text"), "a");
        assert!(fields.uuid.is_none(), "only the top level has the row's uuid");
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        let (fields, fault) = read(r#"{"dataRow":{"id":"a"},"uuid":"b","name":tru}"#, 64);
        assert_eq!(fault.expect("a fault").code, Code::NotJson);
        assert!(fields.data_row.is_some() && fields.uuid.is_some());
        assert!(fields.name.is_none() && fields.root.is_none());
    }

    #[test]
    fn behind_a_number_beyond_a_double_the_row_is_read_on() {
        let row = r#"{"bbox":{"top":1e999},"dataRow":{"id":"a"},"x":-1e999}"#;
        let (fields, fault) = read(row, 64);
        let fault = fault.expect("a fault");
        assert_eq!((fault.code, &row[fault.at..fault.end]), (Code::HugeNumber, "1e999"));
        assert!(fields.root.is_some() && fields.id.is_some());
        let (fields, fault) = read(r#"{"x":1e999,"dataRow":{"id":"a"},"y":tru}"#, 64);
        assert_eq!(fault.expect("a fault").code, Code::HugeNumber);
        assert!(fields.root.is_none() && fields.id.is_some());
    }

    #[test]
    fn a_data_row_that_is_not_whole_is_not_noted() {
        let (fields, fault) = read(r#"{"dataRow":{"id":"a","#, 64);
        assert_eq!(fault.expect("a fault").at, 21);
        assert!(fields.data_row.is_none());
    }
}
