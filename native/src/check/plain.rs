//! Values as they are nearly always written, passed at a stride: the cursor stays where it is when
//! they are written otherwise.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::block::word;
use super::number::seldom;
use super::tokens::{Text, Tokens, head};

/// Up to eight bytes that may stand ahead.
pub struct Lead {
    text: u64,
    mask: u64,
    length: usize,
}

impl Lead {
    /// These bytes.
    #[must_use]
    pub const fn new(text: &[u8]) -> Self {
        Self { text: head(text), mask: u64::MAX >> (8 * (8 - text.len())), length: text.len() }
    }
}

const GLOBAL_KEY: [Lead; 2] = [Lead::new(b"{\"global"), Lead::new(b"Key\":")];
const NAME: Lead = Lead::new(b"{\"name\":");

impl Tokens<'_> {
    /// Passes the data row ahead: quickly when it is a global key and nothing else.
    #[inline(always)]
    pub fn skip_global_key(&mut self) -> bool {
        let mut tokens = *self;
        if !tokens.passes(&GLOBAL_KEY[0]) || !tokens.passes(&GLOBAL_KEY[1]) {
            return false;
        }
        tokens.blank();
        let global = tokens.here() == b'"' && !tokens.text().escaped && tokens.closes();
        if global {
            self.at = tokens.at;
        }
        global
    }

    /// Reads an option that is a name and nothing else, without escapes. The cursor stays where it
    /// is when it is not.
    #[inline(always)]
    pub fn plain_option(&mut self) -> Option<Text> {
        let mut tokens = *self;
        if !tokens.passes(&NAME) {
            return None;
        }
        tokens.blank();
        let name = (tokens.here() == b'"').then(|| tokens.text())?;
        let plain = !name.escaped && name.start < name.end && tokens.closes();
        if plain {
            self.at = tokens.at;
        }
        plain.then_some(name)
    }

    /// Reads an object whose members are these numbers in this order and nothing else.
    /// The cursor stays where it is when it is not.
    #[inline(always)]
    pub fn plain_numbers<const N: usize>(&mut self, keys: &[Lead; N]) -> Option<[f64; N]> {
        self.plain_figures(keys).map(|(numbers, _)| numbers)
    }

    /// As [`Tokens::plain_numbers`], with the first byte of each number.
    #[inline(always)]
    pub fn plain_figures<const N: usize>(
        &mut self,
        keys: &[Lead; N],
    ) -> Option<([f64; N], [usize; N])> {
        let (mut tokens, mut numbers, mut places) = (*self, [0.0; N], [0; N]);
        for (place, key) in keys.iter().enumerate() {
            // The brace, or the comma before a further member.
            if tokens.here() != if place == 0 { b'{' } else { b',' } {
                return None;
            }
            tokens.at += 1;
            if place > 0 {
                tokens.blank();
            }
            (numbers[place], places[place]) = tokens.plain_member(key)?;
        }
        tokens.closes().then(|| {
            self.at = tokens.at;
            (numbers, places)
        })
    }

    // A number behind this key, a colon and at most one blank; and where it stands.
    #[inline(always)]
    fn plain_member(&mut self, key: &Lead) -> Option<(f64, usize)> {
        if !self.passes(key) || self.here() != b':' {
            return None;
        }
        self.at += 1;
        self.blank();
        if !matches!(self.here(), b'-' | b'0'..=b'9') {
            return None;
        }
        let at = self.at;
        Some((self.number().value, at))
    }

    // Passes these bytes if they are ahead.
    #[inline(always)]
    fn passes(&mut self, lead: &Lead) -> bool {
        let ahead = word(self.bytes, self.at) & lead.mask == lead.text;
        if ahead {
            self.at += lead.length;
        }
        ahead
    }

    #[inline(always)]
    fn closes(&mut self) -> bool {
        let closes = self.here() == b'}';
        self.at += 1;
        closes
    }

    #[inline(always)]
    fn blank(&mut self) {
        if self.here() == b' ' {
            seldom();
            self.at += 1;
        }
    }
}
