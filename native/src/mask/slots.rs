//! Which slot a label has: an open table that is asked once a run, not once a pixel.

const EMPTY: u32 = u32::MAX;

/// Slots from 0 on, given to labels as they come.
#[derive(Debug)]
pub struct Slots {
    // Pairs of label and slot; a slot of EMPTY is a free place.
    places: Vec<(u32, u32)>,
    labels: Vec<u32>,
    most: usize,
    last: (u32, u32),
}

impl Slots {
    /// Makes a table that takes at most `most` labels.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { places: vec![(0, EMPTY); 256], labels: Vec::new(), most, last: (0, EMPTY) }
    }

    /// The labels in the order of their slots.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Gives the slot of a label, a new one if there is room; `None` when the table is full.
    pub fn slot(&mut self, label: u32) -> Option<usize> {
        if self.last.1 == EMPTY || self.last.0 != label {
            self.last = (label, self.look_up(label)?);
        }
        Some(self.last.1 as usize)
    }

    fn look_up(&mut self, label: u32) -> Option<u32> {
        let mut place = self.place(label);
        while self.places[place].1 != EMPTY {
            if self.places[place].0 == label {
                return Some(self.places[place].1);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
        if self.labels.len() >= self.most {
            return None;
        }
        let slot = u32::try_from(self.labels.len()).ok().filter(|slot| *slot != EMPTY)?;
        self.places[place] = (label, slot);
        self.labels.push(label);
        if 2 * self.labels.len() > self.places.len() {
            self.grow();
        }
        Some(slot)
    }

    fn place(&self, label: u32) -> usize {
        // Fibonacci hashing: the high bits of the product are the well mixed ones.
        let mixed = u64::from(label).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bits = self.places.len().trailing_zeros();
        usize::try_from(mixed >> (64 - bits)).expect("fewer bits than a place has")
    }

    fn grow(&mut self) {
        self.places = vec![(0, EMPTY); 4 * self.places.len()];
        for slot in 0..self.labels.len() {
            let label = self.labels[slot];
            let mut place = self.place(label);
            while self.places[place].1 != EMPTY {
                place = (place + 1) & (self.places.len() - 1);
            }
            self.places[place] = (label, u32::try_from(slot).expect("slots are u32"));
        }
    }
}
