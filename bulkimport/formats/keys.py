"""Which data row a row means: its own word for it, led to a global key or an id.

A template first, then the map; either may be missing.

    --key-template '{stem}'   of imgs/a.jpg: {key} is imgs/a.jpg, {name} a.jpg, {stem} a,
                              {suffix} .jpg, {parent} imgs
    --key-map FILE            CSV whose second column is `to` (the kind of key stays as it was),
                              `global_key` or `id` (the row then says that)
"""

import posixpath
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from bulkimport.errors import UsageError
from bulkimport.formats.tables import TableFile, add_pair

GLOBAL_KEY: Final = "globalKey"
ID: Final = "id"
TARGETS: Final[Mapping[str, str | None]] = MappingProxyType(
    {"to": None, "global_key": GLOBAL_KEY, "globalKey": GLOBAL_KEY, "id": ID}
)
PARTS: Final = ("key", "name", "stem", "suffix", "parent")
MOST_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Key:
    """How a row names its data row: `member` is `id` or `globalKey`."""

    member: str
    value: str


class Unmatched(Exception):
    """A key that the map does not have; `near` are keys of the map that look alike.

    `slug` is the rule of CONVERSION_RULES that it breaks. Caught where it becomes a rejection,
    never shown.
    """

    def __init__(
        self, key: str, near: tuple[str, ...] = (), *, slug: str = "key-unmatched"
    ) -> None:
        super().__init__(key)
        self.key = key
        self.near = near
        self.slug = slug


@dataclass(frozen=True, slots=True)
class KeyTemplate:
    """A key made of the parts of another."""

    text: str

    @classmethod
    def read(cls, text: str) -> "KeyTemplate":
        """Raises UsageError for a part that there is not, or for a template without any."""
        try:
            parts = [part for _, part, _, _ in string.Formatter().parse(text) if part is not None]
            if parts and set(parts) <= set(PARTS):
                cls(text).apply("a/b.c")
                return cls(text)
        except (ValueError, IndexError, KeyError, AttributeError) as error:
            raise UsageError(f"{text!r} cannot be read: {error}", place="--key-template") from error
        known = ", ".join(f"{{{part}}}" for part in PARTS)
        raise UsageError(
            f"{text!r} is not made of {known}", place="--key-template", remedy="write '{stem}'"
        )

    def apply(self, key: str) -> str:
        """Fill in the parts of `key`, read as a path with slashes."""
        parent, name = posixpath.split(key)
        stem, suffix = posixpath.splitext(name)
        return self.text.format(key=key, name=name, stem=stem, suffix=suffix, parent=parent)


@dataclass(slots=True)
class KeyMap:
    """Old keys to new ones, and those that mean `several`. Memory: some 200 bytes a pair."""

    pairs: Mapping[str, str]
    member: str | None = None
    several: frozenset[str] = frozenset()
    _alike: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: TableFile) -> "KeyMap":
        """Read a CSV. Raises UsageError for another header, an empty cell or a contradiction."""
        new = file.unchanged().header()[1]
        if new not in TARGETS:
            raise UsageError(
                f"its second column is called {new!r}",
                place=str(file.path),
                remedy="call it to, global_key or id",
            )
        pairs: dict[str, str] = {}
        for line in file.lines():
            add_pair(pairs, line.cells[0], line.cells[1], place=line.place)
        if not pairs:
            raise UsageError("maps nothing", place=str(file.path))
        return cls(pairs, TARGETS[new])

    def lead(self, key: Key) -> Key:
        """Give the new key. Raises Unmatched with what is near."""
        if key.value in self.several:
            raise Unmatched(key.value, slug="key-of-several")
        new = self.pairs.get(key.value)
        if new is None:
            raise Unmatched(key.value, self._near(key.value))
        return Key(self.member or key.member, new)

    def _near(self, key: str) -> tuple[str, ...]:
        """Keys that differ by case, extension or blanks; the table is made for the first miss."""
        if not self._alike:
            for known in self.pairs:
                alike = self._alike.setdefault(_folded(known), [])
                if len(alike) < MOST_NEAR:
                    alike.append(known)
        return tuple(self._alike.get(_folded(key), ()))


class Leading(Protocol):
    """Leads a key to another."""

    def lead(self, key: Key) -> Key:
        """Give the new key. Raises Unmatched."""
        ...


@dataclass(frozen=True, slots=True)
class Keys:
    """The whole way from a row's key to the destination's."""

    template: KeyTemplate | None = None
    map: Leading | None = None

    def lead(self, key: Key) -> Key:
        """Give the new key. Raises Unmatched."""
        if self.template is not None:
            key = Key(key.member, self.template.apply(key.value))
        return key if self.map is None else self.map.lead(key)


def _folded(key: str) -> str:
    """A key without what is easily got wrong: case, blanks, the extension."""
    return posixpath.splitext("".join(key.split()).casefold())[0]
