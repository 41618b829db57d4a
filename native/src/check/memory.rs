//! Remembers answers that were judged and found good, since files say the same things often.

use xxhash_rust::xxh3::xxh3_64;

/// Answers that are remembered; a power of two.
const ANSWERS: usize = 256;
/// Bytes of an answer, with its name, that is worth it.
const LONGEST: usize = 256;

/// The last answers, each in the place of its hash.
pub struct Memory(Vec<Known>);

#[derive(Clone, Default)]
struct Known {
    answer: Vec<u8>,
    feature: u32,
}

impl Default for Memory {
    fn default() -> Self {
        Self(vec![Known::default(); ANSWERS])
    }
}

impl Memory {
    /// The feature of an answer that is known to be good.
    #[inline]
    pub fn feature(&self, answer: &[u8]) -> Option<u32> {
        let known = self.0.get(place(answer)?)?;
        (known.answer == answer).then_some(known.feature)
    }

    /// Remembers an answer in which nothing was found.
    pub fn learn(&mut self, answer: &[u8], feature: u32) {
        if let Some(known) = place(answer).and_then(|place| self.0.get_mut(place)) {
            known.answer.clear();
            known.answer.extend_from_slice(answer);
            known.feature = feature;
        }
    }
}

// No answer is empty, so that no place is right before something is learnt.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a few bits are wanted")]
fn place(answer: &[u8]) -> Option<usize> {
    let worth = (1..=LONGEST).contains(&answer.len());
    worth.then(|| xxh3_64(answer) as usize % ANSWERS)
}

#[cfg(test)]
mod tests {
    use super::{ANSWERS, LONGEST, Memory};

    #[test]
    fn what_was_learnt_is_known_until_another_takes_its_place() {
        let mut memory = Memory::default();
        assert_eq!(memory.feature(b"n\":\"a"), None);
        memory.learn(b"n\":\"a", 7);
        assert_eq!(memory.feature(b"n\":\"a"), Some(7));
        assert_eq!(memory.feature(b"n\":\"b"), None);
        for number in 0..100 * ANSWERS {
            memory.learn(number.to_string().as_bytes(), 1);
        }
        assert_eq!(memory.feature(b"n\":\"a"), None);
    }

    #[test]
    fn what_is_long_or_empty_is_not_learnt() {
        let mut memory = Memory::default();
        for answer in [vec![], vec![b'x'; LONGEST + 1]] {
            memory.learn(&answer, 1);
            assert_eq!(memory.feature(&answer), None);
        }
        memory.learn(&[b'x'; LONGEST], 1);
        assert_eq!(memory.feature(&[b'x'; LONGEST]), Some(1));
    }
}
