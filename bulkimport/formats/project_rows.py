"""Rows led by the data rows of the project they go to, which it has been asked for.

--key external-id   what rows have are external ids; each leads to the id of its data row
--key project       what rows have are ids and global keys, in any mixture; those of one data
                    row are led to one spelling, and what is not in the project is refused
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.keys import GLOBAL_KEY, ID, Key, KeyMap, Unmatched


class KeySource(StrEnum):
    """What the keys of rows are, when that is to be asked of the project."""

    EXTERNAL_ID = "external-id"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class ProjectKeys:
    """Ids and global keys of the project; an id is led to the global key where there is one."""

    global_keys: dict[str, str]
    ids: dict[str, str]

    def lead(self, key: Key) -> Key:
        """Give the one spelling of a data row. Raises Unmatched for one outside the project."""
        if key.member == GLOBAL_KEY:
            spelled = self.global_keys.get(key.value.lower())
            if spelled is None:
                raise Unmatched(key.value, slug="not-in-project")
            return Key(GLOBAL_KEY, spelled)
        if key.value not in self.ids:
            raise Unmatched(key.value, slug="not-in-project")
        spelled = self.ids[key.value]
        return Key(GLOBAL_KEY, spelled) if spelled else key


@dataclass(frozen=True, slots=True)
class ProjectRows:
    """The project's data rows in `path`, a line of a platform export each; None until asked for.

    What makes a run is how they are used, not where they lie or what the project holds today.
    """

    by: KeySource
    path: Path | None = None

    def __str__(self) -> str:
        """How they are used."""
        return self.by.value

    def read(self) -> KeyMap | ProjectKeys:
        """Read the whole file. Raises UsageError when nobody has asked the project.

        Memory: some 200 bytes a data row.
        """
        if self.path is None:
            raise UsageError(
                f"{self.by.value} keys are resolved by the project that rows go to",
                place="--key",
                remedy="import or plan with a key, check by a snapshot with data rows, or give a "
                "--key-map",
            )
        rows = _data_rows(self.path)
        return _by_external_id(rows) if self.by is KeySource.EXTERNAL_ID else _by_keys(rows)


def _by_external_id(rows: Iterator[dict[str, Any]]) -> KeyMap:
    pairs: dict[str, str] = {}
    several: set[str] = set()
    for row in rows:
        external = row.get("external_id")
        if external and pairs.setdefault(external, row["id"]) != row["id"]:
            several.add(external)
    return KeyMap(pairs, ID, several=frozenset(several))


def _by_keys(rows: Iterator[dict[str, Any]]) -> ProjectKeys:
    keys = ProjectKeys({}, {})
    for row in rows:
        spelled = row.get("global_key") or ""
        keys.ids[row["id"]] = spelled
        if spelled:
            keys.global_keys[spelled.lower()] = spelled
    return keys


def _data_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            try:
                data_row = orjson.loads(line)["data_row"]
                yield {**data_row, "id": str(data_row["id"])}
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise SourceUnreadable("is no export of data rows", place=str(path)) from error
