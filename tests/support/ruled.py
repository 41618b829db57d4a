"""The examples of the rule table, through a whole check."""

import tempfile
from collections import Counter
from pathlib import Path

from bulkimport.engine.checking import Checked, check_sources
from bulkimport.events import to_nobody
from bulkimport.model import Kind
from bulkimport.rows.rulebook import Example
from bulkimport.rows.ruling import Emphasis, Ruling
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources

# Long before any address in an example was signed to end.
NOW = 1_800_000_000


def check_example(example: Example, rows: str, *, emphasis: Emphasis | None = None) -> Checked:
    """Check the rows of an example for what they are made for."""
    kind = Kind(example.kind) if example.kind else None
    ruling = Ruling(
        example.media, kind, example.ontology or None, emphasis=emphasis or Emphasis(), now=NOW
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.ndjson"
        source.write_text(rows, encoding="utf-8")
        assets = Path(folder) / "assets.csv"
        assets.write_text(example.assets, encoding="utf-8")
        members = Path(folder) / "members.ndjson"
        members.write_text(example.members, encoding="utf-8")
        return check_sources(
            find_sources([str(source)]),
            settings=Settings(scan_block_bytes=1 << 10),
            tell=to_nobody,
            stopped=lambda: False,
            ruling=ruling,
            assets=assets if example.assets else None,
            members=members if example.members else None,
        )


def drawn(checked: Checked) -> dict[str, int]:
    """How many rows break each rule, as errors or warnings, or are put right by it."""
    tables = (checked.by_slug, checked.warnings, checked.normalised)
    return dict(sum(map(Counter, tables), Counter()))
