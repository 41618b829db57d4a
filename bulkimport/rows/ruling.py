"""Which rules hold for one import, and how severely: compiled once into the native checker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import orjson

from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.native import Checker
from bulkimport.rows.rulebook import Rule, Severity, rulebook
from bulkimport.rows.rules import CODE_RULES, CONVERSION_RULES, FATE_RULES
from bulkimport.rows.whole_input import ADVICE

ANY_MEDIA = "any"
# The service's names of media types, and the words for people.
MEDIA_OF_THE_WIRE = {
    "IMAGE": "image",
    "VIDEO": "video",
    "TEXT": "text",
    "PDF": "document",
    "AUDIO": "audio",
    "CONVERSATIONAL": "conversational",
    "LLM": "chat",
    "HTML": "html",
    "TMS_GEO": "geo",
    "TMS_SIMPLE": "geo",
}
# Tiled imagery whose coordinates are pixels; all other is in degrees unless something else is said.
CRS_OF_THE_WIRE = {"TMS_SIMPLE": "simple"}
MEDIA = (*dict.fromkeys(MEDIA_OF_THE_WIRE.values()), ANY_MEDIA)


class Tier(StrEnum):
    """The account's plan; education counts as starter."""

    FREE = "free"
    STARTER = "starter"
    ENTERPRISE = "enterprise"


# Ground-truth annotations that a plan takes (R-FILE-7).
MOST_LABEL_ROWS = {Tier.FREE: 10_000, Tier.STARTER: 2_000_000, Tier.ENTERPRISE: 10_000_000}


@dataclass(frozen=True, slots=True)
class Emphasis:
    """How the caller bends severities.

    `strict` makes warnings reject; `allow` switches rules off, `deny` makes them reject, both by
    id; without `derived` the rules that follow only from the meaning of the data are off.
    """

    strict: bool = False
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    derived: bool = True

    def severity(self, rule: Rule) -> Severity:
        """Decide by this table, the first row that fits.

        | the rule is                | severity  |
        |----------------------------|-----------|
        | allowed                    | off       |
        | denied                     | error     |
        | derived, and they are off  | off       |
        | a warning, and it is strict| error     |
        | else                       | its own   |
        """
        if rule.slug in self.allow:
            return Severity.OFF
        if rule.slug in self.deny:
            return Severity.ERROR
        if rule.derived and not self.derived:
            return Severity.OFF
        if rule.severity is Severity.WARNING and self.strict:
            return Severity.ERROR
        return rule.severity

    def options(self) -> dict[str, str]:
        """What was asked for, as text; empty when nothing was."""
        given = {
            "strict": "yes" if self.strict else "",
            "allow": " ".join(sorted(self.allow)),
            "deny": " ".join(sorted(self.deny)),
            "derived": "" if self.derived else "no",
        }
        return {name: text for name, text in given.items() if text}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What rows are held against. `now` is in seconds, `crs` the coordinates of tiled imagery.

    `ontology` is the normalized JSON as text, empty when there is none. It and `media` are None as
    long as nobody has said what they are: then the project is asked, or nothing depends on them.
    """

    media: str | None = None
    kind: Kind | None = None
    ontology: str | None = None
    emphasis: Emphasis = field(default_factory=Emphasis)
    now: int = 0
    crs: str | None = None
    tier: Tier | None = None

    @property
    def most_rows(self) -> int | None:
        """How many rows the account's plan takes in all; None when that does not limit them."""
        holds = self.severities()["R-FILE-7"] is Severity.ERROR
        if self.tier is None or self.kind is not Kind.LABELS or not holds:
            return None
        return MOST_LABEL_ROWS[self.tier]

    @property
    def known(self) -> bool:
        """Whether nothing needs to be asked of the project."""
        return self.media is not None and self.ontology is not None

    def in_project(self, media_type: str | None, ontology: str | None) -> "Ruling":
        """Take what is not known yet from the project, as the service describes it."""
        if self.media is None:
            word = media_type or ""
            medium, crs = MEDIA_OF_THE_WIRE.get(word, ANY_MEDIA), CRS_OF_THE_WIRE.get(word)
        else:
            medium, crs = self.media, self.crs
        own = self.ontology if self.ontology is not None else ontology or ""
        return replace(self, media=medium, crs=crs, ontology=own)

    def without(self, *slugs: str) -> "Ruling":
        """Switch rules off, whatever else was said of them."""
        allow = self.emphasis.allow.union(slugs)
        return replace(self, emphasis=replace(self.emphasis, allow=allow))

    def options(self) -> dict[str, str]:
        """What was asked for, as text, the ontology by its digest; empty when nothing was."""
        given = {"media": self.media, "crs": self.crs, "tier": self.tier}
        texts = {name: str(text) for name, text in given.items() if text}
        if self.ontology is not None:
            texts["ontology"] = _digest(self.ontology)
        return texts | self.emphasis.options()

    def severities(self) -> dict[str, Severity]:
        """The severity of every rule, by its id."""
        return {slug: self.emphasis.severity(rule) for slug, rule in rulebook().items()}

    def both(self) -> dict[str, tuple[Severity, Severity]]:
        """The severity of every rule and of its lesser case, by its id."""
        mild = self._mild()
        return {slug: (severity, mild[slug]) for slug, severity in self.severities().items()}

    def checker(self, *, measure: bool = False) -> Checker:
        """Compile the rules over single rows. Raises UsageError for an ontology that is none."""
        try:
            ontology = orjson.loads(self.ontology) if self.ontology else None
            spec = {
                "media": self.media or ANY_MEDIA,
                "crs": self.crs,
                "kind": self.kind.value if self.kind else None,
                "ontology": ontology,
                "severity": self.severities(),
                "mild": self._mild(),
                "measure": measure,
                "now": self.now,
            }
            return Checker(orjson.dumps(spec))
        except (orjson.JSONDecodeError, ValueError) as error:
            raise UsageError(f"the ontology cannot be used: {error}", place="--ontology") from error

    def digest(self) -> str:
        """16 hex digits of everything that shapes the verdicts; the plan keeps them."""
        severities = {slug: severity.value for slug, severity in self.severities().items()}
        parts = [self.media, self.crs, self.kind, self.ontology, severities, self.tier]
        return _digest(orjson.dumps(parts).decode())

    def _mild(self) -> Mapping[str, Severity]:
        """The lesser cases of rules follow strict and allow as the rules do, and else warn."""
        lesser = {}
        for slug, severity in self.severities().items():
            off = severity is Severity.OFF
            strict = self.emphasis.strict or slug in self.emphasis.deny
            kept = Severity.ERROR if strict else Severity.WARNING
            lesser[slug] = Severity.OFF if off else kept
        return lesser


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def read_media(word: str) -> str:
    """Read a medium by its word or the wire's name. Raises UsageError for any other."""
    medium = MEDIA_OF_THE_WIRE.get(word.upper(), word.lower())
    if medium not in MEDIA:
        raise UsageError(f"{word!r} is no medium", remedy=f"one of {', '.join(MEDIA)}")
    return medium


def read_denied(words: list[str]) -> frozenset[str]:
    """Read the ids of rules that shall reject rows. Raises UsageError as `read_rules` does."""
    for word in ADVICE.intersection(words):
        raise UsageError(f"{word} is about the input as a whole and rejects no row", place="--deny")
    return read_rules(words, place="--deny")


def read_rules(words: list[str], *, place: str) -> frozenset[str]:
    """Read rule ids. Raises UsageError for one that does not exist or cannot be bent."""
    known, fixed = rulebook(), _fixed()
    for word in words:
        if word not in known:
            raise UsageError(f"there is no rule {word!r}", place=place)
        if word in fixed:
            raise UsageError(f"{word} always holds: nothing could be sent without it", place=place)
    return frozenset(words)


def _fixed() -> frozenset[str]:
    """Rules by which rows are read, grouped and cut; their severity is not asked."""
    tables = (CODE_RULES, FATE_RULES, CONVERSION_RULES)
    slugs = {rule.slug for table in tables for rule in table.values()}
    return frozenset(slugs - set(Ruling().checker().rules))
