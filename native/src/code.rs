//! Why a row is refused: one code a rule, one name a code.
//!
//! The names are what the rule table in Python (`bulkimport/rows/`) is keyed by.

/// The verdict on one row. The order is the order of [`Code::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
#[expect(missing_docs, reason = "each is named by its text in NAMES, explained in the rule table")]
pub enum Code {
    Ok,
    Utf8,
    Bom,
    Nan,
    HugeNumber,
    NotJson,
    Depth,
    Surrogate,
    NotObject,
    DuplicateKey,
    DataRowMissing,
    DataRowNeither,
    DataRowBoth,
    DataRowType,
    GlobalKeyLong,
    UuidType,
    UuidForm,
    NoPayload,
    TwoPayloads,
    PayloadType,
    NameMissing,
    NameEmpty,
    NameType,
    SchemaIdLength,
    Metric,
    AnswerType,
}

impl Code {
    /// The names, in the order of the numbers.
    pub const NAMES: [&'static str; 26] = [
        "ok",
        "utf8",
        "bom",
        "nan",
        "huge-number",
        "not-json",
        "depth",
        "surrogate",
        "not-object",
        "duplicate-key",
        "data-row-missing",
        "data-row-neither",
        "data-row-both",
        "data-row-type",
        "global-key-long",
        "uuid-type",
        "uuid-form",
        "no-payload",
        "two-payloads",
        "payload-type",
        "name-missing",
        "name-empty",
        "name-type",
        "schema-id-length",
        "metric",
        "answer-type",
    ];

    /// The number that goes into a ROW.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The name that people and the rule table see.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[usize::from(self.number())]
    }
}

/// A rule broken at a place: the bytes `at..end` of the row are what was found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub code: Code,
    /// Offset of the first byte, in the row.
    pub at: usize,
    /// Offset behind the last byte; equal to `at` when nothing was found.
    pub end: usize,
}

impl Fault {
    /// A fault of which only the place is known.
    #[must_use]
    pub fn here(code: Code, at: usize) -> Self {
        Self { code, at, end: at }
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn the_first_the_last_and_one_between_carry_their_names() {
        assert_eq!(Code::Ok.name(), "ok");
        assert_eq!(Code::DataRowType.name(), "data-row-type");
        assert_eq!(Code::AnswerType.name(), "answer-type");
        assert_eq!(usize::from(Code::AnswerType.number()) + 1, Code::NAMES.len());
    }
}
