//! The first half: every element read, judged by itself, and spilled by its image.

use super::annotation::{Annotation, Fill, Kind};
use super::category::Category;
use super::compact::compact;
use super::document::{Place, Section, Visit};
use super::entry::{Head, Tag, pack_image, pack_part, part_bytes};
use super::fault::{Fault as Told, Finding, Rule, Severities, Verdicts};
use super::image::Image;
use super::others::Others;
use super::spill::{Spill, hash};
use super::twice::{Seen, Twice, What};
use crate::code::Fault;
use crate::cursor::Cursor;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of elements that are held for all files together.
const HELD_BYTES: usize = 8 << 20;
/// Names of keys that are counted one by one; all others are counted together.
const MOST_NAMES: usize = 64;
/// Characters of a name that are kept.
const NAME_CHARACTERS: usize = 40;

/// What is wanted of a document.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Which kinds of rows, by the number of [`Kind`].
    pub kinds: [bool; Kind::ALL.len()],
    /// Whether crowds become rows.
    pub crowds: bool,
    /// Whether an object of several polygons becomes one mask.
    pub merge: bool,
    /// Whether elements are kept as they are ([`super::unit`]) instead of made into rows.
    pub whole: bool,
    /// How severe each rule is.
    pub severities: Severities,
}

/// A category that is known by its id: its number among all that are sound, unless two differ.
pub type Known = HashMap<i64, Option<usize>>;

/// What is held of a document while it is read.
pub struct Reader {
    /// What is wanted.
    pub wanted: Wanted,
    /// Images and annotations, by the image's id.
    pub spill: Spill,
    /// Ids and names.
    pub twice: Twice,
    /// Faults and warnings.
    pub verdicts: Verdicts,
    /// What rows cannot carry, by kind.
    pub losses: BTreeMap<String, u64>,
    /// Categories that are sound, in their order.
    pub categories: Vec<Category>,
    /// Numbers of categories by id.
    pub known: Known,
    /// Whether there was a panoptic picture.
    pub panoptic: bool,
    /// The first thing that the disk would not do.
    pub trouble: Option<io::Error>,
    names: usize,
    compact: Vec<u8>,
    annotation: Annotation,
    image: Image,
    category: Category,
}

impl Reader {
    /// Spills to a folder that exists, spread over `count` files.
    #[must_use]
    pub fn new(folder: &Path, count: usize, wanted: Wanted) -> Self {
        let asked = |kind: Kind| wanted.kinds[kind as usize];
        let fill = match (asked(Kind::Mask), asked(Kind::Polygon), wanted.merge) {
            (true, false, _) => Fill::All,
            (_, _, true) => Fill::Several,
            _ => Fill::Nothing,
        };
        Self {
            wanted,
            spill: Spill::new(folder, "coco", count, HELD_BYTES),
            twice: Twice::new(folder, count),
            verdicts: Verdicts::new(wanted.severities),
            losses: BTreeMap::new(),
            categories: Vec::new(),
            known: HashMap::new(),
            panoptic: false,
            trouble: None,
            names: 0,
            compact: Vec::new(),
            annotation: Annotation::new(fill),
            image: Image::default(),
            category: Category::default(),
        }
    }

    /// Counts what rows cannot carry.
    pub fn lose(&mut self, kind: &str, count: u64) {
        if count == 0 {
            return;
        }
        match self.losses.get_mut(kind) {
            Some(counted) => *counted += count,
            None => drop(self.losses.insert(kind.to_owned(), count)),
        }
    }

    // Keys that are not known, each by its name as long as they are few.
    fn lose_key(&mut self, of: &str, name: &str) {
        let short: String = name.chars().take(NAME_CHARACTERS).collect();
        let kind = format!("{of}-keys: {short}");
        let known = self.losses.contains_key(&kind);
        self.names += usize::from(!known);
        let others = format!("{of}-keys");
        self.lose(if known || self.names <= MOST_NAMES { &kind } else { &others }, 1);
    }

    fn lose_keys(&mut self, of: &str, text: &str, keys: &Others, origin: usize) {
        for key in keys.kept() {
            let quoted = text.get(key.start - origin..key.end - origin).unwrap_or_default();
            self.lose_key(of, quoted.trim_matches('"'));
        }
        if keys.more() > 0 {
            self.lose(&format!("{of}-keys"), keys.more());
        }
    }

    fn keep(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            self.trouble.get_or_insert(error);
        }
    }

    // Decides on what was found in an element; true when it is refused, which is then told.
    fn refuse(
        &mut self,
        findings: &[Finding],
        (origin, text): (usize, &str),
        (section, place): (Section, Place),
    ) -> bool {
        let verdicts = &mut self.verdicts;
        let mut refusing = findings.iter().filter(|one| verdicts.refuses(one.rule, one.mild));
        let Some(first) = refusing.next() else { return false };
        drop(refusing);
        let span = first.span.start - origin..first.span.end - origin;
        let root = format!("$.{}[{}]", section.name(), place.index);
        let finding = Finding { span, ..first.clone() };
        let (path, found) = finding.told(text, &root);
        self.verdicts.faults.push(told(first.rule, place, path, found));
        true
    }

    fn commit_annotation(&mut self, text: &str, place: Place) {
        let annotation = std::mem::take(&mut self.annotation);
        let origin = annotation.origin;
        self.panoptic |= annotation.panoptic;
        // A document that is kept as it is loses none.
        if !annotation.others.is_empty() && !self.wanted.whole {
            let of = if annotation.panoptic { "picture" } else { "annotation" };
            self.lose_keys(of, text, &annotation.others, origin);
        }
        let refused = !annotation.findings.is_empty()
            && self.refuse(&annotation.findings, (origin, text), (Section::Annotations, place));
        if refused {
            self.set_incomplete(annotation.image.id());
        } else if annotation.panoptic {
            self.spill_picture(&annotation, (text, place));
        } else if annotation.crowd && !self.wanted.crowds {
            self.lose("crowds-left-out", 1);
        } else {
            self.spill_annotation(&annotation, text, place);
        }
        self.annotation = annotation;
    }

    fn set_incomplete(&mut self, image: Option<i64>) {
        if let Some(image) = image {
            let partition = self.spill.place(hash(image));
            let head = Head::of(Tag::Incomplete, image);
            let done = self.spill.add(partition, |to| head.pack(0, to));
            self.keep(done);
        }
    }

    fn spill_picture(&mut self, annotation: &Annotation, (text, place): (&str, Place)) {
        let Some(image) = annotation.image.id() else { return };
        let head = headed(Tag::Picture, image, place);
        let done = self.spill.add(self.spill.place(hash(image)), |to| {
            head.pack(text.len(), to);
            to.extend_from_slice(text.as_bytes());
        });
        self.keep(done);
    }

    fn spill_annotation(&mut self, annotation: &Annotation, text: &str, place: Place) {
        let (Some(image), Some(category), Some(id)) =
            (annotation.image.id(), annotation.category.id(), annotation.id.id())
        else {
            return;
        };
        let partition = self.spill.place(hash(image));
        let extent = annotation.extent;
        let head = Head {
            category,
            id,
            bounds: [extent.low[0], extent.low[1], extent.high[0], extent.high[1]],
            rle_size: annotation.rle_size.unwrap_or_default(),
            keypoint_numbers: annotation.keypoint_numbers.map_or(0, |numbers| numbers as u64 + 1),
            ..headed(Tag::Annotation, image, place)
        };
        let done = if self.wanted.whole {
            compact(text, &mut self.compact);
            let Self { spill, compact, .. } = self;
            spill.add(partition, |to| {
                head.pack(compact.len(), to);
                to.extend_from_slice(compact);
            })
        } else {
            self.spill_parts(annotation, &head, partition)
        };
        self.keep(done);
        let partition = u32::try_from(partition).unwrap_or(u32::MAX);
        let seen = Seen { what: What::Annotation, number: id, offset: place.offset, partition };
        let done = self.twice.add(seen);
        self.keep(done);
        if !self.wanted.whole {
            self.count(annotation);
        }
    }

    fn spill_parts(
        &mut self,
        annotation: &Annotation,
        head: &Head,
        partition: usize,
    ) -> io::Result<()> {
        let wanted = self.wanted.kinds;
        let asked = |kind: Kind| wanted[kind as usize];
        let parts = annotation.parts.iter().filter(|part| asked(part.kind));
        let behind = parts.clone().map(|part| part_bytes(part.span.len())).sum();
        let spelled = annotation.spelling.bytes();
        self.spill.add(partition, |to| {
            head.pack(behind, to);
            for part in parts {
                pack_part(part.kind as u8, part.ordinal, &spelled[part.span.clone()], to);
            }
        })
    }

    // What an annotation has that its rows have not.
    fn count(&mut self, annotation: &Annotation) {
        let mut counts = [0_u64; Kind::ALL.len()];
        for part in &annotation.parts {
            counts[part.kind as usize] += 1;
        }
        let wanted = self.wanted.kinds;
        let mut rows = 0;
        for (kind, count) in Kind::ALL.into_iter().zip(counts) {
            if wanted[kind as usize] {
                rows += count;
            } else {
                self.lose(LEFT_OUT[kind as usize], count);
            }
        }
        let polygons = counts[Kind::Polygon as usize];
        if polygons > 1 && wanted[Kind::Polygon as usize] {
            self.lose("several-polygons", 1);
        }
        self.lose("crowds", u64::from(annotation.crowd));
        self.lose("hidden-keypoints", annotation.hidden);
        self.lose("no-geometry", u64::from(rows == 0));
    }

    fn commit_image(&mut self, text: &str, place: Place) {
        let image = std::mem::take(&mut self.image);
        if !self.wanted.whole {
            self.lose_keys("image", text, &image.others, image.origin);
        }
        let at = (image.origin, text);
        let refused = self.refuse(&image.findings, at, (Section::Images, place));
        if let (false, Some(id)) = (refused, image.id.id()) {
            let [width, height] = image.size;
            let bounds = [width, height, 0.0, 0.0];
            let head = Head { bounds, ..headed(Tag::Image, id, place) };
            let partition = self.spill.place(hash(id));
            let name = image.file_name.as_bytes();
            self.compact.clear();
            if self.wanted.whole {
                compact(text, &mut self.compact);
            }
            let Self { spill, compact, .. } = self;
            let done = spill.add(partition, |to| pack_image(&head, name, compact, to));
            self.keep(done);
            let number = xxh3_64(name).cast_signed();
            let partition = u32::try_from(partition).unwrap_or(u32::MAX);
            let seen = Seen { what: What::FileName, number, offset: place.offset, partition };
            let done = self.twice.add(seen);
            self.keep(done);
        }
        self.image = image;
    }

    fn commit_category(&mut self, text: &str, place: Place) {
        let mut category = std::mem::take(&mut self.category);
        if self.wanted.whole {
            compact(text, &mut category.spelling);
        } else {
            self.lose_keys("category", text, &category.others, category.origin);
            self.lose("supercategories", u64::from(category.supercategory));
            self.lose("skeletons", u64::from(category.skeleton));
        }
        let at = (category.origin, text);
        if self.refuse(&category.findings, at, (Section::Categories, place)) {
            return;
        }
        let Some(id) = category.id.id() else { return };
        let number = self.categories.len();
        let Some(before) = self.known.insert(id, Some(number)) else {
            self.categories.push(category);
            return;
        };
        let same = before.is_some_and(|first| self.categories[first].name == category.name);
        self.known.insert(id, if same { before } else { None });
        if self.verdicts.refuses(Rule::Ids, same) {
            let path = format!("$.categories[{}].id", place.index);
            self.verdicts.faults.push(told(Rule::Ids, place, path, id.to_string()));
        }
    }
}

/// What is counted when a kind of row is not asked for, by the number of [`Kind`].
const LEFT_OUT: [&str; Kind::ALL.len()] =
    ["left-out: boxes", "left-out: polygons", "left-out: points", "left-out: masks"];

/// A head with the place of its element.
fn headed(tag: Tag, image: i64, place: Place) -> Head {
    let Place { index, offset, length, line } = place;
    Head { offset, length, line, index, ..Head::of(tag, image) }
}

/// A fault of an element, with its place.
#[must_use]
pub fn told(rule: Rule, place: Place, path: String, found: String) -> Told {
    let Place { offset, length, line, .. } = place;
    Told { rule: rule as u8, offset, length, line, path, found }
}

impl Visit for Reader {
    fn read(&mut self, section: Section, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        match section {
            Section::Annotations => self.annotation.read(cursor),
            Section::Images => self.image.read(cursor),
            Section::Categories => self.category.read(cursor),
            Section::Other => cursor.value().map(drop),
        }
    }

    fn commit(&mut self, section: Section, text: &str, place: Place) {
        match section {
            Section::Annotations => self.commit_annotation(text, place),
            Section::Images => self.commit_image(text, place),
            Section::Categories => self.commit_category(text, place),
            Section::Other => {}
        }
    }

    fn other(&mut self, key: &str) {
        self.lose_key("document", key);
    }
}
