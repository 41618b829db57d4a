//! Classifications: questions, answers, and what nests in them: R-CLS, R-ONT-3.

use super::clue::{About, Clue};
use super::identity::Bound;
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::scores::Scores;
use super::temporal::Ranges;
use super::walk::Walk;
use super::word::{Fields, Word};
use xxhash_rust::xxh3::xxh3_64;

/// How far below a keyframe a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Not below a keyframe.
    Free,
    /// Right below it.
    Keyframe,
}

/// What stands above a question.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// The tool, option or text it must belong to; nothing when that is not judged.
    pub parent: Option<u32>,
    /// The ranges its own must lie in.
    pub frames: Option<Ranges>,
    /// How far below a keyframe it is.
    pub depth: Depth,
}

impl Around {
    /// What stands right below a feature.
    #[must_use]
    pub fn below(bound: Bound) -> Self {
        Self { parent: bound.node(), frames: None, depth: Depth::Free }
    }
}

/// A question that is being answered.
#[derive(Clone, Copy)]
pub(super) struct Question {
    pub node: Option<u32>,
    pub form: Type,
    // Ranges that its answers inherit, and those that theirs must lie in.
    pub inherited: Option<Ranges>,
    pub within: Option<Ranges>,
    pub depth: Depth,
}

/// What an answer turned out to be.
#[derive(Clone, Copy)]
pub(super) enum Answered {
    /// A text, or nothing that can be judged.
    Text,
    /// Options, the one option if there is but one that is known, and whether they have frames.
    Options(Option<u32>, bool),
    /// Texts with frames.
    Texts,
}

impl Walk<'_, '_> {
    /// Judges the answer of a row at `at`.
    pub fn answer_row(&mut self, fields: &Fields, at: usize, bound: Bound) {
        let node = bound.node();
        let frames = self.given(fields, Word::Frames);
        let inherited = frames.and_then(|frames| self.frames(frames, None, 0));
        if let Some(frames) = frames.filter(|_| inherited.is_some()) {
            self.fault(Rule::RowFrames, frames);
        }
        let form = self.form(node);
        let depth = Depth::Free;
        let question = Question { node, form, inherited, within: None, depth };
        let answered = self.answer(at, question);
        let list = self.given(fields, Word::Classifications);
        self.beside(list, answered, question);
        self.frames_welcome(node);
        if self.frames_at.is_none() {
            let value = self.message_hash(fields);
            self.scratch.clues.push(Clue { about: About::Answer, value });
        }
    }

    // Of a question that is asked of the whole asset 0.
    fn message_hash(&mut self, fields: &Fields) -> u64 {
        let Some(at) = self.given(fields, Word::MessageId) else { return 0 };
        self.go(at);
        if self.tokens.ahead() != b'"' {
            return 0;
        }
        let text = self.tokens.text();
        let message = self.spell(text);
        xxh3_64(self.spelled(message))
    }

    /// Judges the classifications of an object at `at`.
    pub fn object_classifications(&mut self, at: usize, bound: Bound) {
        self.classifications(at, Around::below(bound));
        if self.frames_at.is_some() {
            self.frames_welcome(None);
        }
    }

    /// Judges a list of questions below something at `at`.
    pub fn classifications(&mut self, at: usize, around: Around) {
        self.go(at);
        if !self.list(Rule::WrongType) {
            return;
        }
        while self.tokens.element() {
            if !self.object(Rule::WrongType) {
                continue;
            }
            if !self.deeper() {
                return self.tokens.skip();
            }
            self.sub(around);
            self.higher();
        }
    }

    fn sub(&mut self, around: Around) {
        let at = self.tokens.at;
        let (mut identity, mut scores) = ([None; 2], [None; 2]);
        let (mut answer, mut beside) = (None, None);
        self.each_member(|walk, tokens, word| {
            let place = (tokens.here() != b'n').then_some(tokens.at);
            match word {
                Word::Name => identity[0] = place,
                Word::SchemaId => identity[1] = place,
                Word::Answer => answer = place,
                Word::Classifications => beside = place,
                Word::Confidence => scores[0] = place,
                Word::CustomMetrics => scores[1] = place,
                _ => walk.foreign(word, place),
            }
            tokens.skip();
        });
        let end = self.tokens.at;
        let node = self.sub_node(identity, at, around.parent);
        let form = self.form(node);
        let Around { frames, depth, .. } = around;
        let question = Question { node, form, inherited: frames, within: frames, depth };
        match answer {
            None => self.missing(Rule::AnswerShape, at),
            Some(answer) => {
                let answered = self.answer(answer, question);
                self.beside(beside, answered, question);
            }
        }
        self.scored(Scores { confidence: scores[0], metrics: scores[1] });
        self.go(end);
    }

    // R-CLS-7
    fn foreign(&mut self, word: Word, place: Option<usize>) {
        let payload = word.is_payload() && word != Word::Answers;
        if let Some(at) = place.filter(|_| payload || matches!(word, Word::DataRow | Word::Uuid)) {
            self.fault(Rule::SubForeignKey, at);
        }
    }

    // R-ONT-3, 6
    fn sub_node(
        &mut self,
        [name, id]: [Option<usize>; 2],
        at: usize,
        parent: Option<u32>,
    ) -> Option<u32> {
        let identity = self.identity(name, id, at);
        let parent = parent?;
        let form = self.form(Some(parent));
        let leaf = self.spec.ontology.as_ref().is_none_or(|known| !known.node(parent).parent);
        // What may stand below a text is not always told.
        if form == Type::Unknown || (form == Type::Text && leaf) {
            return None;
        }
        let bound = self.bind(parent, identity, Type::is_question);
        let place = identity.name.or(identity.id).map_or(at, |(at, _)| at);
        if bound == Bound::Astray {
            self.astray(Rule::SubUnknown, place, Near::Children(parent));
        }
        let node = bound.node()?;
        match self.form(Some(node)) {
            Type::Formless => self.fault(Rule::NoImportForm, place),
            _ => return Some(node),
        }
        None
    }

    // Judges an answer: R-CLS-1, 2, 6.
    fn answer(&mut self, at: usize, question: Question) -> Answered {
        self.go(at);
        match self.tokens.ahead() {
            b'"' => self.text_answer(at, question.form),
            b'{' => self.one_answer(at, question),
            b'[' => self.answers(at, question),
            _ => {
                self.fault(Rule::AnswerShape, at);
                Answered::Text
            }
        }
    }

    fn text_answer(&mut self, at: usize, form: Type) -> Answered {
        let text = self.tokens.text();
        if matches!(form, Type::Radio | Type::Checklist) {
            self.astray(Rule::AnswerType, at, Near::Advice(form.takes()));
        } else if text.start == text.end {
            self.fault(Rule::TextEmpty, at);
        }
        Answered::Text
    }

    fn one_answer(&mut self, at: usize, question: Question) -> Answered {
        let option = match question.form {
            Type::Text => {
                self.astray(Rule::AnswerType, at, Near::Advice(Type::Text.takes()));
                self.choice(Question { node: None, ..question })
            }
            Type::Checklist => {
                self.mild(Rule::AnswerType, at);
                self.choice(question)
            }
            _ => self.choice(question),
        };
        if option.is_text {
            self.fault(Rule::AnswerShape, at);
        }
        Answered::Options(option.node, option.framed || question.inherited.is_some())
    }

    // `classifications` next to an answer: R-CLS-8, R-TMP-11. Only a text has them there.
    fn beside(&mut self, list: Option<usize>, answered: Answered, question: Question) {
        let Some(at) = list.filter(|at| self.filled(*at)) else { return };
        let (parent, rule) = match answered {
            Answered::Text => (question.node, None),
            Answered::Texts | Answered::Options(_, true) => {
                return self.fault(Rule::QuestionClassifications, at);
            }
            Answered::Options(option, false) => (option, Some(Rule::OldForm)),
        };
        if let Some(rule) = rule {
            self.fault(rule, at);
        }
        self.below(at, Around { parent, frames: question.inherited, depth: question.depth });
    }

    /// Judges the questions below an answer: R-VID-11.
    pub(super) fn below(&mut self, at: usize, around: Around) {
        if around.depth == Depth::Keyframe && self.filled(at) {
            self.fault(Rule::NestedDropped, at);
        }
        self.classifications(at, Around { depth: Depth::Free, ..around });
    }

    // Whether something else than an empty list is there.
    fn filled(&mut self, at: usize) -> bool {
        self.go(at);
        if self.tokens.ahead() != b'[' {
            return true;
        }
        self.tokens.enter();
        self.tokens.ahead() != b']'
    }
}
