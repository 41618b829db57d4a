"""What a conversion of one source made, taken apart."""

import json
from dataclasses import dataclass
from typing import Any

from bulkimport.formats.conversion import Conversion, Format

EXPORT = Conversion(Format.LABELBOX_EXPORT)


@dataclass(frozen=True)
class Outcome:
    """What one source became."""

    files: dict[int, bytes]
    refused: list[dict[str, Any]]
    lost: dict[str, int]
    objects: dict[str, int]

    @property
    def labels(self) -> list[list[dict[str, Any]]]:
        """The rows of each ordinal."""
        return [
            [json.loads(line) for line in content.splitlines() if line]
            for _, content in sorted(self.files.items())
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the only label."""
        [rows] = self.labels
        return rows
