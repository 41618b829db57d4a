//! The options and texts of one answer: R-CLS-3 to 5, R-TMP-4, 6, 8.

use super::answers::{Answered, Around, Question};
use super::identity::{Bound, Identity};
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::scores::Scores;
use super::spelling::Spelling;
use super::walk::Walk;
use super::word::Word;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// One element of an answer.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    /// The option, when it is known.
    pub node: Option<u32>,
    /// What it says, so that it can be told from the others; 0 when that is not known.
    pub mark: u64,
    /// Whether it has frames of its own.
    pub framed: bool,
    /// Whether it is a text and no option.
    pub is_text: bool,
}

/// What was seen of a list so far.
#[derive(Default)]
struct Tally {
    options: usize,
    texts: usize,
    // Those that say neither which option nor which text they are.
    nameless: usize,
    framed: usize,
    // The first without frames, and the first that is not like those before it.
    unframed_at: Option<usize>,
    mixed_at: Option<usize>,
    only: Option<u32>,
}

impl Tally {
    fn count(&self) -> usize {
        self.options + self.texts + self.nameless
    }

    fn take(&mut self, choice: Choice, at: usize) {
        let (like, unlike) = match choice {
            Choice { is_text: true, .. } => (&mut self.texts, self.options),
            Choice { mark: 0, .. } => (&mut self.nameless, 0),
            _ => (&mut self.options, self.texts),
        };
        *like += 1;
        if unlike > 0 {
            self.mixed_at.get_or_insert(at);
        }
        self.framed += usize::from(choice.framed);
        if !choice.framed {
            self.unframed_at.get_or_insert(at);
        }
        self.only = choice.node.filter(|_| self.count() == 1);
    }
}

impl Walk<'_, '_> {
    /// Judges a list of answers at `at`.
    pub(super) fn answers(&mut self, at: usize, question: Question) -> Answered {
        let (marks, ranges) = (self.scratch.marks.len(), self.scratch.ranges.len());
        let mut tally = Tally::default();
        self.tokens.enter();
        while self.tokens.element() {
            let place = self.tokens.at;
            if !self.object(Rule::AnswerShape) {
                continue;
            }
            let choice = self.choice(question);
            if choice.mark != 0 && !choice.is_text {
                // Options with frames may come again, with other frames.
                let mark = choice.mark << 1 | u64::from(choice.framed);
                self.scratch.marks.push((mark, place));
            }
            tally.take(choice, place);
        }
        self.judge(at, question, &tally);
        let framed = tally.framed > 0 || question.inherited.is_some();
        self.options_twice(marks, framed, question.form);
        if question.form == Type::Radio && tally.framed > 1 {
            self.radio_overlap(ranges, at);
        }
        self.scratch.ranges.truncate(ranges);
        if tally.texts > 0 { Answered::Texts } else { Answered::Options(tally.only, framed) }
    }

    fn judge(&mut self, at: usize, question: Question, tally: &Tally) {
        let inherited = question.inherited.is_some();
        if tally.count() == 0 {
            if self.is_empty_list(at) {
                self.fault(Rule::NoOptions, at);
            }
            return;
        }
        if let Some(place) = tally.mixed_at {
            return self.fault(Rule::TemporalMix, place);
        }
        if let Some(mild) = misfit(question.form, tally, inherited) {
            if mild {
                self.mild(Rule::AnswerType, at);
            } else {
                self.astray(Rule::AnswerType, at, Near::Advice(question.form.takes()));
            }
        }
        // Frames on the row are those of each answer; those of the answer above are a bound alone.
        let temporal = tally.framed > 0 || tally.texts > 0;
        let own = inherited && question.within.is_none();
        if let Some(place) = tally.unframed_at.filter(|_| temporal && !own) {
            self.missing(Rule::FramesMissing, place);
        }
    }

    fn is_empty_list(&mut self, at: usize) -> bool {
        let behind = self.tokens.at;
        self.go(at);
        self.tokens.enter();
        let empty = !self.tokens.element();
        self.go(behind);
        empty
    }

    // R-CLS-4, R-TMP-9
    fn options_twice(&mut self, marks: usize, framed: bool, form: Type) {
        if framed {
            self.repeated(marks, Rule::RangeTwice);
        } else if form != Type::Radio {
            self.repeated(marks, Rule::OptionTwice);
        }
        self.scratch.marks.truncate(marks);
    }

    /// Reads the object ahead, an option or a text, and judges it with all below it.
    pub(super) fn choice(&mut self, question: Question) -> Choice {
        let at = self.tokens.at;
        if let Some(name) = self.tokens.plain_option() {
            let name = Some((name.start - 1, Spelling::Plain(name)));
            let (node, mark) = self.option(Identity { name, id: None }, at, question);
            return Choice { node, mark, framed: false, is_text: false };
        }
        let [name, id, value, frames, list, confidence, metrics] = self.members([
            Word::Name,
            Word::SchemaId,
            Word::Value,
            Word::Frames,
            Word::Classifications,
            Word::Confidence,
            Word::CustomMetrics,
        ]);
        let end = self.tokens.at;
        let value = value.filter(|_| name.is_none() && id.is_none());
        let (node, mark) = if let Some(value) = value {
            self.text_choice(value, question)
        } else {
            let identity = self.identity(name, id, at);
            self.option(identity, at, question)
        };
        let frames = frames.and_then(|frames| self.frames(frames, question.within, mark));
        self.scored(Scores { confidence, metrics });
        if let Some(list) = list {
            let frames = frames.or(question.inherited);
            self.below(list, Around { parent: node, frames, depth: question.depth });
        }
        self.go(end);
        let is_text = value.is_some();
        let node = node.filter(|_| !is_text);
        Choice { node, mark, framed: frames.is_some(), is_text }
    }

    // The questions below a text belong to the question it answers.
    fn text_choice(&mut self, value: usize, question: Question) -> (Option<u32>, u64) {
        self.go(value);
        if let Some(text) = self.string()
            && text.start == text.end
        {
            self.fault(Rule::TextEmpty, value);
        }
        (question.node, 0)
    }

    // R-CLS-5
    fn option(&mut self, identity: Identity, at: usize, question: Question) -> (Option<u32>, u64) {
        let asked = question.node.filter(|_| question.form != Type::Text);
        let judged = asked.filter(|node| {
            self.spec.ontology.as_ref().is_some_and(|known| known.node(*node).parent)
        });
        let bound = judged
            .filter(|_| question.form != Type::Unknown)
            .map_or(Bound::Unjudged, |node| self.bind(node, identity, |_| true));
        if bound == Bound::Astray {
            let place = identity.name.or(identity.id).map_or(at, |(at, _)| at);
            self.astray(Rule::OptionUnknown, place, Near::Children(judged.unwrap_or_default()));
        }
        let node = bound.node();
        let mark = node.map_or_else(|| self.mark(identity), |node| u64::from(node) + 1);
        (node, mark)
    }

    fn mark(&self, identity: Identity) -> u64 {
        let (spelling, seed) = match (identity.name, identity.id) {
            (Some((_, name)), _) => (name, 1),
            (None, Some((_, id))) => (id, 2),
            (None, None) => return 0,
        };
        xxh3_64_with_seed(self.spelled(spelling), seed) >> 1
    }
}

// R-CLS-2: whether a list does not fit its question, and only mildly so.
fn misfit(form: Type, tally: &Tally, inherited: bool) -> Option<bool> {
    let unframed = tally.framed < tally.count() && !inherited;
    match form {
        Type::Text if tally.options > 0 => Some(false),
        Type::Radio | Type::Checklist if tally.texts > 0 => Some(false),
        Type::Radio if unframed => Some(tally.count() == 1),
        _ => None,
    }
}
