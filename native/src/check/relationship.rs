//! Relationships between rows: R-REL.

use super::link::{BOTH_WAYS, Link, SOURCE, SOURCE_IS_FEATURE, TARGET};
use super::ontology::{Kind, ROOT};
use super::report::Near;
use super::rule::Rule;
use super::walk::Walk;
use super::word::{Fields, Word};
use crate::uuid::parse;

const TYPES: &[&str] = &["unidirectional", "bidirectional"];

impl Walk<'_, '_> {
    /// R-REL-1, 2, 7: judges the relationship at `at`. Whether its ends exist is for the file.
    pub fn relationship(&mut self, at: usize) {
        self.go(at);
        if !self.object(Rule::WrongType) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let mut link = Link::default();
        self.source(&fields, at, &mut link);
        match self.given(&fields, Word::Target) {
            None => self.missing(Rule::Relationship, at),
            Some(target) => {
                let uuid = self.end(target);
                link.flags |= uuid.map_or(0, |_| TARGET);
                link.target = uuid.unwrap_or_default();
            }
        }
        if self.direction(&fields, at) {
            link.flags |= BOTH_WAYS;
        }
        self.readonly(&fields);
        self.link = Some(link);
    }

    // R-REL-2
    fn source(&mut self, fields: &Fields, at: usize, link: &mut Link) {
        let source = self.given(fields, Word::Source);
        let feature = self.given(fields, Word::SourceOntologyName);
        if source.is_some() == feature.is_some() {
            self.missing(Rule::RelationshipSource, at);
        }
        if let Some(source) = source {
            let uuid = self.end(source);
            link.flags |= uuid.map_or(0, |_| SOURCE);
            link.source = uuid.unwrap_or_default();
        } else if let Some(feature) = feature {
            link.flags |= SOURCE_IS_FEATURE;
            link.feature = self.source_feature(feature);
        }
    }

    fn source_feature(&mut self, at: usize) -> u32 {
        self.go(at);
        let Some(text) = self.string() else { return ROOT };
        let name = self.spell(text);
        let Some(ontology) = &self.spec.ontology else { return ROOT };
        ontology.find(ROOT, Kind::Name, self.spelled(name)).next().unwrap_or(ROOT)
    }

    fn end(&mut self, at: usize) -> Option<u128> {
        self.go(at);
        let text = self.string()?;
        let uuid = self.spell(text);
        parse(str::from_utf8(self.spelled(uuid)).ok()?)
    }

    // Whether it goes both ways.
    fn direction(&mut self, fields: &Fields, at: usize) -> bool {
        let Some(kind) = self.given(fields, Word::Type) else {
            self.missing(Rule::Relationship, at);
            return false;
        };
        self.go(kind);
        let Some(text) = self.string() else { return false };
        let word = self.spell(text);
        let known = TYPES.iter().position(|known| known.as_bytes() == self.spelled(word));
        if known.is_none() {
            self.astray(Rule::Relationship, kind, Near::Words(TYPES));
        }
        known == Some(1)
    }

    // R-REL-7
    fn readonly(&mut self, fields: &Fields) {
        let Some(at) = self.given(fields, Word::Readonly) else { return };
        match self.byte(at) {
            b't' => self.fault(Rule::Readonly, at),
            b'f' => {}
            _ => self.fault(Rule::WrongType, at),
        }
    }
}
