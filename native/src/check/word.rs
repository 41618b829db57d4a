//! The keys of the format, and where each stands in one object.

macro_rules! words {
    ($($name:ident $text:literal;)*) => {
        /// A key that the format knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Word { $(#[doc = $text] $name,)* }

        impl Word {
            /// Every word, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The keys, in the order of the numbers.
            pub const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

words! {
    DataRow "dataRow";
    Uuid "uuid";
    Name "name";
    SchemaId "schemaId";
    Classifications "classifications";
    Confidence "confidence";
    CustomMetrics "customMetrics";
    MessageId "messageId";
    Page "page";
    Unit "unit";
    GroupKey "groupKey";
    Frames "frames";
    Benchmark "isBenchmarkReferenceLabel";
    Bbox "bbox";
    Polygon "polygon";
    Line "line";
    Point "point";
    Mask "mask";
    Masks "masks";
    Segments "segments";
    Location "location";
    TextSelections "textSelections";
    Relationship "relationship";
    Answer "answer";
    Answers "answers";
    Task "messageEvaluationTask";
    MetricValue "metricValue";
    MetricName "metricName";
    FeatureName "featureName";
    SubclassName "subclassName";
    Aggregation "aggregation";
    Id "id";
    GlobalKey "globalKey";
    Top "top";
    Left "left";
    Height "height";
    Width "width";
    X "x";
    Y "y";
    InstanceUri "instanceURI";
    ColorRgb "colorRGB";
    ImBytes "imBytes";
    Png "png";
    Size "size";
    Counts "counts";
    Keyframes "keyframes";
    Frame "frame";
    Index "index";
    FeatureSchemaId "featureSchemaId";
    Instances "instances";
    Start "start";
    End "end";
    GroupId "groupId";
    TokenIds "tokenIds";
    Source "source";
    Target "target";
    Type "type";
    Readonly "readonly";
    SourceOntologyName "sourceOntologyName";
    Value "value";
    Format "format";
    Data "data";
    ParentMessageId "parentMessageId";
    RankedMessages "rankedMessages";
    SelectedMessages "selectedMessages";
    ModelConfigName "modelConfigName";
    Order "order";
}

/// How many words there are.
pub const WORDS: usize = Word::ALL.len();

/// The payloads of a row.
pub const PAYLOADS: [Word; 14] = [
    Word::Bbox,
    Word::Polygon,
    Word::Line,
    Word::Point,
    Word::Mask,
    Word::Masks,
    Word::Segments,
    Word::Location,
    Word::TextSelections,
    Word::Relationship,
    Word::Answer,
    Word::Answers,
    Word::Task,
    Word::MetricValue,
];

const SLOTS: usize = 512;
const NO_WORD: u8 = u8::MAX;

// A hash of length, first bytes and last byte under which no two words collide; a test holds that.
const fn slot(text: &[u8]) -> usize {
    let length = text.len();
    if length == 0 {
        return 0;
    }
    let second = text[if length > 1 { 1 } else { 0 }] as usize;
    let middle = text[length / 2] as usize;
    let (first, last) = (text[0] as usize, text[length - 1] as usize);
    (length * 94 + first * 141 + second * 180 + middle * 199 + last * 173) % SLOTS
}

#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 255 words")]
static TABLE: [u8; SLOTS] = {
    let mut table = [NO_WORD; SLOTS];
    let mut word = 0;
    while word < WORDS {
        table[slot(Word::TEXTS[word].as_bytes())] = word as u8;
        word += 1;
    }
    table
};

impl Word {
    /// The word that a key spells, if any.
    #[must_use]
    #[inline]
    pub fn named(key: &[u8]) -> Option<Self> {
        let word = usize::from(TABLE[slot(key)]);
        let known = word < WORDS && Self::TEXTS[word].as_bytes() == key;
        known.then(|| Self::ALL[word])
    }

    /// The key.
    #[must_use]
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }
}

/// Where the values of one object stand, by their keys. Of a repeated key the last holds.
pub struct Fields([u32; WORDS]);

impl Default for Fields {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl Fields {
    /// Notes where a value stands; true when its key has come before.
    #[inline]
    pub fn note(&mut self, word: Word, at: usize) -> bool {
        let place = &mut self.0[word as usize];
        let again = *place != 0;
        // No value stands at 0, since a brace comes first. Rows are shorter than 4 GiB.
        *place = u32::try_from(at).unwrap_or(u32::MAX);
        again
    }

    /// Where the value of a key stands.
    #[must_use]
    #[inline]
    pub fn at(&self, word: Word) -> Option<usize> {
        let place = self.0[word as usize];
        (place != 0).then_some(place as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Word};

    #[test]
    fn every_word_is_found_and_nothing_else() {
        for word in Word::ALL {
            assert_eq!(Word::named(word.text().as_bytes()), Some(*word), "{}", word.text());
        }
        for key in ["", "Bbox", "bbo", "bboxes", "isBenchmarkReferenceLabe1"] {
            assert_eq!(Word::named(key.as_bytes()), None, "{key}");
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_holds() {
        let mut fields = Fields::default();
        assert_eq!(fields.at(Word::X), None);
        assert!(!fields.note(Word::X, 3));
        assert!(fields.note(Word::X, 9));
        assert_eq!(fields.at(Word::X), Some(9));
    }
}
