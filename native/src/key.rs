//! Hashes of names: of the data row key, the feature name, and of whole rows.
//!
//! A key is hashed decoded and behind a tag byte that says what it is. Global keys are
//! case-insensitive, so they are folded first; this is the only fold in the house.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What a name is. The byte goes in front of what is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// A data row's id: `dataRow.id`.
    Id = b'i',
    /// A data row's global key: `dataRow.globalKey`.
    GlobalKey = b'g',
    /// A feature's name: `name`.
    Name = b'n',
    /// A feature's schema id: `schemaId`.
    SchemaId = b's',
}

/// Hashes names in a place that is used again, so that none costs an allocation, and remembers the
/// last data row key, since rows of one data row mostly stand together.
#[derive(Default)]
pub struct Hasher {
    buffer: Vec<u8>,
    last: Option<Tag>,
    last_key: Vec<u8>,
    hashes: ([u64; 2], u64),
}

impl Hasher {
    /// Both hashes of a data row key: [`Hasher::key`] in halves, and [`Hasher::spelling`].
    #[inline]
    pub fn reference(&mut self, tag: Tag, key: &[u8]) -> ([u64; 2], u64) {
        if self.last != Some(tag) || self.last_key != key {
            self.remember(tag, key);
        }
        self.hashes
    }

    #[inline(never)]
    fn remember(&mut self, tag: Tag, key: &[u8]) {
        self.hashes = (halves(self.key(tag, key)), self.spelling(tag, key));
        self.last = Some(tag);
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
    }

    /// The 128-bit hash by which rows of one data row find each other: folded if a global key.
    pub fn key(&mut self, tag: Tag, key: &[u8]) -> u128 {
        if tag == Tag::GlobalKey && !key.is_ascii() {
            return xxh3_128(self.tagged(tag, folded(key).as_bytes()));
        }
        let tagged = self.tagged(tag, key);
        if tag == Tag::GlobalKey {
            tagged.make_ascii_lowercase();
        }
        xxh3_128(tagged)
    }

    /// The 64-bit hash of a name exactly as it is spelled.
    #[inline]
    pub fn spelling(&mut self, tag: Tag, name: &[u8]) -> u64 {
        xxh3_64(self.tagged(tag, name))
    }

    // The name behind its tag.
    #[inline]
    fn tagged(&mut self, tag: Tag, name: &[u8]) -> &mut [u8] {
        self.buffer.clear();
        self.buffer.push(tag as u8);
        self.buffer.extend_from_slice(name);
        &mut self.buffer
    }
}

// Unicode lower case, each character by itself, so that the fold of a name does not depend on
// where in it a character stands (a final sigma folds like any other).
fn folded(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().flat_map(char::to_lowercase).collect()
}

/// The hash of one key; see [`Hasher::key`].
#[must_use]
pub fn key_hash(tag: Tag, key: &str) -> u128 {
    Hasher::default().key(tag, key.as_bytes())
}

/// The halves of 128 bits, low first, as they stand in every table.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
#[inline]
pub fn halves(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}

#[cfg(test)]
mod tests {
    use super::{Hasher, Tag, key_hash};
    use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

    #[test]
    fn global_keys_are_folded_and_ids_are_not() {
        let table = [
            ("Photo.JPG", "photo.jpg", true),
            ("ÉTÉ", "été", true),
            ("ΣΑΣ", "σασ", true),
            ("İ", "i\u{307}", true),
            ("straße", "STRASSE", false),
            ("a", "b", false),
        ];
        for (one, other, equal) in table {
            let hashes = [one, other].map(|key| key_hash(Tag::GlobalKey, key));
            assert_eq!(hashes[0] == hashes[1], equal, "{one} {other}");
            assert_ne!(key_hash(Tag::Id, one), key_hash(Tag::Id, other), "{one} {other}");
        }
    }

    #[test]
    fn the_tag_is_part_of_what_is_hashed() {
        assert_eq!(key_hash(Tag::Id, "Ab"), xxh3_128(b"iAb"));
        assert_eq!(key_hash(Tag::GlobalKey, "Ab"), xxh3_128(b"gab"));
        assert_eq!(Hasher::default().spelling(Tag::GlobalKey, b"Ab"), xxh3_64(b"gAb"));
        assert_eq!(Hasher::default().spelling(Tag::Name, b""), xxh3_64(b"n"));
    }
}
