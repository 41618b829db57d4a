//! The rules that are decided over one good row, by the ids of the format's specification.

/// What a broken rule means for its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Never reported.
    Off,
    /// Put right without a word.
    Info,
    /// The row goes out, and people are told.
    Warning,
    /// The row is refused.
    Error,
}

impl Severity {
    /// Reads the spelling of the rule table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "off" => Self::Off,
            "I" => Self::Info,
            "W" => Self::Warning,
            "E" => Self::Error,
            _ => return None,
        })
    }

    /// The spelling of the rule table.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["off", "I", "W", "E"][self as usize]
    }
}

macro_rules! rules {
    ($($name:ident $slug:literal $severity:ident;)*) => {
        /// A rule. The order is the order of [`Rule::SLUGS`], behind number 0, which is no rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        #[expect(missing_docs, reason = "each is explained under its slug in the rule table")]
        pub enum Rule { None, $($name,)* }

        impl Rule {
            /// Every rule, in the order of the numbers.
            pub const ALL: &[Self] = &[Self::None, $(Self::$name,)*];
            /// The ids, in the order of the numbers; 0 has none.
            pub const SLUGS: &[&str] = &["", $($slug,)*];
            /// What each means where nothing else is said.
            pub const DEFAULTS: &[Severity] = &[Severity::Off, $(Severity::$severity,)*];
        }
    };
}

rules! {
    RawSeparator "R-FILE-3" Warning;
    DuplicateKey "R-FILE-6" Warning;
    DataRowId "R-DR-4" Warning;
    UuidMissing "R-ID-5" Warning;
    NameMissing "R-NAME-1" Error;
    SchemaIdLength "R-NAME-2" Error;
    NameDisagrees "R-NAME-3" Error;
    NameEmpty "R-NAME-4" Error;
    NameRequired "R-NAME-5" Error;
    UnknownKey "R-KIND-3" Warning;
    MediaKind "R-KIND-4" Error;
    WrongType "R-KIND-5" Error;
    RelationshipImport "R-MODE-3" Error;
    BenchmarkImport "R-MODE-4" Error;
    ChatImport "R-MODE-6" Warning;
    Confidence "R-CONF-1" Error;
    ConfidenceIgnored "R-CONF-2" Warning;
    ConfidenceVideo "R-CONF-3" Error;
    ConfidenceZero "R-CONF-4" Warning;
    ConfidenceRow "R-CONF-5" Warning;
    ConfidenceText "R-CONF-6" Warning;
    CustomMetrics "R-CM-1" Error;
    CustomMetricsVideo "R-CM-2" Error;
    BoxMembers "R-BBOX-1" Error;
    BoxNegative "R-BBOX-2" Error;
    BoxEmpty "R-BBOX-3" Warning;
    BoxOutside "R-BBOX-4" Warning;
    PolygonPoints "R-POLY-1" Error;
    PolygonOpen "R-POLY-2" Info;
    PolygonFlat "R-POLY-3" Warning;
    PolygonCrossing "R-POLY-4" Warning;
    LinePoints "R-LINE-1" Error;
    LineFlat "R-LINE-2" Warning;
    PointMembers "R-POINT-1" Error;
    Degrees "R-GEO-1" Error;
    TiledMask "R-GEO-3" Error;
    MaskForm "R-MASK-1" Error;
    MaskColour "R-MASK-2" Error;
    MaskBlack "R-MASK-5" Warning;
    RunLengths "R-MASK-8" Error;
    RunLengthSum "R-MASK-9" Error;
    MaskAddress "R-MASK-14" Error;
    MaskAddressFleeting "R-MASK-15" Warning;
    Base64 "R-MASK-16" Error;
    Segments "R-VID-1" Error;
    SegmentEmpty "R-VID-2" Error;
    Frame "R-VID-3" Error;
    KeyframeGeometry "R-VID-5" Error;
    OneGeometry "R-VID-6" Error;
    KeyframeOrder "R-VID-7" Warning;
    SegmentOrder "R-VID-8" Warning;
    LineVertices "R-VID-9" Warning;
    NotFramed "R-VID-10" Error;
    NestedDropped "R-VID-11" Warning;
    VideoMask "R-VMASK-1" Error;
    VideoMaskFrame "R-VMASK-2" Error;
    VideoMaskAddress "R-VMASK-3" Error;
    VideoMaskFrameTwice "R-VMASK-4" Error;
    VideoMaskInstance "R-VMASK-5" Error;
    VideoMaskColourTwice "R-VMASK-6" Error;
    VideoMaskTool "R-VMASK-10" Error;
    AnswerShape "R-CLS-1" Error;
    AnswerType "R-CLS-2" Error;
    NoOptions "R-CLS-3" Error;
    OptionTwice "R-CLS-4" Error;
    OptionUnknown "R-CLS-5" Error;
    TextEmpty "R-CLS-6" Warning;
    SubForeignKey "R-CLS-7" Error;
    OldForm "R-CLS-8" Warning;
    Range "R-TMP-1" Error;
    RadioOverlap "R-TMP-4" Warning;
    RangeOutside "R-TMP-5" Error;
    TemporalMix "R-TMP-6" Error;
    FramesScope "R-TMP-7" Error;
    FramesMissing "R-TMP-8" Warning;
    RangeTwice "R-TMP-9" Info;
    RowFrames "R-TMP-10" Info;
    QuestionClassifications "R-TMP-11" Warning;
    TemporalMedia "R-TMP-13" Error;
    RangeOverlap "R-TMP-14" Warning;
    Location "R-NER-1" Error;
    EntityMessage "R-NER-3" Error;
    MessageScope "R-MSG-1" Error;
    TextSelections "R-DOC-1" Error;
    SelectionPage "R-DOC-2" Error;
    DocumentBox "R-DOC-4" Error;
    Page "R-DOC-5" Error;
    Unit "R-DOC-6" Error;
    Percent "R-DOC-7" Warning;
    ForeignPlace "R-DOC-10" Error;
    PageClassification "R-DOC-11" Error;
    Relationship "R-REL-1" Error;
    RelationshipSource "R-REL-2" Error;
    Readonly "R-REL-7" Warning;
    EdgeTool "R-REL-8" Error;
    ChatTask "R-MMC-1" Error;
    ChatText "R-MMC-2" Error;
    ChatOrder "R-MMC-3" Error;
    ChatRepeated "R-MMC-4" Warning;
    ChatTool "R-MMC-6" Error;
    FeatureUnknown "R-ONT-1" Error;
    FeatureKind "R-ONT-2" Error;
    SubUnknown "R-ONT-3" Error;
    OptionByValue "R-ONT-4" Warning;
    NameTwice "R-ONT-5" Warning;
    NoImportForm "R-ONT-6" Error;
    FeatureCount "R-ONT-7" Error;
    OntologyForm "R-ONT-8" Error;
}

impl Rule {
    /// The number that goes into a CHECK.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The id.
    #[must_use]
    pub fn slug(self) -> &'static str {
        Self::SLUGS[self as usize]
    }

    /// The rule of this id, if it is one of ours.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        let number = Self::SLUGS.iter().skip(1).position(|known| *known == slug)?;
        Some(Self::ALL[number + 1])
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, Severity};

    #[test]
    fn every_rule_is_found_under_its_own_id() {
        for rule in &Rule::ALL[1..] {
            assert_eq!(Rule::named(rule.slug()), Some(*rule));
            assert_eq!(Rule::ALL[usize::from(rule.number())], *rule);
        }
        assert_eq!(Rule::named(""), None);
        assert_eq!(Rule::SLUGS.len(), Rule::DEFAULTS.len());
    }

    #[test]
    fn severities_are_spelled_as_they_are_read() {
        for name in ["off", "I", "W", "E"] {
            assert_eq!(Severity::parse(name).map(Severity::name), Some(name));
        }
        assert_eq!(Severity::parse("e"), None);
    }
}
