//! Tasks of chat evaluation: R-MMC.

use super::identity::Bound;
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::walk::Walk;
use super::word::Word;
use xxhash_rust::xxh3::xxh3_64;

const FORMATS: &[&str] =
    &["message-single-selection", "message-multi-selection", "message-ranking"];
const TYPES: [Type; 3] = [Type::SingleSelection, Type::MultiSelection, Type::Ranking];
const SINGLE: usize = 0;
const RANKING: usize = 2;

impl Walk<'_, '_> {
    /// Judges the task ahead.
    pub fn task(&mut self) {
        let at = self.tokens.at;
        if !self.object(Rule::WrongType) {
            return;
        }
        let [format, data] = self.members([Word::Format, Word::Data]);
        let end = self.tokens.at;
        match format {
            Some(format) => self.task_format(format),
            None => self.missing(Rule::ChatTask, at),
        }
        match data {
            Some(data) => self.task_data(data),
            None => self.missing(Rule::ChatTask, at),
        }
        self.go(end);
    }

    fn task_format(&mut self, at: usize) {
        self.go(at);
        let Some(text) = self.string() else { return };
        let word = self.spell(text);
        let format = FORMATS.iter().position(|known| known.as_bytes() == self.spelled(word));
        if format.is_none() {
            self.astray(Rule::ChatTask, at, Near::Words(FORMATS));
        }
        self.format = format.map(|format| (format, at));
    }

    fn task_data(&mut self, at: usize) {
        let Some((format, _)) = self.format else { return };
        self.go(at);
        if !self.object(Rule::ChatTask) {
            return;
        }
        let [parent, message, config, selected, ranked] = self.members([
            Word::ParentMessageId,
            Word::MessageId,
            Word::ModelConfigName,
            Word::SelectedMessages,
            Word::RankedMessages,
        ]);
        self.chat_text(parent, at);
        if format == SINGLE {
            self.chat_text(message, at);
            self.chat_text(config, at);
            return;
        }
        let list = if format == RANKING { ranked } else { selected };
        match list {
            Some(list) => self.messages(list, format),
            None => self.missing(Rule::ChatTask, at),
        }
    }

    // R-MMC-2: a text that must be there, and not be empty; gives its hash.
    fn chat_text(&mut self, place: Option<usize>, at: usize) -> Option<u64> {
        let Some(place) = place else {
            self.missing(Rule::ChatTask, at);
            return None;
        };
        self.go(place);
        let text = (self.tokens.ahead() == b'"').then(|| self.tokens.text());
        let Some(text) = text.filter(|text| text.start < text.end) else {
            self.fault(Rule::ChatText, place);
            return None;
        };
        let spelling = self.spell(text);
        Some(xxh3_64(self.spelled(spelling)))
    }

    fn messages(&mut self, at: usize, format: usize) {
        self.go(at);
        if !self.list(Rule::ChatTask) {
            return;
        }
        let marks = self.scratch.marks.len();
        let (mut count, mut sound) = (0, true);
        self.scratch.orders.clear();
        while self.tokens.element() {
            count += 1;
            let place = self.tokens.at;
            sound &= self.object(Rule::ChatTask) && self.message_of_many(place, format);
        }
        self.repeated(marks, Rule::ChatRepeated);
        match (count, format) {
            (0, RANKING) => self.mild(Rule::ChatOrder, at),
            (0, _) => self.fault(Rule::ChatRepeated, at),
            (_, RANKING) if sound && !self.orders_complete() => self.fault(Rule::ChatOrder, at),
            _ => {}
        }
    }

    // Whether its order is sound.
    fn message_of_many(&mut self, at: usize, format: usize) -> bool {
        let [message, config, order] =
            self.members([Word::MessageId, Word::ModelConfigName, Word::Order]);
        let end = self.tokens.at;
        if let Some(message) = self.chat_text(message, at) {
            self.scratch.marks.push((message, at));
        }
        self.chat_text(config, at);
        let sound = format != RANKING || self.order(order, at);
        self.go(end);
        sound
    }

    fn order(&mut self, place: Option<usize>, at: usize) -> bool {
        let Some(place) = place else {
            self.missing(Rule::ChatTask, at);
            return false;
        };
        self.go(place);
        let order = self.integer(Rule::ChatOrder);
        self.scratch.orders.extend(order);
        order.is_some()
    }

    // R-MMC-3: 1, 2, … n, each once.
    fn orders_complete(&mut self) -> bool {
        self.scratch.orders.sort_unstable();
        self.scratch.orders.iter().zip(1..).all(|(order, place)| *order == place)
    }

    /// R-MMC-6: whether the task is of its tool's type.
    pub fn task_tool(&mut self, bound: Bound) {
        let Some((format, at)) = self.format else { return };
        let form = self.form(bound.node());
        if form != Type::Unknown && form != TYPES[format] {
            self.astray(Rule::ChatTool, at, Near::Advice(form.takes()));
        }
    }
}
