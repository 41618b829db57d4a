"""Rows that name data rows by external id, led to the ids of the project's data rows."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.keys import ID, KeyMap


@dataclass(frozen=True, slots=True)
class ExternalIds:
    """The project's data rows in `path`, a line of a platform export each; None until asked for.

    What makes a run is that they are used, not where they lie or what the project holds today.
    """

    path: Path | None = None

    def __str__(self) -> str:
        """The same for all."""
        return "external-id"

    def read(self) -> KeyMap:
        """Lead external ids to ids. Raises UsageError when nobody has asked the project.

        Memory: the whole map, some 200 bytes a data row.
        """
        if self.path is None:
            raise UsageError(
                "external ids are resolved by the project that rows go to",
                place="--key",
                remedy="import or plan with a key, or give a --key-map of external ids to keys",
            )
        pairs: dict[str, str] = {}
        several: set[str] = set()
        with self.path.open("rb") as file:
            for line in file:
                external, identity = _named(line, self.path)
                if external and pairs.setdefault(external, identity) != identity:
                    several.add(external)
        return KeyMap(pairs, ID, several=frozenset(several))


def _named(line: bytes, path: Path) -> tuple[str | None, str]:
    try:
        data_row = orjson.loads(line)["data_row"]
        return data_row.get("external_id"), str(data_row["id"])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SourceUnreadable("is no export of data rows", place=str(path)) from error
