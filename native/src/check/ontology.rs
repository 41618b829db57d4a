//! An ontology, compiled: one node a feature, and one table from (parent, kind of key, key) to it.

use super::tokens::head;

/// The node above the features; it also stands for what is not known.
pub const ROOT: u32 = 0;

/// What a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "most are the types of the format by their names")]
pub enum Type {
    /// Not known, so nothing is judged by it.
    Unknown,
    Rectangle,
    Polygon,
    Line,
    Point,
    /// `raster-segmentation` and the older `superpixel`.
    Raster,
    Entity,
    Edge,
    SingleSelection,
    MultiSelection,
    Ranking,
    Text,
    Radio,
    Checklist,
    /// An option of a question.
    Option,
    /// `prompt` and the `response-…` types, of project kinds that are no more.
    Retired,
    /// It has no row form.
    Formless,
}

impl Type {
    /// Reads the type of a tool.
    #[must_use]
    pub fn of_tool(text: &str) -> Self {
        match text {
            "rectangle" => Self::Rectangle,
            "polygon" => Self::Polygon,
            "line" => Self::Line,
            "point" => Self::Point,
            "raster-segmentation" | "superpixel" => Self::Raster,
            "named-entity" => Self::Entity,
            "edge" => Self::Edge,
            "message-single-selection" => Self::SingleSelection,
            "message-multi-selection" => Self::MultiSelection,
            "message-ranking" => Self::Ranking,
            "cuboid" | "marker" | "step-reasoning" | "fact-checking" | "prompt-issue" => {
                Self::Formless
            }
            _ => Self::Unknown,
        }
    }

    /// Reads the type of a classification.
    #[must_use]
    pub fn of_classification(text: &str) -> Self {
        match text {
            "text" => Self::Text,
            "radio" => Self::Radio,
            "checklist" => Self::Checklist,
            "prompt" | "response-text" | "response-radio" | "response-checklist" => Self::Retired,
            "group" => Self::Formless,
            _ => Self::Unknown,
        }
    }

    /// The type as it is spelled in reports; of tools and questions in the ontology's own word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Rectangle => "rectangle",
            Self::Polygon => "polygon",
            Self::Line => "line",
            Self::Point => "point",
            Self::Raster => "raster-segmentation",
            Self::Entity => "named-entity",
            Self::Edge => "edge",
            Self::SingleSelection => "message-single-selection",
            Self::MultiSelection => "message-multi-selection",
            Self::Ranking => "message-ranking",
            Self::Text => "text",
            Self::Radio => "radio",
            Self::Checklist => "checklist",
            Self::Option => "option",
            Self::Retired => "retired",
            Self::Formless => "formless",
        }
    }

    /// What rows of such a feature carry, as advice to people; empty where nobody can say.
    #[must_use]
    pub fn takes(self) -> &'static str {
        match self {
            Self::Rectangle => "it is a rectangle tool, which takes bbox",
            Self::Polygon => "it is a polygon tool, which takes polygon",
            Self::Line => "it is a line tool, which takes line",
            Self::Point => "it is a point tool, which takes point",
            Self::Raster => "it is a mask tool, which takes mask, or masks on videos",
            Self::Entity => "it is an entity tool, which takes location or textSelections",
            Self::Edge => "it is an edge tool, which takes relationship",
            Self::SingleSelection => "it takes tasks of the format message-single-selection",
            Self::MultiSelection => "it takes tasks of the format message-multi-selection",
            Self::Ranking => "it takes tasks of the format message-ranking",
            Self::Text => "it is a text question, whose answer is a text",
            Self::Radio => "it is a radio, whose answer is one option",
            Self::Checklist => "it is a checklist, whose answer is a list of options",
            Self::Unknown | Self::Option | Self::Retired | Self::Formless => "",
        }
    }

    /// Whether it is a question.
    #[must_use]
    pub fn is_question(self) -> bool {
        matches!(self, Self::Text | Self::Radio | Self::Checklist)
    }
}

/// What a key is a key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `name`, or the label of an option.
    Name,
    /// `featureSchemaId`
    SchemaId,
    /// The value of an option whose label is another.
    Value,
}

/// One feature or option.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub form: Type,
    /// Whether a question is asked of each frame or message: its scope is `index`.
    pub indexed: bool,
    /// Whether anything stands below it.
    pub parent: bool,
    /// Its name or label.
    pub name: String,
    /// Its `featureSchemaId`; empty when it has none.
    pub id: String,
    /// Whether every label must have it; what stands below others is never required.
    pub required: bool,
}

/// A feature as it is told: its name, its type, its schema id, and whether it is required.
pub type Feature<'o> = (&'o str, &'static str, &'o str, bool);

struct Entry {
    hash: u64,
    parent: u32,
    kind: Kind,
    key: String,
    node: u32,
    // The next entry of the same key, or `NONE`.
    twin: u32,
    // Of the first entry of a key: the last one of the same key, which may be itself.
    last: u32,
}

const NONE: u32 = u32::MAX;

/// The nodes, and the table that finds them. Names are compared exactly.
pub struct Ontology {
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    slots: Vec<u32>,
    ids: bool,
}

impl Default for Ontology {
    fn default() -> Self {
        let (name, id, form) = (String::new(), String::new(), Type::Unknown);
        let root = Node { form, indexed: false, parent: false, name, id, required: false };
        Self { nodes: vec![root], entries: Vec::new(), slots: vec![NONE; 64], ids: false }
    }
}

impl Ontology {
    /// How many features there are: tools, options and classifications.
    #[must_use]
    pub fn count(&self) -> usize {
        self.nodes.len() - 1
    }

    /// A node by its number; the root for a number that is none.
    #[must_use]
    #[inline]
    pub fn node(&self, number: u32) -> &Node {
        self.nodes.get(number as usize).unwrap_or(&self.nodes[ROOT as usize])
    }

    /// Whether any feature has a schema id, so that one which is not found is wrong.
    #[must_use]
    pub fn has_ids(&self) -> bool {
        self.ids
    }

    /// Puts a node below `parent` and gives its number.
    pub fn add(&mut self, parent: u32, node: Node) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(ROOT);
        self.nodes[parent as usize].parent = true;
        self.nodes.push(node);
        number
    }

    /// Lets a node be found; false when another one has the key already.
    pub fn name(&mut self, parent: u32, kind: Kind, key: &str, node: u32) -> bool {
        self.ids |= kind == Kind::SchemaId;
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let (hash, entry) = (hash(parent, kind, key.as_bytes()), self.entries.len());
        let number = u32::try_from(entry).unwrap_or(NONE);
        let key = key.to_owned();
        self.entries.push(Entry { hash, parent, kind, key, node, twin: NONE, last: number });
        self.link(number)
    }

    // Behind the last of its twins, or into a free slot.
    fn link(&mut self, number: u32) -> bool {
        let entry = &self.entries[number as usize];
        let (hash, parent, kind, key) = (entry.hash, entry.parent, entry.kind, &entry.key);
        match self.seek(hash, parent, kind, key.as_bytes()) {
            Ok(first) => {
                let last = std::mem::replace(&mut self.entries[first].last, number);
                self.entries[last as usize].twin = number;
                false
            }
            Err(slot) => {
                self.slots[slot] = number;
                true
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![NONE; self.slots.len() * 2];
        for (number, entry) in (0..).zip(&mut self.entries) {
            (entry.twin, entry.last) = (NONE, number);
        }
        for number in 0..self.entries.len() {
            self.link(u32::try_from(number).unwrap_or(NONE));
        }
    }

    // The first entry of a key, or the slot where it would stand.
    #[inline]
    fn seek(&self, hash: u64, parent: u32, kind: Kind, key: &[u8]) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
        let mut slot = hash as usize & mask;
        loop {
            let number = self.slots[slot] as usize;
            let Some(entry) = self.entries.get(number) else { return Err(slot) };
            // Of a place only one key in all likelihood has this hash.
            let same = entry.hash == hash && entry.parent == parent && entry.kind == kind;
            if same && equal(entry.key.as_bytes(), key) {
                return Ok(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The nodes below `parent` that have this key, in the order of the ontology.
    #[inline]
    #[must_use]
    pub fn find(&self, parent: u32, kind: Kind, key: &[u8]) -> Found<'_> {
        let first = self.seek(hash(parent, kind, key), parent, kind, key);
        let next = first.map_or(NONE, |number| u32::try_from(number).unwrap_or(NONE));
        Found { entries: &self.entries, next }
    }

    /// Each node by its number; that of number 0 is unknown.
    #[must_use]
    pub fn features(&self) -> Vec<Feature<'_>> {
        let nodes = self.nodes.iter();
        nodes.map(|node| (&*node.name, node.form.name(), &*node.id, node.required)).collect()
    }

    /// The names below `parent`, for advice.
    pub fn names(&self, parent: u32) -> impl Iterator<Item = &str> {
        let below = move |entry: &&Entry| entry.parent == parent && entry.kind == Kind::Name;
        self.entries.iter().filter(below).map(|entry| entry.key.as_str())
    }
}

// Names are short, and an ontology has at most thousands: two multiplications are enough.
#[inline]
fn hash(parent: u32, kind: Kind, key: &[u8]) -> u64 {
    let place = u64::from(parent) << 2 | kind as u64;
    let ends = match key.last_chunk::<8>() {
        Some(tail) => middle(key) ^ u64::from_le_bytes(*tail).rotate_left(29),
        None => head(key),
    };
    let mixed = (ends ^ place.wrapping_mul(FACTORS[0])).wrapping_mul(FACTORS[1]);
    mixed ^ mixed >> 32 ^ key.len() as u64
}

// Names are too short for a call.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() || one.len() > 16 {
        return one == other;
    }
    match (one.first_chunk::<8>(), one.last_chunk::<8>()) {
        (Some(_), Some(_)) => {
            one.first_chunk::<8>() == other.first_chunk::<8>()
                && one.last_chunk::<8>() == other.last_chunk::<8>()
        }
        _ => head(one) == head(other),
    }
}

const FACTORS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];

// All of a name but its last bytes, eight by eight.
#[inline]
fn middle(key: &[u8]) -> u64 {
    let words = key[..key.len() - 1].as_chunks::<8>().0.iter();
    words.fold(0, |sum, word| {
        (sum ^ u64::from_le_bytes(*word)).wrapping_mul(FACTORS[0]).rotate_left(31)
    })
}

/// Nodes of one key.
pub struct Found<'o> {
    entries: &'o [Entry],
    next: u32,
}

impl Iterator for Found<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let entry = self.entries.get(self.next as usize)?;
        self.next = entry.twin;
        Some(entry.node)
    }
}
