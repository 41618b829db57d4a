//! Tasks of chat evaluation: R-MMC.

use super::identity::Bound;
use super::ontology::Type;
use super::report::Near;
use super::rule::Rule;
use super::walk::Walk;
use super::word::{Fields, Word};
use xxhash_rust::xxh3::xxh3_64;

const FORMATS: &[&str] =
    &["message-single-selection", "message-multi-selection", "message-ranking"];
const TYPES: [Type; 3] = [Type::SingleSelection, Type::MultiSelection, Type::Ranking];
const RANKING: usize = 2;

impl Walk<'_, '_> {
    /// Judges the task at `at`.
    pub fn task(&mut self, at: usize, bound: Bound) {
        self.go(at);
        if !self.object(Rule::WrongType) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let format = self.format(&fields, at);
        let Some(data) = self.given(&fields, Word::Data) else {
            return self.missing(Rule::ChatTask, at);
        };
        let Some(format) = format else { return };
        let form = self.form(bound.node());
        if form != Type::Unknown && form != TYPES[format] {
            self.fault(Rule::ChatTool, fields.at(Word::Format).unwrap_or(at));
        }
        self.go(data);
        if !self.object(Rule::ChatTask) {
            return;
        }
        let members = self.fields(|_, _, _| {});
        self.chat_text(&members, Word::ParentMessageId, data);
        match format {
            0 => self.message_of(&members, data),
            1 => self.messages(&members, (Word::SelectedMessages, format), data),
            _ => self.messages(&members, (Word::RankedMessages, format), data),
        }
    }

    fn format(&mut self, fields: &Fields, at: usize) -> Option<usize> {
        let Some(place) = self.given(fields, Word::Format) else {
            self.missing(Rule::ChatTask, at);
            return None;
        };
        self.go(place);
        let text = self.string()?;
        let word = self.spell(text);
        let format = FORMATS.iter().position(|known| known.as_bytes() == self.spelled(word));
        if format.is_none() {
            self.astray(Rule::ChatTask, place, Near::Words(FORMATS));
        }
        format
    }

    fn message_of(&mut self, fields: &Fields, at: usize) {
        if let Some(message) = self.chat_text(fields, Word::MessageId, at) {
            self.scratch.marks.push((message, at));
        }
        self.chat_text(fields, Word::ModelConfigName, at);
    }

    // R-MMC-2: a text that must be there, and not be empty; gives its hash.
    fn chat_text(&mut self, fields: &Fields, word: Word, at: usize) -> Option<u64> {
        let Some(place) = self.given(fields, word) else {
            self.missing(Rule::ChatTask, at);
            return None;
        };
        self.go(place);
        if self.tokens.ahead() != b'"' {
            self.fault(Rule::ChatText, place);
            return None;
        }
        let text = self.tokens.text();
        if text.start == text.end {
            self.fault(Rule::ChatText, place);
            return None;
        }
        let spelling = self.spell(text);
        Some(xxh3_64(self.spelled(spelling)))
    }

    fn messages(&mut self, fields: &Fields, (word, format): (Word, usize), at: usize) {
        let Some(list) = self.given(fields, word) else {
            return self.missing(Rule::ChatTask, at);
        };
        self.go(list);
        if !self.list(Rule::ChatTask) {
            return;
        }
        let marks = self.scratch.marks.len();
        let (mut count, mut sound) = (0, true);
        self.scratch.orders.clear();
        while self.tokens.element() {
            count += 1;
            let place = self.tokens.at;
            if !self.object(Rule::ChatTask) {
                sound = false;
                continue;
            }
            let members = self.fields(|_, _, _| {});
            let end = self.tokens.at;
            self.message_of(&members, place);
            if format == RANKING {
                let order = self.order(&members, place);
                sound &= order.is_some();
                self.scratch.orders.extend(order);
            }
            self.go(end);
        }
        self.repeated(marks, Rule::ChatRepeated);
        match (count, format) {
            (0, RANKING) => self.mild(Rule::ChatOrder, list),
            (0, _) => self.fault(Rule::ChatRepeated, list),
            (_, RANKING) if sound && !self.orders_complete() => self.fault(Rule::ChatOrder, list),
            _ => {}
        }
    }

    fn order(&mut self, fields: &Fields, at: usize) -> Option<i64> {
        let Some(order) = self.given(fields, Word::Order) else {
            self.missing(Rule::ChatTask, at);
            return None;
        };
        self.go(order);
        self.integer(Rule::ChatOrder)
    }

    // R-MMC-3: 1, 2, … n, each once.
    fn orders_complete(&mut self) -> bool {
        self.scratch.orders.sort_unstable();
        self.scratch.orders.iter().zip(1..).all(|(order, place)| *order == place)
    }
}
