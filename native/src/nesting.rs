//! Which containers are open around a place in a JSON text: one bit each, on the stack.

/// The deepest limit that can be asked for.
pub const DEEPEST: usize = 1024;

const WORD: usize = 64;

/// A stack of open containers that never allocates and never grows past its limit.
pub struct Nesting {
    objects: [u64; DEEPEST / WORD],
    open: usize,
    limit: usize,
}

impl Nesting {
    /// Nothing open yet; at most `limit` containers may be, and never more than [`DEEPEST`].
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { objects: [0; DEEPEST / WORD], open: 0, limit: limit.min(DEEPEST) }
    }

    /// How many containers are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open
    }

    /// Enters a container; false when that is one too many.
    #[must_use]
    pub fn enter(&mut self, object: bool) -> bool {
        if self.open == self.limit {
            return false;
        }
        let (word, bit) = (self.open / WORD, 1 << (self.open % WORD));
        if object {
            self.objects[word] |= bit;
        } else {
            self.objects[word] &= !bit;
        }
        self.open += 1;
        true
    }

    /// Leaves the innermost container.
    pub fn leave(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// Whether the innermost container is an object.
    #[must_use]
    pub fn in_object(&self) -> bool {
        let top = self.open.wrapping_sub(1);
        self.objects.get(top / WORD).is_some_and(|word| word & (1 << (top % WORD)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, Nesting};

    #[test]
    fn containers_are_remembered_in_order_across_words() {
        let mut nesting = Nesting::new(200);
        for level in 0..200 {
            assert!(nesting.enter(level % 3 == 0));
        }
        assert!(!nesting.enter(true));
        for level in (0..200).rev() {
            assert_eq!(nesting.in_object(), level % 3 == 0, "{level}");
            nesting.leave();
        }
        assert!(!nesting.in_object());
    }

    #[test]
    fn no_limit_passes_the_deepest() {
        let mut nesting = Nesting::new(usize::MAX);
        assert!((0..DEEPEST).all(|_| nesting.enter(false)));
        assert!(!nesting.enter(false));
        assert_eq!(nesting.open(), DEEPEST);
    }
}
