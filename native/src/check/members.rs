//! The members of an object: which have a meaning, which are strangers, which stand twice.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::rule::Rule;
use super::tokens::{Tokens, head};
use super::walk::Walk;
use super::word::{Fields, Word};
use xxhash_rust::xxh3::xxh3_64;

impl<'t> Walk<'_, 't> {
    /// Reads the object ahead and shows each member whose key the format knows to `visit`, with the
    /// cursor before its value, which it must pass. Strangers are passed.
    #[inline(always)]
    pub fn each_member(&mut self, mut visit: impl FnMut(&mut Self, &mut Tokens<'t>, Word)) {
        self.each_key(|walk, tokens, start, word| match word {
            Some(word) => visit(walk, tokens, word),
            None => walk.stranger(tokens, start),
        });
    }

    /// As [`Walk::each_member`], but strangers are shown too, each by the place of its key.
    #[inline(always)]
    pub fn each_key(
        &mut self,
        mut visit: impl FnMut(&mut Self, &mut Tokens<'t>, usize, Option<Word>),
    ) {
        let (mut tokens, mut seen, marks) = (self.tokens, 0_u64, self.scratch.marks.len());
        tokens.enter();
        while let Some(key) = tokens.key() {
            let spelled = self.tokens.bytes.get(key.start..key.end).unwrap_or_default();
            let word = Word::named(key.head, spelled).or_else(|| self.escaped_word(key.start));
            if let Some(word) = word {
                let bit = 1 << word as u32;
                if seen & bit != 0 {
                    self.fault(Rule::DuplicateKey, key.start - 1);
                }
                seen |= bit;
            }
            visit(self, &mut tokens, key.start, word);
        }
        self.tokens = tokens;
        if self.scratch.marks.len() > marks {
            self.repeated(marks, Rule::DuplicateKey);
        }
    }

    /// Reads the object ahead and notes where these members of it stand; null counts as absent,
    /// and of a repeated key the last holds.
    #[inline(always)]
    pub fn members<const N: usize>(&mut self, words: [Word; N]) -> [Option<usize>; N] {
        let mut places = [None; N];
        self.each_member(|_, tokens, word| {
            if let Some(place) = words.iter().position(|wanted| *wanted == word) {
                places[place] = (tokens.here() != b'n').then_some(tokens.at);
            }
            tokens.skip();
        });
        places
    }

    /// Where a value of the row stands; nothing when it is null.
    #[inline]
    pub fn given(&self, fields: &Fields, word: Word) -> Option<usize> {
        fields.at(word).filter(|at| self.byte(*at) != b'n')
    }

    // The word that the key behind `start` spells by escapes.
    #[cold]
    fn escaped_word(&mut self, start: usize) -> Option<Word> {
        let mut tokens = Tokens { at: start - 1, ..self.tokens };
        let key = tokens.text();
        if !key.escaped {
            return None;
        }
        let spelling = self.spell(key);
        let spelled = self.spelled(spelling);
        Word::named(head(spelled), spelled)
    }

    /// Passes the value of a key that has no meaning, looking for keys that stand twice.
    #[cold]
    pub fn stranger(&mut self, tokens: &mut Tokens<'t>, start: usize) {
        self.tokens = *tokens;
        self.strange(start);
        *tokens = self.tokens;
    }

    fn strange(&mut self, start: usize) {
        let mut tokens = Tokens { at: start - 1, ..self.tokens };
        let spelling = self.spell(tokens.text());
        let name = xxh3_64(self.spelled(spelling));
        self.scratch.marks.push((name, start - 1));
        self.passing();
    }

    // Any value, with nothing looked at but its keys.
    fn passing(&mut self) {
        match self.tokens.ahead() {
            b'{' if self.deeper() => {
                let marks = self.scratch.marks.len();
                self.tokens.enter();
                while let Some(key) = self.tokens.key() {
                    self.strange(key.start);
                }
                self.repeated(marks, Rule::DuplicateKey);
                self.higher();
            }
            b'[' if self.deeper() => {
                self.tokens.enter();
                while self.tokens.element() {
                    self.passing();
                }
                self.higher();
            }
            _ => self.tokens.skip(),
        }
    }
}
