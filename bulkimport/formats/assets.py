"""Assets as people have them, CSV or NDJSON: read one by one, each with its place.

| column or key                     | meaning                                                     |
|-----------------------------------|-------------------------------------------------------------|
| `row_data`                        | the asset's address, its text, or an object                 |
| `global_key`, `external_id`       | what it is called                                           |
| `media_type`                      | as on the wire: IMAGE, VIDEO, TEXT, …                       |
| `metadata`                        | a list of `{schemaId or name, value}`, or an object of names|
| `attachments`                     | a list of `{type, value, name}`                             |

The spellings of the wire (`rowData`, `globalKey`, …) are taken too. In a CSV lists are JSON text,
an empty cell is as good as none.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from bulkimport.errors import SourceUnreadable, UsageError

COLUMNS: Final = (
    *("row_data", "global_key", "external_id", "media_type", "metadata", "attachments"),
)
SPELLINGS: Final = {
    "rowData": "row_data",
    "globalKey": "global_key",
    "externalId": "external_id",
    "mediaType": "media_type",
}
LISTS: Final = ("metadata", "attachments")
# A text can be an asset itself.
LONGEST_FIELD: Final = 16 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Asset:
    """One asset at its place; `fields` is None when the line cannot be read as an object.

    `row` is the input's own row: the line, or of a CSV its cells as JSON.
    """

    line: int
    offset: int
    row: bytes
    fields: dict[str, Any] | None


def read_asset_file(path: Path, *, name: str) -> Iterator[Asset]:
    """Give the assets of a plain file: NDJSON when it begins with `{`, else a CSV with a header.

    Raises SourceUnreadable for a file that cannot be read, UsageError for a column of a CSV that
    there is not.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096).removeprefix(BYTE_ORDER_MARK).lstrip()
            file.seek(0)
            yield from _lines(file) if start[:1] in (b"{", b"") else _cells(path, name)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnreadable(f"cannot be read: {error}", place=name) from error


def _lines(file: BinaryIO) -> Iterator[Asset]:
    loads, offset = orjson.loads, 0
    for number, line in enumerate(file, 1):
        begins, offset = offset, offset + len(line)
        row = line.strip()
        if not row:
            continue
        try:
            fields = loads(row)
        except orjson.JSONDecodeError:
            fields = None
        yield Asset(number, begins, row, fields if isinstance(fields, dict) else None)


def _cells(path: Path, name: str) -> Iterator[Asset]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = _header(next(reader, []), name)
        width = len(header)
        for cells in filter(None, reader):
            fields: dict[str, Any] = {
                word: cell for word, cell in zip(header, cells, strict=False) if cell
            }
            if len(cells) > width:
                fields["more cells than columns"] = cells[width:]
            row = orjson.dumps(fields)
            for word in LISTS:
                if word in fields:
                    fields[word] = _parsed(fields[word])
            yield Asset(reader.line_num, 0, row, fields)


def _header(words: list[str], name: str) -> list[str]:
    header = [SPELLINGS.get(word.strip(), word.strip()) for word in words]
    wrong = [word for word in header if word not in COLUMNS]
    if wrong or len(set(header)) < len(header):
        raise UsageError(
            f"the header has {', '.join(map(repr, wrong)) or 'a column twice'}",
            place=name,
            remedy=f"columns are {', '.join(COLUMNS)}",
        )
    return header


def _parsed(cell: str) -> object:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell
