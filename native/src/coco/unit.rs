//! A document that is split: each image with all its annotations is one unit, kept as it is spelled.
//!
//! Elements are written with a comma before each, so that neighbours can be sent as they lie.

use super::document::Place;
use super::entry::{Entries, Entry, Head};
use super::fault::Rule;
use super::join::{Partition, fault_of, place_of};
use super::reader::{Reader, told};
use crate::key::{Tag, halves, key_hash};

/// Bytes of annotations that are given at once, but for the last unit.
const CHUNK_BYTES: usize = 4 << 20;

/// What a call gives. `table` holds UNITs and `parts` PARTs, whose twins are in
/// `bulkimport/native.py`; offsets in a UNIT are those in `images`, `annotations` and `parts`.
#[derive(Debug, Default)]
pub struct Units {
    /// Elements of images, a comma before each.
    pub images: Vec<u8>,
    /// Elements of annotations, a comma before each.
    pub annotations: Vec<u8>,
    /// One UNIT an image.
    pub table: Vec<u64>,
    /// One PART an annotation.
    pub parts: Vec<u64>,
    /// Good annotations that are kept back with others of their image.
    pub held: Vec<Place>,
    count: u64,
}

/// What every unit must keep to.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// Bytes that a unit and its categories may have together.
    pub room: usize,
    /// Whether an image that lost an annotation to the rules is kept back.
    pub hold: bool,
}

impl Partition {
    /// Appends units until a chunk is full.
    pub fn units(&mut self, reader: &mut Reader, fit: Fit, units: &mut Units) {
        let mut good = Vec::new();
        while units.annotations.len() < CHUNK_BYTES
            && let Some((number, _)) = self.order.get(self.next).copied()
        {
            let first = self.next;
            let alike = self.order[first..].iter().take_while(|(image, _)| *image == number);
            self.next += alike.count();
            good.clear();
            for at in first..self.next {
                good.extend(self.judged(reader, number, self.order[at].1));
            }
            self.unit(reader, fit, (number, &good), units);
        }
    }

    // The annotation at a place with the number of its category, unless it is refused.
    fn judged(&mut self, reader: &mut Reader, number: usize, at: usize) -> Option<(usize, usize)> {
        let Entry { head, .. } = Entries::new(&self.bytes, at).next()?;
        let image = self.images.get_mut(number);
        let twice = self.twice.contains(&head.offset);
        if let Some((rule, member, found)) = fault_of(&head, image.as_deref(), twice, reader) {
            refuse(reader, &head, rule, (member, found));
            if let Some(image) = image {
                image.incomplete = true;
            }
            return None;
        }
        let category = reader.known.get(&head.category).copied().flatten()?;
        let image = image?;
        if image.key.is_none() {
            refuse(reader, &head, Rule::Key, (".image_id", image.name.clone()));
            return None;
        }
        if reader.categories[category].foreign && reader.verdicts.refuses(Rule::Class, false) {
            let name = reader.categories[category].name.clone();
            refuse(reader, &head, Rule::Class, (".category_id", name));
            image.incomplete = true;
            return None;
        }
        Some((at, category))
    }

    fn unit(
        &mut self,
        reader: &mut Reader,
        fit: Fit,
        (number, good): (usize, &[(usize, usize)]),
        units: &mut Units,
    ) {
        let Some(image) = self.images.get_mut(number).filter(|_| !good.is_empty()) else { return };
        let entries = || good.iter().filter_map(|(at, _)| Entries::new(&self.bytes, *at).next());
        if fit.hold && image.incomplete {
            units.held.extend(entries().map(|entry| place_of(&entry.head)));
            return;
        }
        let mut used: Vec<usize> = good.iter().map(|(_, category)| *category).collect();
        used.sort_unstable();
        used.dedup();
        let categories = used.iter().map(|used| reader.categories[*used].spelling.len() + 1);
        let annotations: usize = entries().map(|entry| entry.behind.len() + 1).sum();
        let size = image.element.len() + 1 + annotations + categories.sum::<usize>();
        if size > fit.room {
            for Entry { head, .. } in entries() {
                refuse(reader, &head, Rule::Fit, (".image_id", image.name.clone()));
            }
            return;
        }
        image.rows += good.len() as u64;
        units.begin(&image.name, &self.bytes[image.element.clone()], good.len(), annotations);
        for (at, category) in good {
            let Some(Entry { head, behind, .. }) = Entries::new(&self.bytes, *at).next() else {
                continue;
            };
            units.annotation(&head, behind, *category);
        }
    }
}

fn refuse(reader: &mut Reader, head: &Head, rule: Rule, (member, found): (&str, String)) {
    let path = format!("$.annotations[{}]{member}", head.index);
    reader.verdicts.faults.push(told(rule, place_of(head), path, found));
}

impl Units {
    fn begin(&mut self, name: &str, image: &[u8], count: usize, bytes: usize) {
        let [low, high] = halves(key_hash(Tag::Id, name));
        self.table.extend_from_slice(&[
            low,
            high,
            self.images.len() as u64,
            self.annotations.len() as u64,
            bytes as u64,
            self.count,
            pair(image.len() as u64 + 1, count as u64),
            0,
        ]);
        self.count += count as u64;
        self.images.push(b',');
        self.images.extend_from_slice(image);
    }

    fn annotation(&mut self, head: &Head, element: &[u8], category: usize) {
        self.annotations.push(b',');
        self.annotations.extend_from_slice(element);
        let length = element.len() as u64 + 1;
        self.parts.extend_from_slice(&[head.offset, pair(length, head.line), category as u64]);
    }
}

// Two words of four bytes; what is larger stays at the largest.
fn pair(low: u64, high: u64) -> u64 {
    low.min(u32::MAX.into()) | high.min(u32::MAX.into()) << 32
}
