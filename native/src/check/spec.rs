//! What a check is told: medium, kind of import, ontology, severities. Compiled once.

use super::compile::{Fault, compile};
use super::ontology::Ontology;
use super::report::Severities;
use super::rule::{Rule, Severity};
use serde_json::{Map, Value};

/// The medium of the project's data rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the medium of its name")]
pub enum Media {
    Image,
    Video,
    Text,
    Document,
    Audio,
    Conversational,
    Chat,
    Html,
    Geo,
    /// Not known: only what holds for all media is checked.
    Any,
}

impl Media {
    const NAMES: [(&'static str, Self); 10] = [
        ("image", Self::Image),
        ("video", Self::Video),
        ("text", Self::Text),
        ("document", Self::Document),
        ("audio", Self::Audio),
        ("conversational", Self::Conversational),
        ("chat", Self::Chat),
        ("html", Self::Html),
        ("geo", Self::Geo),
        ("any", Self::Any),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, media)| *media)
    }

    /// What can be imported on it, as advice to people; empty where that is everything.
    #[must_use]
    pub fn takes(self) -> &'static str {
        match self {
            Self::Image => "images take bbox, polygon, line, point, mask, answer and relationship",
            Self::Video => "videos take segments, masks and answer",
            Self::Text => "texts take location, answer and relationship",
            Self::Document => "documents take bbox, textSelections, answer and relationship",
            Self::Audio => "audio takes answer alone",
            Self::Conversational => "conversations take location with messageId, and answer",
            Self::Chat => "chats take messageEvaluationTask and answer",
            Self::Html => "HTML takes answer alone",
            Self::Geo => "tiled imagery takes bbox, polygon, line, point and answer",
            Self::Any => "",
        }
    }

    /// Whether answers may have frames.
    #[must_use]
    pub fn has_time(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }

    /// Whether annotations may belong to a message.
    #[must_use]
    pub fn has_messages(self) -> bool {
        matches!(self, Self::Conversational | Self::Chat)
    }
}

/// The kind of import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// Ground truth.
    Labels,
    /// Pre-labels (MAL).
    Prelabels,
}

/// Everything that shapes a verdict.
pub struct Spec {
    /// The medium.
    pub media: Media,
    /// The kind of import, if it is known.
    pub import: Option<Import>,
    /// The ontology, if it is known.
    pub ontology: Option<Ontology>,
    /// What each rule means.
    pub severities: Severities,
    /// Whether extents and last frames are wanted.
    pub measure: bool,
    /// Whether coordinates of tiled imagery are degrees, which they are unless told otherwise.
    pub degrees: bool,
    /// Seconds since 1970, by which addresses have run out; 0 when nothing is said.
    pub now: u64,
}

impl Spec {
    /// Reads a spec, and what is wrong with its ontology by itself.
    ///
    /// # Errors
    /// A sentence that says what is not understood.
    pub fn parse(text: &[u8]) -> Result<(Self, Vec<Fault>), String> {
        let spec: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let media = spec.get("media").and_then(Value::as_str).and_then(Media::named);
        let import = match spec.get("kind").and_then(Value::as_str) {
            None => None,
            Some("labels") => Some(Import::Labels),
            Some("prelabels") => Some(Import::Prelabels),
            Some(other) => return Err(format!("kind: {other}")),
        };
        let compiled = spec.get("ontology").filter(|value| value.is_object()).map(compile);
        let (ontology, faults) =
            compiled.map_or((None, Vec::new()), |(ontology, faults)| (Some(ontology), faults));
        let spec = Self {
            media: media.ok_or("media: one of image, video, text, … or any")?,
            import,
            ontology,
            severities: severities(&spec)?,
            measure: spec.get("measure").and_then(Value::as_bool).unwrap_or(false),
            degrees: matches!(spec.get("crs").and_then(Value::as_str), None | Some("4326")),
            now: spec.get("now").and_then(Value::as_u64).unwrap_or(0),
        };
        Ok((spec, faults))
    }
}

// Rules that are decided elsewhere have no place here and are passed over.
fn severities(spec: &Value) -> Result<Severities, String> {
    let mut table = Severities::default();
    for (rule, severity) in entries(spec, "severity")? {
        table.set(rule, severity);
    }
    for (rule, severity) in entries(spec, "mild")? {
        table.set_mild(rule, severity);
    }
    Ok(table)
}

fn entries(spec: &Value, key: &str) -> Result<Vec<(Rule, Severity)>, String> {
    let none = Map::new();
    let map = spec.get(key).and_then(Value::as_object).unwrap_or(&none);
    let mut entries = Vec::new();
    for (slug, text) in map {
        let severity = text.as_str().and_then(Severity::parse);
        let severity = severity.ok_or_else(|| format!("{key} of {slug}: {text}"))?;
        entries.extend(Rule::named(slug).map(|rule| (rule, severity)));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::{Import, Media, Spec};
    use crate::check::rule::{Rule, Severity};

    #[test]
    fn what_is_not_said_is_not_judged() {
        let (spec, faults) = Spec::parse(br#"{"media":"any"}"#).expect("a spec");
        assert_eq!((spec.media, spec.import, faults.len()), (Media::Any, None, 0));
        assert!(spec.ontology.is_none() && !spec.measure && spec.degrees);
        assert_eq!(spec.severities.of(Rule::Frame, false), Severity::Error);
        assert_eq!(spec.severities.of(Rule::Frame, true), Severity::Warning);
    }

    #[test]
    fn severities_are_those_that_are_given() {
        let text = br#"{"media":"geo","kind":"labels","severity":{"R-VID-3":"W","R-FILE-1":"E",
            "R-POLY-2":"off"},"mild":{"R-VID-1":"E"}}"#;
        let (spec, _) = Spec::parse(text).expect("a spec");
        assert_eq!(spec.import, Some(Import::Labels));
        assert_eq!(spec.severities.of(Rule::Frame, false), Severity::Warning);
        assert_eq!(spec.severities.of(Rule::PolygonOpen, true), Severity::Off);
        assert_eq!(spec.severities.of(Rule::Segments, true), Severity::Error);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, named) in [
            ("{}", "media"),
            (r#"{"media":"film"}"#, "media"),
            (r#"{"media":"any","kind":"mea"}"#, "kind: mea"),
            (r#"{"media":"any","severity":{"R-VID-3":"X"}}"#, "severity of R-VID-3"),
            ("[", "EOF"),
        ] {
            let error = Spec::parse(text.as_bytes()).err().expect("an error");
            assert!(error.contains(named), "{error}");
        }
    }
}
