//! What another parser reads in a row, by the rules as they are written and not as they are built.

use bulkimport_native::key::Tag;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The payload keys in the order of the kinds, each with the JSON types it may have.
const PAYLOADS: [(&str, &str); 14] = [
    ("bbox", "o"),
    ("polygon", "l"),
    ("line", "l"),
    ("point", "o"),
    ("mask", "o"),
    ("masks", "o"),
    ("segments", "l"),
    ("location", "o"),
    ("textSelections", "l"),
    ("relationship", "o"),
    ("answer", "ols"),
    ("messageEvaluationTask", "o"),
    ("metricValue", ""),
    ("answers", "l"),
];
const ANSWER: u8 = 11;

/// Members of an object as they stand there, repeated ones too.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, text: &mut std::fmt::Formatter) -> std::fmt::Result {
                text.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry().map_err(A::Error::custom)? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl Members {
    fn of(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    fn count(&self, wanted: &str) -> usize {
        self.0.iter().filter(|(key, _)| key == wanted).count()
    }
}

/// A row that the other parser takes. Of repeated keys the last holds.
pub struct Other {
    is_object: bool,
    row: Map<String, Value>,
}

impl Other {
    /// Reads a row; nothing when keys of identity are repeated in it.
    pub fn read(text: &[u8]) -> Option<Self> {
        let Ok(row) = serde_json::from_slice::<Map<String, Value>>(text) else {
            return Some(Self { is_object: false, row: Map::new() });
        };
        let members = Members::of(text)?;
        let inside = members.0.iter().find(|(key, _)| key == "dataRow");
        let inside = inside.and_then(|(_, raw)| Members::of(raw.get().as_bytes()));
        let repeated = ["dataRow", "uuid"].iter().any(|key| members.count(key) > 1)
            || inside
                .is_some_and(|inside| ["id", "globalKey"].iter().any(|key| inside.count(key) > 1));
        (!repeated).then_some(Self { is_object: true, row })
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.row.get(key).filter(|value| !value.is_null())
    }

    /// R-DR-1, 2, 3, 5
    pub fn key(&self) -> Option<(Tag, String)> {
        let data_row = self.row.get("dataRow")?.as_object()?;
        let said = |key: &str| match data_row.get(key) {
            None | Some(Value::Null) => Some(String::new()),
            Some(value) => value.as_str().map(String::from),
        };
        let (id, key) = (said("id")?, said("globalKey")?);
        match (id.is_empty(), key.is_empty()) {
            (false, true) => Some((Tag::Id, id)),
            (true, false) if key.chars().count() <= 200 => Some((Tag::GlobalKey, key)),
            _ => None,
        }
    }

    /// R-ID-1
    pub fn uuid(&self) -> Option<u128> {
        let text = self.get("uuid")?.as_str()?.replace(['-', '{', '}'], "");
        let sound = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(&text, 16).ok().filter(|_| sound)
    }

    /// Whether the row has a name that is a string.
    pub fn has_name(&self) -> bool {
        self.get("name").is_some_and(Value::is_string)
    }

    /// R-NAME-1, 2, 4: the name or else the schema id.
    pub fn name(&self) -> Option<&str> {
        let texts = ["name", "schemaId"].map(|key| self.get(key).map(Value::as_str));
        match texts {
            [Some(None), _] | [_, Some(None)] | [Some(Some("")), _] => None,
            [_, Some(Some(id))] if id.chars().count() != 25 => None,
            [Some(name), _] => name,
            [None, id] => id.flatten(),
        }
    }

    /// R-KIND-1, 2, 5, R-MODE-2: the number of its kind; 0 when there is none.
    pub fn kind(&self) -> u8 {
        let mut found = (1..).zip(PAYLOADS).filter(|(_, (key, _))| self.row.contains_key(*key));
        let (Some((number, (key, types))), None) = (found.next(), found.next()) else { return 0 };
        let of = match self.row[key] {
            Value::Object(_) => 'o',
            Value::Array(_) => 'l',
            Value::String(_) => 's',
            _ => return 0,
        };
        if !types.contains(of) {
            return 0;
        }
        if key == "answers" { ANSWER } else { number }
    }

    /// Whether no rule is broken.
    pub fn is_good(&self) -> bool {
        let nameless = ["name", "schemaId"].iter().all(|key| self.get(key).is_none());
        let named = self.name().is_some() || nameless && self.row.contains_key("masks");
        let uuid = self.get("uuid").is_none() || self.uuid().is_some();
        self.is_object && self.key().is_some() && uuid && self.kind() != 0 && named
    }
}
