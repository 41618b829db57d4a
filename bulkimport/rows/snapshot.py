"""A project's medium and ontology in a file, to check rows against them without asking anybody."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from bulkimport.disk import replace_file
from bulkimport.errors import UsageError

VERSION = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a project says of its rows. `media_type` is the wire's name, None when nobody said.

    `ontology` is the normalized JSON as text, empty when the project has none. `data_rows` is a
    file with the project's data rows, lines of its export, if they were saved too.
    """

    ontology: str
    media_type: str | None = None
    project: str = ""
    name: str = ""
    data_rows: Path | None = None

    def write(self, path: Path) -> None:
        """Write the file whole or not at all. Raises DiskTrouble.

        The data rows are named from the file's own folder: both may be moved together.
        """
        ontology = orjson.loads(self.ontology) if self.ontology else None
        rows = self.data_rows and os.path.relpath(self.data_rows, path.absolute().parent)
        document = {
            "snapshot": VERSION,
            **asdict(self),
            "ontology": ontology,
            "data_rows": rows or None,
        }
        replace_file(path, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a snapshot, or an ontology alone. Raises UsageError for anything else."""
        try:
            document = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise UsageError("the ontology cannot be read", place=str(path)) from error
        if not isinstance(document, dict):
            raise UsageError("an ontology is an object", place=str(path))
        if "snapshot" not in document:
            return cls(ontology=orjson.dumps(document).decode())
        return cls._of(document, path)

    @classmethod
    def _of(cls, document: dict[str, Any], path: Path) -> Self:
        if document["snapshot"] != VERSION:
            raise UsageError("the snapshot was made by another version", place=str(path))
        ontology, rows = document.get("ontology"), document.get("data_rows")
        return cls(
            ontology=orjson.dumps(ontology).decode() if ontology else "",
            media_type=document.get("media_type"),
            project=str(document.get("project") or ""),
            name=str(document.get("name") or ""),
            data_rows=path.absolute().parent / rows if rows else None,
        )
