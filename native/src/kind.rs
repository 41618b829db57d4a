//! What a row carries: the payload keys of the format and the JSON shape each must have.

use crate::cursor::Shape;

/// The kind of a row. The order is the order of [`Kind::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the payload key of its name")]
pub enum Kind {
    None,
    Bbox,
    Polygon,
    Line,
    Point,
    Mask,
    Masks,
    Segments,
    Location,
    TextSelections,
    Relationship,
    Answer,
    MessageEvaluationTask,
    MetricValue,
}

impl Kind {
    /// The names, in the order of the numbers.
    pub const NAMES: [&'static str; 14] = [
        "none",
        "bbox",
        "polygon",
        "line",
        "point",
        "mask",
        "masks",
        "segments",
        "location",
        "textSelections",
        "relationship",
        "answer",
        "messageEvaluationTask",
        "metricValue",
    ];

    /// The number that goes into a ROW.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// The JSON shapes a payload may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An object.
    Object,
    /// A list.
    List,
    /// A string, an object or a list: `answer`.
    Answer,
    /// Whatever; a metric is refused for being one.
    Anything,
}

impl Expected {
    /// Whether a value of this shape is what the payload needs.
    #[must_use]
    pub fn admits(self, shape: Shape) -> bool {
        match self {
            Self::Object => shape == Shape::Object,
            Self::List => shape == Shape::List,
            Self::Answer => matches!(shape, Shape::Object | Shape::List | Shape::Text { .. }),
            Self::Anything => true,
        }
    }
}

/// What a top-level key stands for when it is a payload: its kind and shape.
/// `answer` and `answers` are of one kind and yet two keys; their shapes tell them apart.
#[must_use]
pub fn payload(key: &[u8]) -> Option<(Kind, Expected)> {
    Some(match key {
        b"bbox" => (Kind::Bbox, Expected::Object),
        b"polygon" => (Kind::Polygon, Expected::List),
        b"line" => (Kind::Line, Expected::List),
        b"point" => (Kind::Point, Expected::Object),
        b"mask" => (Kind::Mask, Expected::Object),
        b"masks" => (Kind::Masks, Expected::Object),
        b"segments" => (Kind::Segments, Expected::List),
        b"location" => (Kind::Location, Expected::Object),
        b"textSelections" => (Kind::TextSelections, Expected::List),
        b"relationship" => (Kind::Relationship, Expected::Object),
        b"answer" => (Kind::Answer, Expected::Answer),
        b"answers" => (Kind::Answer, Expected::List),
        b"messageEvaluationTask" => (Kind::MessageEvaluationTask, Expected::Object),
        b"metricValue" => (Kind::MetricValue, Expected::Anything),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, payload};

    #[test]
    fn every_kind_is_found_under_its_own_name() {
        for (number, name) in Kind::NAMES.iter().enumerate().skip(1) {
            let (kind, _) = payload(name.as_bytes()).expect("a payload key");
            assert_eq!(usize::from(kind.number()), number, "{name}");
        }
        assert_eq!(payload(b"answers").expect("a payload key").0, Kind::Answer);
    }

    #[test]
    fn nothing_else_is_a_payload() {
        for key in ["", "none", "Bbox", "bbox ", "name", "uuid", "dataRow"] {
            assert_eq!(payload(key.as_bytes()), None, "{key}");
        }
    }
}
