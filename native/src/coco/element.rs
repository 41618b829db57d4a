//! Where the elements of a COCO document stand, and which ids they have; nothing else is read.
//!
//! For whoever passes a document on as COCO: elements are found by the walk that makes rows of them.

use super::document::{Document, Place, Section, Visit};
use super::identity::Identity;
use crate::code::Fault;
use crate::cursor::Cursor;

/// Words of an element in a table.
pub const WORDS: usize = 5;

/// Bits that say which ids an element has.
const BITS: [u64; 3] = [1, 2, 4];
/// The members that hold the ids, in the order of their words and bits.
const IDS: [&str; 3] = ["id", "image_id", "category_id"];

/// Finds elements; `packed` grows by [`WORDS`] for each and may be taken away at any time.
#[derive(Debug, Default)]
pub struct Elements {
    /// Elements since it was emptied last, packed.
    pub packed: Vec<u64>,
    ids: [Identity; 3],
}

impl Visit for Elements {
    fn read(&mut self, _: Section, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.ids = Default::default();
        if cursor.peek() != Some(b'{') {
            return cursor.value().map(drop);
        }
        cursor.members(|cursor, key| {
            let text = cursor.whole();
            let value = cursor.value()?;
            let name = key.text(text).unwrap_or_default();
            if let Some(number) = IDS.iter().position(|id| *id == name) {
                self.ids[number] = Identity::read(text, value);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn commit(&mut self, section: Section, _: &str, place: Place) {
        let ids = self.ids.map(Identity::id);
        let there = BITS.iter().zip(ids).filter(|(_, id)| id.is_some());
        let flags: u64 = there.map(|(bit, _)| bit).sum();
        let [id, image, category] = ids.map(|id| id.unwrap_or_default().cast_unsigned());
        let length = place.length & 0xffff_ffff;
        let head = length | (section as u64) << 32 | flags << 40;
        self.packed.extend_from_slice(&[place.offset, head, id, image, category]);
    }

    fn other(&mut self, _: &str) {}
}

/// A document of which only the elements are looked for.
#[derive(Default)]
pub struct Search {
    /// The walk.
    pub document: Document,
    /// What it found.
    pub elements: Elements,
}
