"""Rows are marked as those of a benchmark, and nothing else in them changes."""

from pathlib import Path

import orjson
import pytest

from bulkimport.cli.check import document
from bulkimport.cli.conversion import CocoFlags, ConversionFlags
from bulkimport.cli.moves import MoveFlags
from bulkimport.engine.checking import check_sources
from bulkimport.errors import UsageError
from bulkimport.events import to_nobody
from bulkimport.formats.benchmark import Benchmark
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.mapping import RowMaps
from bulkimport.model import Kind
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources

FLAG = "isBenchmarkReferenceLabel"
ROW = (
    b'{"dataRow": {"globalKey":"a"}, "name":"n", "answer":"\\"isBenchmarkReferenceLabel\\":false"}'
)


def marked(row: bytes, benchmark: Benchmark) -> bytes:
    """The row on its way."""
    return RowMaps(marks=benchmark.marks()).apply(row)


@pytest.mark.parametrize("end", [b"", b" ", b"\r"])
def test_the_mark_is_added_behind_all_other_bytes(end: bytes) -> None:
    """Whatever the row's text says."""
    row = marked(ROW + end, Benchmark())

    assert row == ROW[:-1] + b',"isBenchmarkReferenceLabel":true}' + end
    assert orjson.loads(row) == {**orjson.loads(ROW), FLAG: True}


@pytest.mark.parametrize("said", [b"true", b"false", b"null"])
def test_a_row_that_says_it_already_is_marked_once(said: bytes) -> None:
    """All rows of a label say the same."""
    row = marked(ROW[:-1] + b',"isBenchmarkReferenceLabel" : ' + said + b"}", Benchmark())

    assert orjson.loads(row)[FLAG] is True
    assert row.count(b'"isBenchmarkReferenceLabel"') == 1


@pytest.mark.parametrize("row", [b"{}", b"no json", b"[]"])
def test_what_is_no_row_stays_for_the_checks_to_name(row: bytes) -> None:
    """Byte for byte."""
    assert marked(row, Benchmark()) == row


def test_a_file_names_the_data_rows(tmp_path: Path) -> None:
    """By ids or global keys, a line each; what it does not name is not marked."""
    keys = tmp_path / "keys"
    keys.write_text("b\n\n a \n")
    benchmark = Benchmark.read(str(keys))

    assert FLAG in orjson.loads(marked(ROW, benchmark))
    assert marked(ROW.replace(b'"a"', b'"c"'), benchmark).endswith(b'false"}')


def test_the_keys_are_part_of_what_shapes_rows(tmp_path: Path) -> None:
    """So another file makes another run; a file that names nobody is a mistake."""
    keys = tmp_path / "keys"
    options = []
    for text in ("a", "b"):
        keys.write_text(text)
        options.append(Conversion(benchmark=Benchmark.read(str(keys))).options())
    keys.write_text("\n")

    assert options[0] != options[1]
    assert Conversion(benchmark=Benchmark()).options() == {"benchmark": "all"}
    with pytest.raises(UsageError, match="names no data row"):
        Benchmark.read(str(keys)).marks()


@pytest.mark.parametrize("kind", [None, Kind.PRELABELS])
def test_only_ground_truth_can_be_a_benchmark(kind: Kind | None) -> None:
    """The kind must say so."""
    flags = ConversionFlags(benchmark="all")

    with pytest.raises(UsageError, match="--kind labels"):
        flags.read(kind, moves=MoveFlags(), coco=CocoFlags())


def test_keys_of_no_row_are_counted(tmp_path: Path) -> None:
    """A key that was mistyped would mark nothing, and nobody would know."""
    source, keys = tmp_path / "rows.ndjson", tmp_path / "keys"
    source.write_bytes(ROW + b"\n")
    keys.write_text("a\nb\nc\n")

    checked = check_sources(
        find_sources([str(source)]),
        settings=Settings(),
        tell=to_nobody,
        stopped=lambda: False,
        conversion=Conversion(benchmark=Benchmark.read(str(keys))),
    )

    assert checked.made.lost == {"unmatched-benchmark-keys": 2}
    assert document(checked)["lost"] == {"unmatched-benchmark-keys": 2}


def test_rows_made_of_coco_cannot_be_marked_on_their_way() -> None:
    """It is said, and not left undone."""
    with pytest.raises(UsageError, match="COCO"):
        Conversion(Format.COCO, benchmark=Benchmark())
