//! What names a feature, and what it is bound to: R-NAME, R-ONT, R-CLS-5.

use super::ontology::{Kind, Ontology, ROOT, Type};
use super::report::Near;
use super::rule::Rule;
use super::spelling::{Spelling, characters};
use super::walk::Walk;
use super::word::Word;

/// R-NAME-2: characters of a schema id.
const SCHEMA_ID_CHARACTERS: usize = 25;

const RETIRED: &str = "prompts and responses are of a project kind that is no more";

/// The name and the schema id of something, with the places where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// `name`
    pub name: Option<(usize, Spelling)>,
    /// `schemaId`
    pub id: Option<(usize, Spelling)>,
}

/// What a name is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Nobody can say: no ontology, or no names in it that would tell.
    Unjudged,
    /// Nothing of that name is there.
    Astray,
    /// This node.
    To(u32),
}

impl Bound {
    /// The node, if there is one.
    #[must_use]
    pub fn node(self) -> Option<u32> {
        match self {
            Self::To(node) => Some(node),
            _ => None,
        }
    }
}

impl Walk<'_, '_> {
    /// R-NAME-1, 2, 4: reads what names the object at `at`.
    pub fn identity(&mut self, name: Option<usize>, id: Option<usize>, at: usize) -> Identity {
        if name.is_none() && id.is_none() {
            self.missing(Rule::NameMissing, at);
        }
        Identity { name: self.name(name), id: self.schema_id(id) }
    }

    fn name(&mut self, at: Option<usize>) -> Option<(usize, Spelling)> {
        let at = at?;
        self.go(at);
        let text = self.string()?;
        if text.start == text.end {
            self.fault(Rule::NameEmpty, at);
            return None;
        }
        Some((at, self.spell(text)))
    }

    fn schema_id(&mut self, at: Option<usize>) -> Option<(usize, Spelling)> {
        let at = at?;
        self.go(at);
        let text = self.string()?;
        let id = self.spell(text);
        if characters(self.spelled(id)) == SCHEMA_ID_CHARACTERS {
            return Some((at, id));
        }
        self.fault(Rule::SchemaIdLength, at);
        None
    }

    /// Finds what a name stands for below `parent`. Of several of one name the first that `fits`
    /// is taken. Nothing is told but names that disagree, stand twice, or are an option's value.
    pub fn bind(&mut self, parent: u32, identity: Identity, fits: impl Fn(Type) -> bool) -> Bound {
        let Some(ontology) = &self.spec.ontology else { return Bound::Unjudged };
        let by_id = identity
            .id
            .and_then(|(_, id)| ontology.find(parent, Kind::SchemaId, self.spelled(id)).next());
        let Some((at, name)) = identity.name else {
            return match (by_id, identity.id) {
                (Some(node), _) => Bound::To(node),
                (None, Some(_)) if ontology.has_ids() => Bound::Astray,
                _ => Bound::Unjudged,
            };
        };
        if let Some(node) = by_id {
            if !names(ontology, parent, self.spelled(name), node) {
                self.fault(Rule::NameDisagrees, at);
            }
            return Bound::To(node);
        }
        self.bind_name(ontology, (parent, at, name), fits)
    }

    fn bind_name(
        &mut self,
        ontology: &Ontology,
        (parent, at, name): (u32, usize, Spelling),
        fits: impl Fn(Type) -> bool,
    ) -> Bound {
        let mut found = ontology.find(parent, Kind::Name, self.spelled(name));
        if let Some(first) = found.next() {
            let Some(second) = found.next() else { return Bound::To(first) };
            let fitting = [first, second].into_iter().chain(found);
            let best = fitting.into_iter().find(|node| fits(ontology.node(*node).form));
            self.fault(Rule::NameTwice, at);
            return Bound::To(best.unwrap_or(first));
        }
        match ontology.find(parent, Kind::Value, self.spelled(name)).next() {
            Some(node) => {
                self.fault(Rule::OptionByValue, at);
                Bound::To(node)
            }
            None => Bound::Astray,
        }
    }

    /// Binds a row or an instance of a mask to a feature that fits what it carries: R-ONT-1, 2, 6,
    /// R-REL-8, R-VMASK-10.
    pub fn bind_feature(&mut self, identity: Identity, payload: Word) -> Bound {
        let bound = self.bind(ROOT, identity, |form| fits(payload, form));
        let at = identity.name.or(identity.id).map_or(0, |(at, _)| at);
        match bound {
            Bound::Unjudged => bound,
            Bound::Astray => {
                self.astray(Rule::FeatureUnknown, at, Near::Children(ROOT));
                bound
            }
            Bound::To(node) => self.fitting(node, at, payload),
        }
    }

    // A feature of another kind says nothing about what stands below it.
    fn fitting(&mut self, node: u32, at: usize, payload: Word) -> Bound {
        let form = self.form(Some(node));
        match form {
            Type::Formless => self.fault(Rule::NoImportForm, at),
            Type::Retired => self.astray(Rule::MediaKind, at, Near::Advice(RETIRED)),
            _ if fits(payload, form) => return Bound::To(node),
            _ => self.astray(unfit(payload), at, Near::Advice(form.takes())),
        }
        Bound::Unjudged
    }

    /// What a node is; unknown for none.
    pub fn form(&self, node: Option<u32>) -> Type {
        match (node, &self.spec.ontology) {
            (Some(node), Some(ontology)) => ontology.node(node).form,
            _ => Type::Unknown,
        }
    }
}

// Whether one of the nodes of this name or value is `node`.
fn names(ontology: &Ontology, parent: u32, name: &[u8], node: u32) -> bool {
    let kinds = [Kind::Name, Kind::Value];
    kinds.into_iter().any(|kind| ontology.find(parent, kind, name).any(|named| named == node))
}

// Table 4.3. Which shape an answer has, and which geometry keyframes have, is asked later.
fn fits(payload: Word, form: Type) -> bool {
    if form == Type::Unknown {
        return true;
    }
    match payload {
        Word::Bbox => form == Type::Rectangle,
        Word::Polygon => form == Type::Polygon,
        Word::Line => form == Type::Line,
        Word::Point => form == Type::Point,
        Word::Mask | Word::Masks => form == Type::Raster,
        Word::Segments => matches!(form, Type::Rectangle | Type::Line | Type::Point),
        Word::Location | Word::TextSelections => form == Type::Entity,
        Word::Relationship => form == Type::Edge,
        Word::Task => {
            matches!(form, Type::SingleSelection | Type::MultiSelection | Type::Ranking)
        }
        Word::Answer | Word::Answers => form.is_question(),
        _ => false,
    }
}

fn unfit(payload: Word) -> Rule {
    match payload {
        Word::Relationship => Rule::EdgeTool,
        Word::Masks => Rule::VideoMaskTool,
        Word::Task => Rule::ChatTool,
        _ => Rule::FeatureKind,
    }
}

/// Whether a keyframe's geometry fits the type of the tool.
#[must_use]
pub fn geometry_fits(geometry: Word, form: Type) -> bool {
    fits(geometry, form)
}
