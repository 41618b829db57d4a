"""Converting in a folder of its own."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from support.converted import EXPORT, Outcome
from support.exported import write

from bulkimport.formats.conversion import Conversion
from bulkimport.formats.converter import Converter, Paths


@pytest.fixture
def convert(tmp_path: Path) -> Callable[..., Outcome]:
    """Convert bytes, or data rows of an export; in blocks of any size."""

    def run(
        source: bytes | Iterable[Any],
        conversion: Conversion = EXPORT,
        *,
        relationships: bool = True,
        block_bytes: int = 1 << 20,
    ) -> Outcome:
        path = tmp_path / "source"
        if isinstance(source, bytes):
            path.write_bytes(source)
        else:
            write(path, source)
        converter = Converter(
            conversion,
            relationships=relationships,
            block_bytes=block_bytes,
            told=lambda _: None,
        )
        refused = tmp_path / "refused"
        to = Paths(lambda ordinal: tmp_path / f"rows.{ordinal}", refused)
        made = converter.convert(path, name="source", to=to)
        converter.finish()
        return Outcome(
            {ordinal: file.read_bytes() for ordinal, file in made.files.items()},
            [json.loads(line) for line in refused.read_bytes().splitlines()],
            converter.losses.counts(),
            converter.objects,
        )

    return run
