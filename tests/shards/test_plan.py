"""A plan is written once, read back as it was, and knows its sources."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bulkimport.errors import DiskTrouble, RunMismatch
from bulkimport.model import Address, Kind
from bulkimport.shards.plan import FILE_NAME, Plan, PlannedSource, Totals
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, digest_file, stamp

TOTALS = Totals(
    read=10,
    held=1,
    planned=6,
    data_rows=3,
    shards=2,
    bytes=1000,
    canary_shards=0,
    by_kind={"bbox": 4, "point": 2},
    by_slug={"R-FILE-1": 1, "R-ID-2": 2},
    warnings={"R-DR-GK": 1},
)


def source(path: Path, *, name: str = "rows.ndjson") -> PlannedSource:
    """A file as it is now, planned."""
    with open_plain(path) as descriptor:
        fingerprint = Fingerprint(*stamp(descriptor), digest_file(path))
    return PlannedSource(name, str(path), fingerprint, str(path))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A file of rows."""
    path = tmp_path / "rows.ndjson"
    path.write_bytes(b"{}\n")
    return path


@pytest.fixture
def plan(rows: Path) -> Plan:
    """A plan of one file and one stream."""
    stream = PlannedSource("-", None, Fingerprint(3, 1, 2, "d"), str(rows))
    return Plan(
        key="0123456789abcdef",
        generation=2,
        destination=Address("labelbox", "project"),
        endpoint="https://host/graphql",
        kind=Kind.PRELABELS,
        options={"uuids": "fill"},
        sources=(source(rows), stream),
        totals=TOTALS,
        made_at=1700000000.123456,
    )


def test_a_plan_is_read_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    """Equal in every field, and by its digest."""
    plan.write(tmp_path)

    read = Plan.read(tmp_path)

    assert read == plan
    assert read is not None
    assert read.digest() == plan.digest()
    assert isinstance(read.kind, Kind)


def test_there_may_be_no_plan_yet(tmp_path: Path) -> None:
    """A folder without plan.json is no run."""
    assert Plan.read(tmp_path) is None
    assert Plan.read(tmp_path / "gone") is None


def test_a_plan_tells_people_what_it_holds(plan: Plan, tmp_path: Path) -> None:
    """It is JSON, and its rejected rows are those of its rules together."""
    plan.write(tmp_path)
    document = orjson.loads((tmp_path / FILE_NAME).read_bytes())

    assert document["version"] == 1
    assert document["destination"] == {"service": "labelbox", "place": "project"}
    assert document["kind"] == "prelabels"
    assert plan.totals.rejected == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, generation=1),
        lambda plan: replace(plan, kind=Kind.LABELS),
        lambda plan: replace(plan, made_at=plan.made_at + 1e-6),
        lambda plan: replace(plan, options={"uuids": "keep"}),
        lambda plan: replace(plan, totals=replace(TOTALS, shards=3)),
        lambda plan: replace(plan, sources=plan.sources[:1]),
    ],
)
def test_a_digest_is_of_the_whole_plan(plan: Plan, change: Callable[[Plan], Plan]) -> None:
    """A ledger knows its own plan by it."""
    assert change(plan).digest() != plan.digest()
    assert replace(plan).digest() == plan.digest()


def broken(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """A document in which something was changed."""

    def spoil(content: bytes) -> bytes:
        document = orjson.loads(content)
        change(document)
        return orjson.dumps(document)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda content: content[:-2], "cannot be read"),
        (lambda content: b"", "cannot be read"),
        (lambda content: b"[]", "cannot be read"),
        (lambda content: b"{}", "cannot be read"),
        (broken(lambda plan: plan.update(version=2)), "another version"),
        (broken(lambda plan: plan.pop("key")), "cannot be read"),
        (broken(lambda plan: plan.update(more=1)), "cannot be read"),
        (broken(lambda plan: plan.update(kind="data")), "cannot be read"),
        (broken(lambda plan: plan.update(sources=None)), "cannot be read"),
        (broken(lambda plan: plan.update(destination="labelbox:x")), "cannot be read"),
        (broken(lambda plan: plan["totals"].pop("read")), "cannot be read"),
        (broken(lambda plan: plan["sources"][0].pop("fingerprint")), "cannot be read"),
        (broken(lambda plan: plan["sources"][0]["fingerprint"].pop("size")), "cannot be read"),
    ],
)
def test_a_damaged_or_foreign_plan_is_told(
    plan: Plan, tmp_path: Path, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    """It is never taken for no plan, which would be made anew and sent again."""
    plan.write(tmp_path)
    path = tmp_path / FILE_NAME
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(RunMismatch, match=sentence) as caught:
        Plan.read(tmp_path)

    assert caught.value.place == str(path)


def test_a_plan_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """A folder stands in its place."""
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(DiskTrouble, match=r"plan\.json"):
        Plan.read(tmp_path)


def test_unchanged_sources_are_no_news(plan: Plan, rows: Path) -> None:
    """A touched file is read once more; a stream is never looked at."""
    assert plan.changed_source() is None
    os.utime(rows, ns=(1, 1))
    assert plan.changed_source() is None


def test_the_first_changed_source_is_named(plan: Plan, tmp_path: Path) -> None:
    """By the name that people gave it."""
    others = [tmp_path / name for name in ("b", "c")]
    for path in others:
        path.write_bytes(b"{}\n")
    several = replace(
        plan, sources=(*plan.sources, *(source(path, name=path.name) for path in others))
    )
    for path in others:
        path.write_bytes(b"[]\n")
        os.utime(path, ns=(1, 1))

    assert several.changed_source() == "b"
    others[0].unlink()
    assert several.changed_source() == "b"
