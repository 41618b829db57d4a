//! Keys of one element that mean nothing to rows: some by their places, all by their number.

use std::ops::Range;

/// Keys whose places are kept; an element of the largest size may have millions.
const MOST_KEPT: usize = 256;

/// The keys of one element.
#[derive(Clone, Debug, Default)]
pub struct Others {
    kept: Vec<Range<usize>>,
    more: u64,
}

impl Others {
    /// Begins anew.
    pub fn clear(&mut self) {
        self.kept.clear();
        self.more = 0;
    }

    /// Takes in a key.
    pub fn push(&mut self, key: Range<usize>) {
        if self.kept.len() < MOST_KEPT {
            self.kept.push(key);
        } else {
            self.more += 1;
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The keys whose places are kept.
    #[must_use]
    pub fn kept(&self) -> &[Range<usize>] {
        &self.kept
    }

    /// How many there are besides.
    #[must_use]
    pub fn more(&self) -> u64 {
        self.more
    }
}
