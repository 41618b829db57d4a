//! The row around its payload: which keys it has, where it goes, whether its kind is welcome there.

use super::identity::{Bound, Level};
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::spec::{Import, Media};
use super::tokens::Text;
use super::walk::Walk;
use super::word::{Fields, PAYLOADS, Word};

/// R-DR-4: characters of an id of the platform.
const ID_CHARACTERS: usize = 25;

const RETIRED: &str = "DICOM series are no longer imported";

// Words that mean something at the top of a row.
const LAST_OF_ROW: Word = Word::Aggregation;

impl Walk<'_, '_> {
    /// Judges the row.
    pub fn row(&mut self) {
        if self.tokens.ahead() != b'{' {
            return;
        }
        self.raw_separators();
        let fields = self.fields(Self::top_key);
        if let Some(at) = self.given(&fields, Word::GroupKey) {
            return self.astray(Rule::MediaKind, at, Near::Advice(RETIRED));
        }
        self.data_row(&fields);
        let payload = PAYLOADS.into_iter().find_map(|word| Some((word, fields.at(word)?)));
        let Some((payload, at)) = payload else { return };
        self.welcome(payload, at);
        self.import(&fields, payload, at);
        self.row_scores(&fields, payload, self.byte(at));
        let identity = self.row_identity(&fields, payload);
        self.feature = identity.node().unwrap_or_default();
        self.place(&fields, payload, identity);
        self.payload(&fields, (payload, at), identity);
    }

    // R-FILE-3: characters that some readers take for the end of a line.
    fn raw_separators(&mut self) {
        let bytes = self.tokens.bytes;
        if bytes.is_ascii() {
            return;
        }
        for separator in ["\u{2028}", "\u{2029}", "\u{85}"] {
            if let Some(at) = memchr::memmem::find(bytes, separator.as_bytes()) {
                return self.fault(Rule::RawSeparator, at);
            }
        }
    }

    // R-KIND-3
    fn top_key(&mut self, key: Text, word: Option<Word>) {
        if word.is_none_or(|word| word as u8 > LAST_OF_ROW as u8) {
            self.astray(Rule::UnknownKey, key.start - 1, Near::Words(Word::TEXTS));
        }
    }

    // R-DR-4, R-ID-5. The rest of both has been judged by the scan.
    fn data_row(&mut self, fields: &Fields) {
        if let Some(at) = fields.at(Word::DataRow).filter(|at| self.byte(*at) == b'{') {
            self.go(at);
            let reference = self.fields(|_, _, _| {});
            self.data_row_id(&reference);
        }
        if self.given(fields, Word::Uuid).is_none() {
            self.missing(Rule::UuidMissing, 0);
        }
    }

    fn data_row_id(&mut self, reference: &Fields) {
        let Some(at) = reference.at(Word::Id).filter(|at| self.byte(*at) == b'"') else { return };
        self.go(at);
        let text = self.tokens.text();
        let raw = text.raw(self.tokens.bytes);
        let like = raw.len() == ID_CHARACTERS && raw.iter().all(u8::is_ascii_alphanumeric);
        if !raw.is_empty() && !like {
            self.fault(Rule::DataRowId, at);
        }
    }

    // R-KIND-4, R-VID-10, R-GEO-3: the matrix of section 2.0.
    fn welcome(&mut self, payload: Word, at: usize) {
        let media = self.spec.media;
        if !welcome(payload, media) {
            self.fault(unwelcome(payload, media), at);
        }
    }

    // R-MODE-3, 4, 6
    fn import(&mut self, fields: &Fields, payload: Word, at: usize) {
        let labels = self.spec.import == Some(Import::Labels);
        let prelabels = self.spec.import == Some(Import::Prelabels);
        if labels && payload == Word::Relationship {
            self.fault(Rule::RelationshipImport, at);
        }
        if prelabels && payload == Word::Task {
            self.fault(Rule::ChatImport, at);
        }
        let Some(flag) = self.given(fields, Word::Benchmark) else { return };
        match self.byte(flag) {
            b't' if prelabels => self.fault(Rule::BenchmarkImport, flag),
            b't' | b'f' => {}
            _ => self.fault(Rule::WrongType, flag),
        }
    }

    fn row_identity(&mut self, fields: &Fields, payload: Word) -> Bound {
        if payload == Word::Masks {
            return Bound::Unjudged;
        }
        let identity = self.identity(fields, 0, Level::Row);
        let named = matches!(payload, Word::TextSelections | Word::Relationship);
        if named && identity.name.is_none() && identity.id.is_some() {
            self.missing(Rule::NameRequired, 0);
        }
        self.bind_feature(identity, payload)
    }

    // Message, page and unit: R-DOC-10, R-DOC-11, R-NER-3, R-MSG-1.
    fn place(&mut self, fields: &Fields, payload: Word, bound: Bound) {
        let media = self.spec.media;
        let answer = matches!(payload, Word::Answer | Word::Answers);
        let message = self.message(fields);
        for word in [Word::Page, Word::Unit] {
            let Some(at) = self.given(fields, word) else { continue };
            if !matches!(media, Media::Document | Media::Any) {
                self.fault(Rule::ForeignPlace, at);
            } else if answer && word == Word::Page && media == Media::Document {
                self.fault(Rule::PageClassification, at);
            }
        }
        if let Some(at) = message
            && !media.has_messages()
            && media != Media::Any
        {
            self.fault(Rule::ForeignPlace, at);
        }
        if payload == Word::Location && media == Media::Conversational && message.is_none() {
            self.missing(Rule::EntityMessage, 0);
        }
        if answer && media.has_messages() {
            self.message_scope(message, bound);
        }
    }

    // Where `messageId` stands; an empty one is none.
    fn message(&mut self, fields: &Fields) -> Option<usize> {
        let at = self.given(fields, Word::MessageId)?;
        self.go(at);
        let text = self.string()?;
        (text.start < text.end).then_some(at)
    }

    // R-MSG-1
    fn message_scope(&mut self, message: Option<usize>, bound: Bound) {
        let (Some(node), Some(ontology)) = (bound.node(), &self.spec.ontology) else { return };
        let node = ontology.node(node);
        match message {
            Some(at) if !node.indexed && node.form != Type::Unknown => {
                self.fault(Rule::MessageScope, at);
            }
            None if node.indexed => self.missing(Rule::MessageScope, 0),
            _ => {}
        }
    }

    fn payload(&mut self, fields: &Fields, (payload, at): (Word, usize), bound: Bound) {
        match payload {
            Word::Answer | Word::Answers => return self.answer_row(fields, at, bound),
            Word::Segments => self.segments(at, bound),
            Word::Mask => self.mask(at),
            Word::Masks => self.masks(at),
            Word::Location => self.location(at),
            Word::TextSelections => self.text_selections(at),
            Word::Relationship => self.relationship(at),
            Word::Task => self.task(at, bound),
            _ => self.shape(fields, payload, at),
        }
        if let Some(list) = self.given(fields, Word::Classifications) {
            self.object_classifications(list, bound);
        }
    }

    fn shape(&mut self, fields: &Fields, payload: Word, at: usize) {
        self.go(at);
        match payload {
            Word::Bbox => {
                let rectangle = self.bbox();
                self.document_box(fields, rectangle);
            }
            Word::Polygon => self.polygon(),
            Word::Line => {
                self.line();
            }
            Word::Point => {
                self.point(Rule::PointMembers);
            }
            _ => {}
        }
    }
}

fn welcome(payload: Word, media: Media) -> bool {
    use Media::{Any, Chat, Conversational, Document, Geo, Image, Text, Video};
    let media_of_kind: &[Media] = match payload {
        Word::Bbox => &[Image, Document, Geo],
        Word::Polygon | Word::Line | Word::Point => &[Image, Geo],
        Word::Mask => &[Image],
        Word::Segments | Word::Masks => &[Video],
        Word::Location => &[Text, Conversational],
        Word::TextSelections => &[Document],
        Word::Relationship => &[Image, Text, Document],
        Word::Task => &[Chat],
        _ => return true,
    };
    media == Any || media_of_kind.contains(&media)
}

fn unwelcome(payload: Word, media: Media) -> Rule {
    let plain = matches!(payload, Word::Bbox | Word::Line | Word::Point | Word::Mask);
    match media {
        Media::Video if plain => Rule::NotFramed,
        Media::Geo if matches!(payload, Word::Mask | Word::Masks) => Rule::TiledMask,
        _ => Rule::MediaKind,
    }
}
