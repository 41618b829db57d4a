//! Relationships between rows: R-REL.

use super::link::{BOTH_WAYS, Link, SOURCE, SOURCE_IS_FEATURE, TARGET};
use super::ontology::{Kind, ROOT};
use super::report::Near;
use super::rule::Rule;
use super::walk::Walk;
use super::word::Word;
use crate::uuid::parse;

const TYPES: &[&str] = &["unidirectional", "bidirectional"];

impl Walk<'_, '_> {
    /// R-REL-1, 2, 7: judges the relationship ahead. Whether its ends exist is for the file.
    pub fn relationship(&mut self) {
        let at = self.tokens.at;
        if !self.object(Rule::WrongType) {
            return;
        }
        let [source, feature, target, kind, readonly] = self.members([
            Word::Source,
            Word::SourceOntologyName,
            Word::Target,
            Word::Type,
            Word::Readonly,
        ]);
        let behind = self.tokens.at;
        let mut link = Link::default();
        self.source(at, (source, feature), &mut link);
        match target {
            None => self.missing(Rule::Relationship, at),
            Some(target) => {
                let uuid = self.end(target);
                link.flags |= uuid.map_or(0, |_| TARGET);
                link.target = uuid.unwrap_or_default();
            }
        }
        match kind {
            None => self.missing(Rule::Relationship, at),
            Some(kind) => link.flags |= if self.both_ways(kind) { BOTH_WAYS } else { 0 },
        }
        if let Some(readonly) = readonly {
            self.readonly(readonly);
        }
        self.link = Some(link);
        self.go(behind);
    }

    // R-REL-2
    fn source(
        &mut self,
        at: usize,
        (source, feature): (Option<usize>, Option<usize>),
        link: &mut Link,
    ) {
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

    fn both_ways(&mut self, at: usize) -> bool {
        self.go(at);
        let Some(text) = self.string() else { return false };
        let word = self.spell(text);
        let known = TYPES.iter().position(|known| known.as_bytes() == self.spelled(word));
        if known.is_none() {
            self.astray(Rule::Relationship, at, Near::Words(TYPES));
        }
        known == Some(1)
    }

    // R-REL-7
    fn readonly(&mut self, at: usize) {
        match self.byte(at) {
            b't' => self.fault(Rule::Readonly, at),
            b'f' => {}
            _ => self.fault(Rule::WrongType, at),
        }
    }
}
