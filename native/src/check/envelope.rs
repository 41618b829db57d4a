//! The row around its payload: which keys it has, where it goes, whether its kind is welcome there.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::identity::{Bound, Identity};
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::spec::{Import, Media};
use super::tokens::{Text, Tokens, head};
use super::walk::Walk;
use super::word::{Fields, Word};
use crate::plain::Parts;

/// R-DR-4: characters of an id of the platform.
const ID_CHARACTERS: usize = 25;

const RETIRED: &str = "DICOM series are no longer imported";

impl<'t> Walk<'_, 't> {
    /// Judges the row, which has so many bytes: what stands by itself where it stands, and at the
    /// end what hangs together.
    pub fn row(&mut self, length: usize) {
        if self.tokens.ahead() == b'{' {
            self.raw_separators(self.tokens.bytes.get(..length).unwrap_or_default());
            self.all_members();
        }
    }

    /// Judges the row of which only the parts are known to be there, and no others.
    pub fn parts(&mut self, parts: &Parts, data_row: bool) {
        let Some(payload) = Word::named(head(parts.key), parts.key) else { return };
        let mut fields = Fields::default();
        if parts.uuid > 0 {
            fields.note(Word::Uuid, parts.uuid);
        }
        if data_row {
            self.go(parts.data_row);
            self.data_row();
        }
        if let Some((start, end)) = parts.name {
            self.name = Some(Text { start, end, escaped: false });
            fields.note(Word::Name, start - 1);
        }
        fields.note(payload, parts.payload.0);
        self.go(parts.payload.0);
        self.other_value(payload);
        self.whole(&fields);
    }

    /// Judges the members of the row one by one.
    pub fn all_members(&mut self) {
        if self.tokens.ahead() != b'{' {
            return;
        }
        let mut fields = Fields::default();
        self.each_key(|walk, tokens, start, word| {
            match word.filter(|word| fields.note(*word, tokens.at)) {
                Some(word) => walk.value(tokens, word),
                None => walk.unknown(tokens, start),
            }
        });
        if let Some(at) = self.given(&fields, Word::GroupKey) {
            self.report.forget();
            return self.astray(Rule::MediaKind, at, Near::Advice(RETIRED));
        }
        self.whole(&fields);
    }

    // What is said by a value of its own is judged where it stands.
    #[inline(always)]
    fn value(&mut self, tokens: &mut Tokens<'t>, word: Word) {
        match word {
            Word::Uuid => tokens.skip_uuid(),
            Word::Name => self.name = tokens.text_or_skip(),
            Word::DataRow if tokens.skip_global_key() => {}
            _ => {
                self.tokens = *tokens;
                self.other_value(word);
                *tokens = self.tokens;
            }
        }
    }

    #[inline(never)]
    fn other_value(&mut self, word: Word) {
        if word.is_payload() {
            self.payload.get_or_insert((word, 0)).1 = self.tokens.at;
        }
        match word {
            Word::DataRow => self.data_row(),
            Word::Bbox => self.rectangle = self.bbox(),
            Word::Polygon => self.polygon(),
            Word::Line => drop(self.line()),
            Word::Point => drop(self.point(Rule::PointMembers)),
            Word::Mask => self.mask(),
            Word::Masks => self.masks(),
            Word::Segments => self.segments(),
            Word::Location => self.location(),
            Word::TextSelections => self.text_selections(),
            Word::Relationship => self.relationship(),
            Word::Task => self.task(),
            _ => self.tokens.skip(),
        }
    }

    // R-KIND-3
    #[cold]
    fn unknown(&mut self, tokens: &mut Tokens<'t>, start: usize) {
        self.astray(Rule::UnknownKey, start - 1, Near::Words(Word::TEXTS));
        self.stranger(tokens, start);
    }

    fn whole(&mut self, fields: &Fields) {
        // R-ID-5
        if self.given(fields, Word::Uuid).is_none() {
            self.missing(Rule::UuidMissing, 0);
        }
        let Some((payload, at)) = self.payload else { return };
        self.welcome(payload, at);
        self.import(fields, payload, at);
        self.row_scores(fields, payload, self.byte(at));
        let bound = self.row_bound(fields, payload);
        self.feature = bound.node().unwrap_or_default();
        self.place(fields, payload, bound);
        match payload {
            Word::Answer | Word::Answers => return self.answer_row(fields, at, bound),
            Word::Segments => self.track_whole(bound),
            Word::Task => self.task_tool(bound),
            Word::Bbox => self.document_box(fields),
            _ => {}
        }
        if let Some(list) = self.given(fields, Word::Classifications) {
            self.object_classifications(list, bound);
        }
    }

    /// R-FILE-3: characters that some readers take for the end of a line.
    pub fn raw_separators(&mut self, bytes: &[u8]) {
        if let Some(at) = raw_separator(bytes) {
            self.fault(Rule::RawSeparator, at);
        }
    }

    // R-DR-4. The rest of it has been judged by the scan.
    fn data_row(&mut self) {
        if self.tokens.ahead() != b'{' {
            return self.tokens.skip();
        }
        let [id] = self.members([Word::Id]);
        let end = self.tokens.at;
        if let Some(at) = id.filter(|at| self.byte(*at) == b'"') {
            self.go(at);
            self.data_row_id(at);
            self.go(end);
        }
    }

    fn data_row_id(&mut self, at: usize) {
        let raw = self.tokens.text().raw(self.tokens.bytes);
        if !raw.is_empty() && !is_data_row_id(raw) {
            self.fault(Rule::DataRowId, at);
        }
    }

    // R-KIND-4, R-VID-10, R-GEO-3: the matrix of section 2.0.
    fn welcome(&mut self, payload: Word, at: usize) {
        let media = self.spec.media;
        if !welcome(payload, media) {
            self.astray(unwelcome(payload, media), at, Near::Advice(media.takes()));
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

    fn row_bound(&mut self, fields: &Fields, payload: Word) -> Bound {
        if payload == Word::Masks {
            return Bound::Unjudged;
        }
        let id = self.given(fields, Word::SchemaId);
        let identity = match (self.name, id) {
            (Some(name), None) if name.start < name.end => {
                Identity { name: Some((name.start - 1, self.spell(name))), id: None }
            }
            _ => self.identity(self.given(fields, Word::Name), id, 0),
        };
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
}

/// Whether a text looks like an id of the platform.
#[must_use]
pub fn is_data_row_id(text: &[u8]) -> bool {
    text.len() == ID_CHARACTERS && text.iter().all(u8::is_ascii_alphanumeric)
}

/// Where one of the characters stands that some readers take for the end of a line: of those that
/// are there, the one that is listed first.
#[must_use]
pub fn raw_separator(bytes: &[u8]) -> Option<usize> {
    if bytes.is_ascii() {
        return None;
    }
    let separators = ["\u{2028}", "\u{2029}", "\u{85}"];
    separators.iter().find_map(|separator| memchr::memmem::find(bytes, separator.as_bytes()))
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
