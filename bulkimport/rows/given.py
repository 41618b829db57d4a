"""What a caller may hand over as rows: mappings, JSON, labels, labels of the official SDK."""

from collections.abc import Callable, Iterable, Iterator

from bulkimport.row_json import row_json
from bulkimport.rows.official import is_official, rows_of

# What can only be a row: asked first, since most of what is given is that.
BARE = (dict, bytes, str)
JSON = (bytes, str)


def rows_in(given: object) -> Iterable[object]:
    """The rows of one thing that a caller gave; whatever is no label is taken for a row itself.

    A label is whatever has a method `__rows__`, or belongs to `labelbox.types`. Raises UsageError
    for a label that cannot be meant. Cost for a bare row: a look at its type.
    """
    if isinstance(given, BARE):
        return (given,)
    rows: Callable[[], Iterable[object]] | None = getattr(given, "__rows__", None)
    if rows is not None:
        return rows()
    if is_official(given):
        return rows_of(given)
    return (given,)


def row_lines(given: Iterable[object]) -> Iterator[bytes]:
    """Lines of NDJSON, a line feed behind each, for a file: `file.writelines(row_lines(labels))`.

    Bytes and text are taken as the JSON they hold. Raises UsageError like `rows_in`, TypeError for
    what cannot be JSON.
    """
    for one in given:
        for row in rows_in(one):
            if isinstance(row, JSON):
                text = row.encode() if isinstance(row, str) else row
                yield text.strip().replace(b"\n", b" ") + b"\n"
            else:
                yield row_json(row) + b"\n"
