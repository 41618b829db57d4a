"""A check reads every row against the rules, from wherever it comes, and leaves nothing."""

import gzip
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from support.ndjson import made_row
from support.planned import Planning, write_sources

from bulkimport.engine.checking import Checked, check_sources
from bulkimport.errors import BudgetReached, UsageError
from bulkimport.events import Event, Scanned, to_nobody
from bulkimport.formats.conversion import Conversion
from bulkimport.formats.tables import TableFile
from bulkimport.model import Kind
from bulkimport.rows.ruling import Emphasis, Ruling, Tier
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources

GOOD = made_row(number=1) + b"\n"
MIXED = b"".join(
    row + b"\n"
    for row in (
        *(made_row("a", number=number) for number in range(10)),
        b"no json",
        b'{"dataRow":{"globalKey":"b"},"name":"car"}',
        *[made_row("b", number=1)] * 2,
        made_row("b", number=2),
        made_row("B", number=3),
    )
)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Temporary folders of a check lie here, and are gone when it is over."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def check(*words: object, stdin: bytes = b"", **more: Any) -> Checked:
    """Check the sources that words mean."""
    return check_sources(
        find_sources([str(word) for word in words]),
        settings=Settings(scan_block_bytes=300),
        tell=to_nobody,
        stopped=lambda: False,
        stdin=io.BytesIO(stdin),
        **more,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of rows, good and bad."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(MIXED)
    return path


def test_every_row_is_counted(source: Path) -> None:
    """Nothing is held back by a check: a row is good or it is not."""
    checked = check(source)

    assert (checked.read, checked.ok, checked.rejected) == (16, 12, 4)
    assert checked.by_slug == {"R-FILE-1": 1, "R-ID-2": 2, "R-KIND-1": 1}
    assert checked.warnings == {"R-DR-GK": 1, "R-ID-3": 7}
    # The rows that share uuids and go all the same; the two of one label in two spellings are such.
    assert checked.warned == 5
    assert sorted(one.rejection.line for one in checked.samples) == [11, 12, 13, 14]


@pytest.mark.parametrize("form", ["plain", "gzip", "stdin", "two files"])
def test_rows_are_checked_from_wherever_they_come(tmp_path: Path, source: Path, form: str) -> None:
    """The counts are the same."""
    expected = check(source)
    packed, half = tmp_path / "rows.gz", MIXED.index(b"no json")
    packed.write_bytes(gzip.compress(MIXED))
    parts = [tmp_path / "1", tmp_path / "2"]
    for path, content in zip(parts, (MIXED[:half], MIXED[half:]), strict=True):
        path.write_bytes(content)
    words = {"plain": [source], "gzip": [packed], "stdin": ["-"], "two files": parts}[form]

    checked = check(*words, stdin=MIXED)

    counts = [(one.read, one.ok, one.by_slug, one.warnings) for one in (expected, checked)]
    assert counts[0] == counts[1]


def test_rejections_are_written_where_the_caller_wants_them(tmp_path: Path, source: Path) -> None:
    """They are those of a plan, word for word."""
    rejected = tmp_path / "rejected.ndjson"

    check(source, rejected=rejected)

    Planning(tmp_path / "run").plan({str(source): source})
    planned = (tmp_path / "run/rejected.ndjson").read_bytes()
    assert sorted(rejected.read_bytes().splitlines()) == sorted(planned.splitlines())
    assert len(planned.splitlines()) == 4


@pytest.mark.parametrize("spelled", ["itself", "link"])
def test_a_source_is_never_written_over(tmp_path: Path, source: Path, spelled: str) -> None:
    """Not by whatever name it goes."""
    rejected = source
    if spelled == "link":
        rejected = tmp_path / "rejected.ndjson"
        rejected.symlink_to(source)

    with pytest.raises(UsageError, match="written over the source"):
        check(source, rejected=rejected)

    assert source.read_bytes() == MIXED


def test_earlier_rejections_are_written_over(tmp_path: Path, source: Path) -> None:
    """The file holds those of the last check."""
    rejected = tmp_path / "rejected.ndjson"
    rejected.write_bytes(b"x" * 100_000)

    check(source, rejected=rejected)

    assert all(orjson.loads(line) for line in rejected.read_bytes().splitlines())


@pytest.mark.parametrize("content", [b"", b"\n", b"\n \r\n\t"])
def test_an_input_without_rows_breaks_a_rule_of_its_own(tmp_path: Path, content: bytes) -> None:
    """It is answered like any other, and can be allowed."""
    (tmp_path / "empty").write_bytes(content)
    ruling = Ruling(emphasis=Emphasis(allow=frozenset({"R-FILE-5"})))

    for checked in (check(tmp_path / "empty"), check("-", stdin=content)):
        assert (checked.read, checked.ok, checked.rejected, checked.warned) == (0, 0, 0, 0)
        assert checked.by_slug == {"R-FILE-5": 1}
        assert checked.failed
    assert not check(tmp_path / "empty", ruling=ruling).failed


@pytest.mark.parametrize(
    ("content", "blank"),
    [
        (GOOD, 0),
        (GOOD[:-1], 0),
        (GOOD + b"\n", 1),
        (b"\n" + GOOD * 9 + b" \r\n\n" + GOOD + b" ", 4),
    ],
)
def test_blank_lines_are_told_and_are_no_rows(tmp_path: Path, content: bytes, blank: int) -> None:
    """Nothing is wrong with the rows around them."""
    (tmp_path / "rows").write_bytes(content)

    checked = check(tmp_path / "rows")

    assert checked.warnings.get("R-FILE-2", 0) == blank
    assert "R-FILE-2" not in checked.by_slug
    assert checked.read == content.count(b"dataRow")


def test_what_a_conversion_refuses_leaves_no_blank_line(tmp_path: Path) -> None:
    """Its lines are not those of the source."""
    (tmp_path / "keys.csv").write_text("from,to\na,b\n")
    (tmp_path / "rows").write_bytes(made_row("c", number=2) + b"\n" + GOOD)
    conversion = Conversion(key_map=TableFile.at(tmp_path / "keys.csv"))

    checked = check(tmp_path / "rows", conversion=conversion)

    assert (checked.read, checked.by_slug) == (2, {"R-MAP-1": 1})
    assert "R-FILE-2" not in checked.warnings


def test_a_check_can_be_stopped(source: Path) -> None:
    """And tells how far it is."""
    told: list[Event] = []

    def stopped() -> bool:
        return len(told) > 2

    with pytest.raises(BudgetReached, match="stopped"):
        check_sources(
            find_sources([str(source)]),
            settings=Settings(scan_block_bytes=300),
            tell=told.append,
            stopped=stopped,
        )

    assert len(told) == 3
    assert isinstance(told[-1], Scanned)


def test_good_rows_are_good(tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong."""
    paths = write_sources(tmp_path, GOOD)

    checked = check(*paths.values())

    assert (checked.read, checked.ok, checked.rejected, checked.warned) == (1, 1, 0, 0)
    assert checked.samples == ()


def test_warned_rows_are_counted_by_rule_and_the_first_few_shown(tmp_path: Path) -> None:
    """Once for each rule, however often a row breaks it; a rejected row only as rejected."""
    frame = b'{"dataRow":{"globalKey":"k%d"},"name":"n","bbox":'
    box = frame + b'{"top":0,"left":0,"height":0,"width":%d}}'
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b"".join(box % (n, -1 if n == 5 else n % 2) + b"\n" for n in range(10)))

    checked = check(path)

    assert (checked.ok, checked.rejected, checked.warned) == (9, 1, 9)
    assert checked.by_slug == {"R-BBOX-2": 1}
    assert checked.warnings == {"R-BBOX-3": 9, "R-ID-5": 10}
    shown = [sample.rejection.slug for sample in checked.cautions]
    assert sorted(shown) == ["R-BBOX-3"] * 3 + ["R-ID-5"] * 3


@pytest.mark.parametrize(("rows", "rejected"), [(10_000, 0), (10_001, 10_001)])
def test_more_ground_truth_than_the_plan_takes_is_rejected_whole(
    tmp_path: Path, rows: int, rejected: int
) -> None:
    """At the limit all go; over it none, whichever they are, tidy or scattered."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b"".join(made_row(f"k{n // 4}", number=n) + b"\n" for n in range(rows)))
    ruling = Ruling(kind=Kind.LABELS, tier=Tier.FREE)

    checked = check(path, ruling=ruling)
    allowed = check(path, ruling=ruling.without("R-FILE-7"))

    assert checked.by_slug == ({"R-FILE-7": rejected} if rejected else {})
    assert (checked.ok, checked.rejected) == (rows - rejected, rejected)
    assert allowed.rejected == 0
