"""Which rules hold, and how severely: the table of emphasis, and what the checker makes of it."""

import pytest

from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.rows.rulebook import Severity, rulebook
from bulkimport.rows.ruling import Emphasis, Ruling, read_media, read_rules

E, W, OFF = Severity.ERROR, Severity.WARNING, Severity.OFF
DERIVED = "R-BBOX-3"
WARNING = "R-VID-7"
ERROR = "R-POLY-1"
BOX = b'{"dataRow":{"globalKey":"a"},"name":"car","bbox":{"top":1,"left":2,"height":0,"width":4}}'


@pytest.mark.parametrize(
    ("emphasis", "slug", "severity"),
    [
        (Emphasis(), ERROR, E),
        (Emphasis(), WARNING, W),
        (Emphasis(allow=frozenset({ERROR})), ERROR, OFF),
        (Emphasis(deny=frozenset({WARNING})), WARNING, E),
        (Emphasis(derived=False), DERIVED, OFF),
        (Emphasis(derived=False, deny=frozenset({DERIVED})), DERIVED, E),
        (Emphasis(strict=True), WARNING, E),
        (Emphasis(strict=True, allow=frozenset({WARNING})), WARNING, OFF),
        (Emphasis(strict=True, derived=False), DERIVED, OFF),
    ],
)
def test_severity_is_bent_as_the_table_says(
    emphasis: Emphasis, slug: str, severity: Severity
) -> None:
    """The first row of the table that fits decides."""
    assert emphasis.severity(rulebook()[slug]) is severity


def found(ruling: Ruling) -> dict[str, str]:
    """What the checker says of a flat box without a uuid."""
    return {finding.slug: finding.severity for finding in ruling.checker().explain(BOX)}


def test_the_checker_follows_the_emphasis() -> None:
    """A flat box warns, rejects under --strict, and passes when its rule is off."""
    image = "image"

    assert found(Ruling(image)) == {"R-BBOX-3": "W", "R-ID-5": "W"}
    assert found(Ruling(image, emphasis=Emphasis(strict=True)))["R-BBOX-3"] == "E"
    allowed = Emphasis(allow=frozenset({"R-BBOX-3", "R-ID-5"}))
    assert found(Ruling(image, emphasis=allowed)) == {}


def test_an_ontology_that_is_none_is_a_mistake_of_the_caller() -> None:
    """One sentence, no traceback."""
    with pytest.raises(UsageError, match="ontology"):
        Ruling(ontology="{").checker()


@pytest.mark.parametrize(
    ("word", "medium"), [("IMAGE", "image"), ("pdf", "document"), ("any", "any")]
)
def test_media_are_known_by_both_names(word: str, medium: str) -> None:
    """People's words and the wire's."""
    assert read_media(word) == medium


def test_what_does_not_exist_is_named() -> None:
    """A medium, a rule, and a rule without which nothing could be sent."""
    for call in (
        lambda: read_media("dicom"),
        lambda: read_rules(["R-NO-1"], place="--allow"),
        lambda: read_rules(["R-FILE-1"], place="--allow"),
    ):
        with pytest.raises(UsageError):
            call()


def test_all_that_shapes_verdicts_shapes_the_digest() -> None:
    """A plan made under other rules is another plan."""
    rulings = [
        Ruling(),
        Ruling("image"),
        Ruling("image", Kind.LABELS),
        Ruling("image", ontology="{}"),
        Ruling("image", emphasis=Emphasis(strict=True)),
    ]

    assert len({ruling.digest() for ruling in rulings}) == len(rulings)


@pytest.mark.parametrize(
    ("given", "media_type", "ontology", "taken"),
    [
        (Ruling(), "IMAGE", "{}", Ruling("image", ontology="{}")),
        (Ruling("text"), "IMAGE", "{}", Ruling("text", ontology="{}")),
        (Ruling(ontology="{}"), "VIDEO", None, Ruling("video", ontology="{}")),
        (Ruling(), "TMS_SIMPLE", None, Ruling("geo", ontology="", crs="simple")),
        (Ruling(), "POINT_CLOUD", None, Ruling("any", ontology="")),
        (Ruling(), None, None, Ruling("any", ontology="")),
    ],
)
def test_the_project_says_what_nobody_has_said(
    given: Ruling, media_type: str | None, ontology: str | None, taken: Ruling
) -> None:
    """Media without rows of their own are held to what holds for all; then all is known."""
    assert given.in_project(media_type, ontology) == taken
    assert taken.known
    assert not given.known


def test_what_the_project_says_is_no_option() -> None:
    """The same command must find its run after somebody edited the ontology."""
    strict = Ruling(emphasis=Emphasis(strict=True, allow=frozenset({"R-VID-7", "R-BBOX-3"})))

    assert Ruling().options() == {}
    assert strict.options() == {"strict": "yes", "allow": "R-BBOX-3 R-VID-7"}
    assert Ruling("image", ontology="{}").options().keys() == {"media", "ontology"}


@pytest.mark.parametrize(("crs", "slugs"), [(None, {"R-GEO-1"}), ("simple", set())])
def test_tiles_in_pixels_are_no_degrees(crs: str | None, slugs: set[str]) -> None:
    """A point at 4000, 3000 is nowhere on Earth and well inside a large scan."""
    row = (
        b'{"dataRow":{"globalKey":"a"},"uuid":"00000000-0000-4000-8000-000000000000",'
        b'"name":"tree","point":{"x":4000,"y":3000}}'
    )

    findings = Ruling("geo", crs=crs).checker().explain(row)

    assert {finding.slug for finding in findings} == slugs
