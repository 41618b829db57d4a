//! The keys of the format, and where each stands in one object.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::tokens::head;

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

/// The payloads of a row, which stand next to each other among the words. Metrics have been
/// refused by the scan.
pub const PAYLOADS: [Word; 13] = [
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
];

const BITS: u32 = 8;
// Under this factor no two words share a slot; the table is not built otherwise.
const FACTOR: u64 = 0xefd4_f35d_7e0f_4d9b;

#[derive(Clone, Copy)]
struct Slot {
    // The first eight bytes, and the last eight of a longer one.
    head: u64,
    tail: u64,
    length: usize,
    word: Word,
}

impl Slot {
    // Whether the rest of a key is right that begins and is as long as this one.
    #[inline(always)]
    fn ends(&self, key: &[u8]) -> bool {
        let tail = key.last_chunk().map_or(0, |tail| u64::from_le_bytes(*tail));
        tail == self.tail && (key.len() <= 16 || self.word.text().as_bytes() == key)
    }
}

const NO_SLOT: Slot = Slot { head: 0, tail: 0, length: usize::MAX, word: Word::X };

const fn slot(head: u64, length: usize) -> usize {
    (head.wrapping_add(length as u64).wrapping_mul(FACTOR) >> (u64::BITS - BITS)) as usize
}

// The last eight bytes of a text that has them, as a number.
const fn tail(text: &[u8]) -> u64 {
    if text.len() < 8 { 0 } else { head(text.split_at(text.len() - 8).1) }
}

static TABLE: [Slot; 1 << BITS] = {
    let mut table = [NO_SLOT; 1 << BITS];
    let mut word = 0;
    while word < WORDS {
        let text = Word::TEXTS[word].as_bytes();
        let (head, length) = (head(text), text.len());
        assert!(table[slot(head, length)].length == usize::MAX, "two words share a slot");
        let tail = tail(text);
        table[slot(head, length)] = Slot { head, tail, length, word: Word::ALL[word] };
        word += 1;
    }
    table
};

impl Word {
    /// The word that a key spells, of which `head` are the first eight bytes.
    #[must_use]
    #[inline(always)]
    pub fn named(head: u64, key: &[u8]) -> Option<Self> {
        let slot = &TABLE[slot(head, key.len())];
        let begins = slot.head == head && slot.length == key.len();
        // Two words of one length never begin alike, but a stranger may.
        (begins && (key.len() <= 8 || slot.ends(key))).then_some(slot.word)
    }

    /// Whether it is a payload of a row.
    #[must_use]
    #[inline]
    pub fn is_payload(self) -> bool {
        (Self::Bbox as u8..=Self::Task as u8).contains(&(self as u8))
    }

    /// The key.
    #[must_use]
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }
}

/// How many words mean something at the top of a row.
const ROW_WORDS: usize = Word::Task as usize + 1;

/// Where the values of a row stand, by their keys. Of a repeated key the last holds.
#[derive(Default)]
pub struct Fields([u32; ROW_WORDS]);

impl Fields {
    /// Notes where a value stands; false for a word that means nothing at the top of a row.
    #[inline]
    pub fn note(&mut self, word: Word, at: usize) -> bool {
        // No value stands at 0, since a brace comes first. Rows are shorter than 4 GiB.
        let place = self.0.get_mut(word as usize);
        place.map(|place| *place = u32::try_from(at).unwrap_or(u32::MAX)).is_some()
    }

    /// Where the value of a key stands.
    #[must_use]
    #[inline]
    pub fn at(&self, word: Word) -> Option<usize> {
        let place = self.0.get(word as usize).copied().unwrap_or(0);
        (place != 0).then_some(place as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, PAYLOADS, Word};
    use crate::check::tokens::head;

    fn named(key: &str) -> Option<Word> {
        Word::named(head(key.as_bytes()), key.as_bytes())
    }

    #[test]
    fn every_word_is_found_and_nothing_else() {
        for word in Word::ALL {
            assert_eq!(named(word.text()), Some(*word), "{}", word.text());
            assert_eq!(word.is_payload(), PAYLOADS.contains(word), "{}", word.text());
        }
        for key in
            ["", "Bbox", "bbo", "bboxes", "xx", "isBenchmarkReferenceLabe1", "classificationz"]
        {
            assert_eq!(named(key), None, "{key}");
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_holds() {
        let mut fields = Fields::default();
        assert_eq!(fields.at(Word::Bbox), None);
        assert!(fields.note(Word::Bbox, 3) && fields.note(Word::Bbox, 9));
        assert_eq!(fields.at(Word::Bbox), Some(9));
        assert!(!fields.note(Word::X, 3));
        assert_eq!(fields.at(Word::X), None);
    }
}
