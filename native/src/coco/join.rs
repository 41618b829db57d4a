//! The second half: annotations meet their images and categories, and become rows.

use super::annotation::Kind;
use super::document::Place;
use super::entry::{Entries, Entry, HEAD_BYTES, Head, Part, Parts, Tag, unpack_image};
use super::extent::Extent;
use super::fault::Rule;
use super::mask::payload;
use super::reader::{Reader, told};
use super::uuid5::Names;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;
use std::io::Write as _;
use std::ops::Range;

/// Bytes of rows that are given at once, but for the last annotation.
const CHUNK_BYTES: usize = 1 << 20;

/// The names of the features of one category, each as a JSON string.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// By the number of [`Kind`]; of points there is none.
    pub kinds: [Vec<u8>; Kind::ALL.len()],
    /// Of each keypoint.
    pub points: Vec<Vec<u8>>,
    /// Which of the kinds have rows.
    pub used: [bool; Kind::ALL.len()],
    /// Which of the keypoints have rows.
    pub used_points: Vec<bool>,
}

/// What a data row is called: the member that says it, and the key.
#[derive(Clone, Debug)]
pub struct Key {
    /// `globalKey` or `id`.
    pub member: String,
    /// Without escapes.
    pub value: String,
}

/// An image of the partition that is open.
#[derive(Debug)]
pub(super) struct Image {
    head: Head,
    pub(super) name: String,
    /// Where its element lies in the partition.
    pub(super) element: Range<usize>,
    /// Nothing when a map has none for it.
    pub(super) key: Option<Key>,
    /// Two images of this id differ.
    ambiguous: bool,
    pub(super) incomplete: bool,
    pub(super) rows: u64,
}

/// The partition that is open: the images of some ids, and their annotations.
#[derive(Default)]
pub struct Partition {
    pub(super) bytes: Vec<u8>,
    pub(super) images: Vec<Image>,
    /// Panoptic pictures: number of the image, and where they begin, in the order of the document.
    pub(super) pictures: Vec<(usize, usize)>,
    /// Annotations: number of the image, and where they begin, in the order of their rows.
    pub(super) order: Vec<(usize, usize)>,
    pub(super) twice: HashSet<u64>,
    pub(super) next: usize,
    head: RowHead,
}

pub(super) const NO_IMAGE: usize = usize::MAX;

impl Partition {
    /// Opens a partition of a document that is read to its end.
    ///
    /// # Errors
    /// What the disk says.
    pub fn open(&mut self, reader: &mut Reader, number: usize) -> io::Result<()> {
        reader.spill.take(number, &mut self.bytes)?;
        self.images.clear();
        self.order.clear();
        self.pictures.clear();
        self.twice.clear();
        (self.next, self.head) = Default::default();
        let numbers = self.read_images(reader);
        for Entry { at, head, .. } in Entries::new(&self.bytes, 0) {
            let image = numbers.get(&head.image).copied().unwrap_or(NO_IMAGE);
            match head.tag {
                Tag::Annotation => self.order.push((image, at)),
                Tag::Picture => self.pictures.push((image, at)),
                Tag::Twice => drop(self.twice.insert(head.offset)),
                Tag::Incomplete if image != NO_IMAGE => self.images[image].incomplete = true,
                Tag::Incomplete | Tag::Image => {}
            }
        }
        // Stable: annotations of one image stay in the order of the document.
        self.order.sort_by_key(|(image, _)| *image);
        Ok(())
    }

    fn read_images(&mut self, reader: &mut Reader) -> HashMap<i64, usize> {
        let mut numbers = HashMap::new();
        let entries = Entries::new(&self.bytes, 0);
        for Entry { at, head, behind } in entries.filter(|one| one.head.tag == Tag::Image) {
            let Some((name, element)) = unpack_image(behind) else { continue };
            let element =
                at + HEAD_BYTES + behind.len() - element.len()..at + HEAD_BYTES + behind.len();
            let image = Image::of(head, String::from_utf8_lossy(name).into_owned(), element);
            if let Some(first) = numbers.get(&head.image) {
                let first: &mut Image = &mut self.images[*first];
                let same = first.name == image.name;
                first.ambiguous |= !same;
                if reader.verdicts.refuses(Rule::Ids, same) {
                    let path = format!("$.images[{}].id", head.index);
                    let fault = told(Rule::Ids, place_of(&head), path, head.image.to_string());
                    reader.verdicts.faults.push(fault);
                    first.incomplete = true;
                }
            } else {
                numbers.insert(head.image, self.images.len());
                self.images.push(image);
            }
        }
        numbers
    }

    /// The file names of its images, in their order.
    #[must_use]
    pub fn file_names(&self) -> Vec<&str> {
        self.images.iter().map(|image| image.name.as_str()).collect()
    }

    /// Gives the images other keys, in their order.
    pub fn set_keys(&mut self, keys: Vec<Option<Key>>) {
        for (image, key) in self.images.iter_mut().zip(keys) {
            image.key = key;
        }
    }

    /// The images that have lost something to the rules, by key; complete when all rows are made.
    pub fn incomplete(&self) -> impl Iterator<Item = &Key> {
        self.images.iter().filter(|image| image.incomplete).filter_map(|image| image.key.as_ref())
    }

    /// The images' sizes, as far as they are known.
    pub fn sizes(&self) -> impl Iterator<Item = (&Key, [f64; 2])> {
        let sound = |image: &&Image| image.size().iter().all(|side| !side.is_nan());
        let images = self.images.iter().filter(sound);
        images.filter_map(|image| Some((image.key.as_ref()?, image.size())))
    }

    /// How many images have no row.
    #[must_use]
    pub fn without_rows(&self) -> u64 {
        self.images.iter().filter(|image| image.rows == 0).count() as u64
    }

    /// Appends rows to `rows` until a chunk is full, and gives how many they are; false behind the
    /// last.
    pub fn rows(
        &mut self,
        reader: &mut Reader,
        features: &mut [Features],
        rows: &mut Vec<u8>,
    ) -> u64 {
        let mut count = 0;
        while rows.len() < CHUNK_BYTES
            && let Some((image, at)) = self.order.get(self.next).copied()
        {
            self.next += 1;
            count += self.annotation(reader, features, (image, at), rows);
        }
        count
    }

    /// Whether all rows were given.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next == self.order.len()
    }

    fn annotation(
        &mut self,
        reader: &mut Reader,
        features: &mut [Features],
        (number, at): (usize, usize),
        rows: &mut Vec<u8>,
    ) -> u64 {
        let Some(Entry { head, behind, .. }) = Entries::new(&self.bytes, at).next() else {
            return 0;
        };
        let image = self.images.get_mut(number);
        let twice = self.twice.contains(&head.offset);
        if let Some((rule, member, found)) = fault_of(&head, image.as_deref(), twice, reader) {
            let path = format!("$.annotations[{}]{member}", head.index);
            reader.verdicts.faults.push(told(rule, place_of(&head), path, found));
            if let Some(image) = image {
                image.incomplete = true;
            }
            return 0;
        }
        let category = reader.known.get(&head.category).copied().flatten();
        let (Some(image), Some(category)) = (image, category) else { return 0 };
        let Some(key) = &image.key else {
            let path = format!("$.annotations[{}].image_id", head.index);
            let fault = told(Rule::Key, place_of(&head), path, image.name.clone());
            reader.verdicts.faults.push(fault);
            return 0;
        };
        if self.head.image != Some(number) {
            self.head = RowHead::of(number, key);
        }
        let (mut count, before) = (0, rows.len());
        for part in Parts(behind) {
            let Some(drawn) = drawn(part, image.size()) else {
                rows.truncate(before);
                image.incomplete = true;
                let path = format!("$.annotations[{}].segmentation", head.index);
                let fault = told(Rule::Size, place_of(&head), path, String::new());
                reader.verdicts.faults.push(fault);
                return 0;
            };
            let part = Part { payload: &drawn, ..part };
            self.head.row(&head, part, &mut features[category], rows);
            count += 1;
        }
        image.rows += count;
        count
    }
}

impl Image {
    fn of(head: Head, name: String, element: Range<usize>) -> Self {
        let key = Some(Key { member: "globalKey".to_owned(), value: name.clone() });
        Self { head, name, element, key, ambiguous: false, incomplete: false, rows: 0 }
    }

    // Whether it is of this height and width, or its own is not known.
    fn has_size(&self, [height, width]: [u32; 2]) -> bool {
        let sides = self.size().into_iter().zip([width, height]);
        sides.into_iter().all(|(own, side)| own.is_nan() || (own - f64::from(side)).abs() < 0.5)
    }

    /// Width and height; NaN where there is none.
    pub(super) fn size(&self) -> [f64; 2] {
        [self.head.bounds[0], self.head.bounds[1]]
    }
}

// The payload of a part: a mask is drawn now. Nothing when the image has no size to draw it in.
fn drawn(part: Part<'_>, size: [f64; 2]) -> Option<Cow<'_, [u8]>> {
    let mask = part.kind == Kind::Mask as u8;
    if mask { payload(part.payload, size).map(Cow::Owned) } else { Some(part.payload.into()) }
}

pub(super) fn place_of(head: &Head) -> Place {
    Place { index: head.index, offset: head.offset, length: head.length, line: head.line }
}

/// The rule that what lies on an image breaks when nobody knows which one.
pub(super) fn imageless(image: Option<&Image>) -> Option<Rule> {
    match image {
        None => Some(Rule::Image),
        Some(image) if image.ambiguous => Some(Rule::Ids),
        Some(_) => None,
    }
}

// The first rule that an annotation breaks together with others: the rule, the member, the quote.
pub(super) fn fault_of(
    head: &Head,
    image: Option<&Image>,
    twice: bool,
    reader: &mut Reader,
) -> Option<(Rule, &'static str, String)> {
    let Reader { verdicts, known, categories, .. } = reader;
    if let Some(rule) = imageless(image) {
        return Some((rule, ".image_id", head.image.to_string()));
    }
    let image = image?;
    let category = match known.get(&head.category) {
        None => return Some((Rule::Category, ".category_id", head.category.to_string())),
        Some(None) => return Some((Rule::Ids, ".category_id", head.category.to_string())),
        Some(Some(category)) => &categories[*category],
    };
    if twice && verdicts.refuses(Rule::Ids, false) {
        return Some((Rule::Ids, ".id", head.id.to_string()));
    }
    let [low_x, low_y, high_x, high_y] = head.bounds;
    let extent = Extent { low: [low_x, low_y], high: [high_x, high_y] };
    if !extent.inside(image.size()) && verdicts.refuses(Rule::Bounds, false) {
        let [width, height] = image.size();
        let found = format!("{low_x},{low_y} to {high_x},{high_y} in {width} x {height}");
        return Some((Rule::Bounds, "", found));
    }
    let other = head.rle_size != [0; 2] && !image.has_size(head.rle_size);
    if other && verdicts.refuses(Rule::Rle, false) {
        let [height, width] = head.rle_size;
        return Some((Rule::Rle, ".segmentation.size", format!("[{height},{width}]")));
    }
    let numbers = head.keypoint_numbers.checked_sub(1)?;
    let wrong = numbers != 3 * category.keypoints.len() as u64;
    (wrong && verdicts.refuses(Rule::Keypoints, false))
        .then(|| (Rule::Keypoints, ".keypoints", format!("{numbers} numbers")))
}

// What all rows of one data row have.
#[derive(Default)]
struct RowHead {
    image: Option<usize>,
    names: Option<Names>,
    reference: Vec<u8>,
    part: Vec<u8>,
}

impl RowHead {
    fn of(image: usize, key: &Key) -> Self {
        let mut reference = Vec::new();
        reference.extend_from_slice(b"\",\"dataRow\":{\"");
        reference.extend_from_slice(key.member.as_bytes());
        reference.extend_from_slice(b"\":");
        reference.extend_from_slice(&json(&key.value));
        reference.extend_from_slice(b"},\"name\":");
        let names = Some(Names::of(key.value.as_bytes()));
        Self { image: Some(image), names, reference, part: Vec::new() }
    }

    fn row(&mut self, head: &Head, part: Part<'_>, features: &mut Features, rows: &mut Vec<u8>) {
        let Some(names) = &self.names else { return };
        let kind = Kind::ALL[usize::from(part.kind) % Kind::ALL.len()];
        let (word, member): (&str, &[u8]) = match kind {
            Kind::Box => ("box", b",\"bbox\":"),
            Kind::Polygon => ("polygon", b",\"polygon\":"),
            Kind::Point => ("point", b",\"point\":"),
            Kind::Mask => ("mask", b",\"mask\":"),
        };
        features.used[kind as usize] = true;
        if kind == Kind::Point
            && let Some(used) = features.used_points.get_mut(part.ordinal as usize)
        {
            *used = true;
        }
        let name = match kind {
            Kind::Point => features.points.get(part.ordinal as usize),
            _ => features.kinds.get(kind as usize),
        };
        self.part.clear();
        // Writing to memory cannot fail.
        let _ = write!(self.part, "\n{} {word} {}", head.id, part.ordinal);
        rows.extend_from_slice(b"{\"uuid\":\"");
        rows.extend_from_slice(&names.uuid(&self.part));
        rows.extend_from_slice(&self.reference);
        rows.extend_from_slice(name.map_or(b"\"\"".as_slice(), Vec::as_slice));
        rows.extend_from_slice(member);
        rows.extend_from_slice(part.payload);
        rows.extend_from_slice(b"}\n");
    }
}

/// A string as JSON.
#[must_use]
pub fn json(text: &str) -> Vec<u8> {
    serde_json::to_vec(text).unwrap_or_default()
}
