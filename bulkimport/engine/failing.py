"""The lines of failed.ndjson and of the files that name rows of unknown fate.

{"source", "offset", "import", "errors": [{"name", "message"}], "row"}
"""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from bulkimport.engine.bodies import Bodies
from bulkimport.ledger.shard import Cut
from bulkimport.rows.explain import own_row
from bulkimport.shards.partitions import Table

Errors = Sequence[object]


def failed_lines(
    bodies: Bodies, cut: Cut, *, rows: Table, errors: Iterable[Errors]
) -> Iterator[bytes]:
    """One line for each surveyed row, with the server's words for it."""
    own = bodies.own_rows(cut, rows)
    for (place, row), words in zip(own, errors, strict=True):
        document = {
            "source": bodies.sources[place.source].name,
            "offset": place.offset,
            "import": cut.name,
            "errors": list(words),
            "row": own_row(row),
        }
        yield orjson.dumps(document) + b"\n"


def status_errors(line: bytes) -> Errors:
    """The server's words in one status line; the line itself when it cannot be read."""
    try:
        errors = orjson.loads(line).get("errors")
    except (orjson.JSONDecodeError, AttributeError):
        return [{"name": "Unreadable", "message": line.decode(errors="replace")}]
    return errors if isinstance(errors, list) else [errors] if errors else []
