//! The ids of images, annotations and categories: whole numbers, however they are spelled.

use crate::check::number::number;
use crate::cursor::{Shape, Value};

/// Whole numbers up to here are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What stands where an id is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// Nothing.
    #[default]
    Absent,
    /// A whole number; `plain` unless it is spelled with a point or an exponent, as `7.0`.
    Whole {
        /// The number.
        id: i64,
        /// How it is spelled.
        plain: bool,
    },
    /// Anything else.
    Other,
}

impl Identity {
    /// Reads the value, which stands in `text`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a whole number that is exact")]
    pub fn read(text: &str, value: Value) -> Self {
        if value.shape != Shape::Number {
            return Self::Other;
        }
        let found = number(text.as_bytes(), value.start).0;
        match found.integer {
            Some(id) => Self::Whole { id, plain: true },
            None if found.value.fract() == 0.0 && found.value.abs() < EXACT => {
                Self::Whole { id: found.value as i64, plain: false }
            }
            None => Self::Other,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn id(self) -> Option<i64> {
        match self {
            Self::Whole { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether it is spelled as one should.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Whole { plain: true, .. })
    }
}
