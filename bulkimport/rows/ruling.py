"""Which rules hold for one import, and how severely: compiled once into the native checker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.native import Checker
from bulkimport.rows.rulebook import Rule, Severity, rulebook

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
MEDIA = (*dict.fromkeys(MEDIA_OF_THE_WIRE.values()), ANY_MEDIA)


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


@dataclass(frozen=True, slots=True)
class Ruling:
    """What rows are held against. `ontology` is the normalized JSON as text; `now` in seconds."""

    media: str = ANY_MEDIA
    kind: Kind | None = None
    ontology: str | None = None
    emphasis: Emphasis = field(default_factory=Emphasis)
    now: int = 0

    def severities(self) -> dict[str, Severity]:
        """The severity of every rule, by its id."""
        return {slug: self.emphasis.severity(rule) for slug, rule in rulebook().items()}

    def checker(self, *, measure: bool = False) -> Checker:
        """Compile the rules over single rows. Raises UsageError for an ontology that is none."""
        try:
            ontology = orjson.loads(self.ontology) if self.ontology else None
            spec = {
                "media": self.media,
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
        parts = [self.media, str(self.kind), self.ontology or "", repr(self.severities())]
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()

    def _mild(self) -> Mapping[str, Severity]:
        """The lesser cases of rules follow strict and allow as the rules do, and else warn."""
        lesser = {}
        for slug, severity in self.severities().items():
            off = severity is Severity.OFF
            strict = self.emphasis.strict or slug in self.emphasis.deny
            kept = Severity.ERROR if strict else Severity.WARNING
            lesser[slug] = Severity.OFF if off else kept
        return lesser


def read_media(word: str) -> str:
    """Read a medium by its word or the wire's name. Raises UsageError for any other."""
    medium = MEDIA_OF_THE_WIRE.get(word.upper(), word.lower())
    if medium not in MEDIA:
        raise UsageError(f"{word!r} is no medium", remedy=f"one of {', '.join(MEDIA)}")
    return medium


def read_rules(words: list[str], *, place: str) -> frozenset[str]:
    """Read rule ids. Raises UsageError for one that does not exist or cannot be bent."""
    known = rulebook()
    for word in words:
        if word not in known:
            raise UsageError(f"there is no rule {word!r}", place=place)
        if known[word].scope == "file" and known[word].severity is Severity.ERROR:
            raise UsageError(f"{word} always holds: nothing could be sent without it", place=place)
    return frozenset(words)
