//! What is spilled to disk: images and annotations, each in the partition of its image's id.
//!
//! An entry is a head of words and then bytes; it lives no longer than one conversion.

/// Words of a head.
const WORDS: usize = 14;
/// Bytes of a head.
pub const HEAD_BYTES: usize = 8 * WORDS;
/// Bytes before the name of an image: its length.
const NAME_BYTES: usize = 4;
/// Bytes before the payload of a part: kind, ordinal, length.
const PART_BYTES: usize = 9;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
#[expect(missing_docs, reason = "said by what reads them")]
pub enum Tag {
    Image,
    Annotation,
    /// The annotation of a panoptic picture; its text follows.
    Picture,
    /// Something of an image was refused, so its rows are not all.
    Incomplete,
    /// The annotation at an offset has an id that another has.
    Twice,
}

/// The fixed part of an entry. What an entry does not have is zero.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// What it is.
    pub tag: Tag,
    /// Offset of the element in the document.
    pub offset: u64,
    /// Bytes of the element.
    pub length: u64,
    /// Line of the element.
    pub line: u64,
    /// Number of the element in its array.
    pub index: u64,
    /// The image's id.
    pub image: i64,
    /// The category's id.
    pub category: i64,
    /// The annotation's id.
    pub id: i64,
    /// Of an image width and height, of an annotation its bounds.
    pub bounds: [f64; 4],
    /// How many numbers the keypoints have, one more than that.
    pub keypoint_numbers: u64,
    /// Height and width of an RLE.
    pub rle_size: [u32; 2],
}

impl Head {
    /// An entry of which only the image is known.
    #[must_use]
    pub fn of(tag: Tag, image: i64) -> Self {
        Self {
            tag,
            offset: 0,
            length: 0,
            line: 0,
            index: 0,
            image,
            category: 0,
            id: 0,
            bounds: [0.0; 4],
            keypoint_numbers: 0,
            rle_size: [0; 2],
        }
    }

    /// Appends the head of an entry that has so many bytes behind it.
    #[expect(clippy::cast_sign_loss, reason = "the bits are what is kept")]
    pub fn pack(&self, behind: usize, to: &mut Vec<u8>) {
        let [b0, b1, b2, b3] = self.bounds.map(f64::to_bits);
        let words: [u64; WORDS] = [
            self.tag as u64 | (behind as u64) << 8,
            self.offset,
            self.length,
            self.line,
            self.index,
            self.image as u64,
            self.category as u64,
            self.id as u64,
            b0,
            b1,
            b2,
            b3,
            self.keypoint_numbers,
            u64::from(self.rle_size[0]) << 32 | u64::from(self.rle_size[1]),
        ];
        for word in words {
            to.extend_from_slice(&word.to_le_bytes());
        }
    }

    #[expect(clippy::cast_possible_wrap, reason = "the bits are what was kept")]
    fn unpack(bytes: &[u8; HEAD_BYTES]) -> (Self, usize) {
        let words = bytes.as_chunks::<8>().0;
        let word = |at: usize| u64::from_le_bytes(words[at]);
        let tag = match word(0) & 0xff {
            0 => Tag::Image,
            1 => Tag::Annotation,
            2 => Tag::Picture,
            3 => Tag::Incomplete,
            _ => Tag::Twice,
        };
        let head = Self {
            tag,
            offset: word(1),
            length: word(2),
            line: word(3),
            index: word(4),
            image: word(5) as i64,
            category: word(6) as i64,
            id: word(7) as i64,
            bounds: [8, 9, 10, 11].map(|at| f64::from_bits(word(at))),
            keypoint_numbers: word(12),
            rle_size: [word(13) >> 32, word(13) & 0xffff_ffff]
                .map(|side| u32::try_from(side).unwrap_or_default()),
        };
        (head, usize::try_from(word(0) >> 8).unwrap_or(usize::MAX))
    }
}

/// An entry as it lies in a partition.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'p> {
    /// Where it begins.
    pub at: usize,
    /// The fixed part.
    pub head: Head,
    /// What follows it.
    pub behind: &'p [u8],
}

/// The entries of a partition, in their order.
pub struct Entries<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl<'p> Entries<'p> {
    /// Stands before the entry that begins at `at`.
    #[must_use]
    pub fn new(bytes: &'p [u8], at: usize) -> Self {
        Self { bytes, at }
    }
}

impl<'p> Iterator for Entries<'p> {
    type Item = Entry<'p>;

    fn next(&mut self) -> Option<Entry<'p>> {
        let at = self.at;
        let (head, rest) = self.bytes.get(at..)?.split_first_chunk::<HEAD_BYTES>()?;
        let (head, length) = Head::unpack(head);
        let behind = rest.get(..length)?;
        self.at = at + HEAD_BYTES + length;
        Some(Entry { at, head, behind })
    }
}

/// Appends an image: its name, and its element where that is kept.
pub fn pack_image(head: &Head, name: &[u8], element: &[u8], to: &mut Vec<u8>) {
    head.pack(NAME_BYTES + name.len() + element.len(), to);
    to.extend_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(name);
    to.extend_from_slice(element);
}

/// The name and the element of an image, given what is behind its head.
#[must_use]
pub fn unpack_image(behind: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = behind.split_first_chunk::<NAME_BYTES>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Appends one part of an annotation.
pub fn pack_part(kind: u8, ordinal: u32, payload: &[u8], to: &mut Vec<u8>) {
    to.push(kind);
    to.extend_from_slice(&ordinal.to_le_bytes());
    to.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(payload);
}

/// How many bytes a part takes.
#[must_use]
pub fn part_bytes(payload: usize) -> usize {
    PART_BYTES + payload
}

/// A part of an annotation as it lies in a partition.
#[derive(Clone, Copy, Debug)]
pub struct Part<'p> {
    /// Number of its kind.
    pub kind: u8,
    /// Its number among the parts of its kind.
    pub ordinal: u32,
    /// What the row carries.
    pub payload: &'p [u8],
}

/// The parts behind the head of an annotation.
pub struct Parts<'p>(pub &'p [u8]);

impl<'p> Iterator for Parts<'p> {
    type Item = Part<'p>;

    fn next(&mut self) -> Option<Part<'p>> {
        let (kind, rest) = self.0.split_first()?;
        let (ordinal, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (payload, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Part { kind: *kind, ordinal: u32::from_le_bytes(*ordinal), payload })
    }
}
