"""A plan is whole or it is not there; at its edges it does what the caps say."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from support.ndjson import made_row, numbered_uuid
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.converting import Inputs
from bulkimport.engine.planning import Input
from bulkimport.engine.request import Shaping, Uuids
from bulkimport.errors import SourceUnreadable
from bulkimport.events import Scanned
from bulkimport.sandbox.samples import rows as sample_rows
from bulkimport.shards.group import Incomplete
from bulkimport.shards.plan import Plan
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, digest_file, stamp


def plan(tmp_path: Path, *contents: bytes, first: int | None = None, **shaping: object) -> Planned:
    """Plan some sources."""
    made = replace(Shaping(), **shaping)  # type: ignore[arg-type]
    return Planning(tmp_path / "run", made, first).plan(write_sources(tmp_path, *contents))


def lines(*rows: bytes) -> bytes:
    """Rows, a line each."""
    return b"".join(row + b"\n" for row in rows)


# --- what goes together ---------------------------------------------------------------------------


def test_scattered_rows_are_gathered_over_all_sources(tmp_path: Path) -> None:
    """Data rows in the order in which they first appear, their rows in the order of the sources."""
    rows = [made_row(key, number=n) for n, key in enumerate("abcabca")]

    planned = plan(tmp_path, lines(*rows[:3]), lines(*rows[3:5]), lines(*rows[5:]))

    assert planned.sent() == [lines(*(rows[at] for at in (0, 3, 6, 1, 4, 2, 5)))]
    assert planned.plan.totals.data_rows == 3


def test_keys_that_differ_by_case_go_together_with_a_warning(tmp_path: Path) -> None:
    """Global keys are not case-sensitive; apart, they would become two labels."""
    rows = [made_row("IMG.jpg", number=1), made_row("b", number=2), made_row("img.JPG", number=3)]

    planned = plan(tmp_path, lines(*rows), rows_per_shard=1)

    assert planned.sent() == [lines(rows[0], rows[2]), lines(rows[1])]
    assert planned.plan.totals.warnings == {"R-DR-GK": 1}


def test_equal_twins_stay_two_and_a_second_run_gives_them_the_same_uuids(tmp_path: Path) -> None:
    """A filled uuid is made of data row, content and number among equals."""
    rows = lines(made_row(), made_row("b"), made_row())

    first = plan(tmp_path / "1", rows)
    second = plan(tmp_path / "2", lines(made_row("c")) + rows)

    uuids = [orjson.loads(line)["uuid"] for line in first.sent()[0].splitlines()]
    again = [orjson.loads(line)["uuid"] for line in second.sent()[0].splitlines()]
    assert len(set(uuids)) == 3
    assert uuids == again[1:]


def test_rows_are_sent_as_they_are_when_uuids_are_kept(tmp_path: Path) -> None:
    """Also those without."""
    rows = [made_row(), made_row(), made_row(number=1), made_row(more='"uuid":null,')]

    assert plan(tmp_path, lines(*rows), uuids=Uuids.KEEP).sent() == [lines(*rows)]


# --- caps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count_", "shards"), [(100_000, [100_000]), (100_001, [100_000, 1])])
def test_a_shard_has_a_hundred_thousand_rows_and_not_one_more(
    tmp_path: Path, count_: int, shards: list[int]
) -> None:
    """Counted over whole data rows; all bytes are there."""
    rows = list(sample_rows(count_))

    planned = plan(tmp_path, lines(*rows), bytes_per_shard=1 << 30)

    assert [cut.rows for cut in planned.cuts] == shards
    assert b"".join(planned.sent()) == lines(*rows)
    assert planned.plan.totals.planned == count_


def many_names(count_: int) -> bytes:
    """Rows of one data row, of many names so that no name is too many."""
    return b"".join(
        b'{"uuid":"%s","dataRow":{"id":"a"},"name":"%d","point":{}}\n'
        % (numbered_uuid(number).encode(), number // 5000)
        for number in range(count_)
    )


def test_a_data_row_of_a_hundred_thousand_rows_travels_alone(tmp_path: Path) -> None:
    """With a shard of ten rows a data row, too."""
    planned = plan(
        tmp_path,
        lines(made_row("b")) + many_names(100_000) + lines(made_row("c")),
        rows_per_shard=2,
    )

    assert [(cut.rows, cut.data_rows) for cut in planned.cuts] == [(1, 1), (100_000, 1), (1, 1)]
    assert planned.plan.totals.rejected == 0


def test_a_data_row_of_one_row_more_is_rejected_whole(tmp_path: Path) -> None:
    """Each of its rows is named; its neighbours are none the worse."""
    planned = plan(tmp_path, lines(made_row("b")) + many_names(100_001))

    assert planned.plan.totals.by_slug == {"R-SHARD-1": 100_001}
    assert [cut.rows for cut in planned.cuts] == [1]
    rejected = planned.lines("rejected.ndjson")
    assert [line["line"] for line in rejected] == list(range(2, 100_003))


@pytest.mark.parametrize(("count_", "slugs"), [(5000, {}), (5001, {"R-LIM-1": 5001})])
def test_five_thousand_of_one_name_pass_and_one_more_does_not(
    tmp_path: Path, count_: int, slugs: dict[str, int]
) -> None:
    """With and without uuids, tidy or not."""
    for number, bare in enumerate((True, False)):
        rows = [made_row(number=None if bare else n, x=n) for n in range(count_)]

        planned = plan(tmp_path / str(number), lines(*rows, made_row("b")))

        assert planned.plan.totals.by_slug == slugs
        assert planned.plan.totals.planned == (count_ + 1 if not slugs else 1)


def test_a_data_row_over_the_byte_cap_travels_alone(tmp_path: Path) -> None:
    """It is sent, and nothing else with it."""
    rows = [made_row(key, number=n) for n, key in enumerate("abbbc")]
    size = len(rows[0]) + 1

    planned = plan(tmp_path, lines(*rows), bytes_per_shard=2 * size)

    assert planned.sent() == [lines(rows[0]), lines(*rows[1:4]), lines(rows[4])]


@pytest.mark.parametrize("tidy", [True, False])
@pytest.mark.parametrize("spare", [0, -1])
def test_a_data_row_over_the_hard_cap_is_rejected(
    tmp_path: Path, spare: int, *, tidy: bool
) -> None:
    """At the cap it goes; a byte over it, it does not. In one stretch or scattered."""
    big = [made_row("a", number=n) for n in range(3)]
    small = made_row("b", number=9)
    rows = [*big, small] if tidy else [big[0], small, *big[1:]]

    planned = plan(tmp_path, lines(*rows), max_data_row_bytes=len(lines(*big)) + spare)

    assert planned.plan.totals.by_slug == ({} if spare == 0 else {"R-SHARD-2": 3})
    assert planned.plan.totals.planned == (4 if spare == 0 else 1)


# --- incomplete data rows, sources without good rows ----------------------------------------------


@pytest.mark.parametrize(
    ("incomplete", "sent", "held"), [(Incomplete.HOLD, 1, 2), (Incomplete.SEND, 3, 0)]
)
def test_companions_of_a_bad_row_are_held_or_sent(
    tmp_path: Path, incomplete: Incomplete, sent: int, held: int
) -> None:
    """As chosen; a tidy stretch that stands far from the bad row, too."""
    bad = b'{"dataRow":{"globalKey":"a"},"name":"car"}'
    tidy = [made_row("a", number=n) for n in range(2)]

    planned = plan(tmp_path, lines(*tidy, made_row("b")), lines(bad), incomplete=incomplete)

    totals = planned.plan.totals
    assert (totals.read, totals.rejected, totals.held, totals.planned) == (4, 1, held, sent)
    lines_ = planned.lines("held.ndjson")
    assert [line["line"] for line in lines_] == [1, 2][:held]
    for line in lines_:
        assert list(line) == ["source", "line", "offset", "message", "row"]
        assert "another row of its data row was rejected" in line["message"]


def test_a_source_may_hold_no_good_row(tmp_path: Path) -> None:
    """Then nothing is sent, and the plan says why."""
    planned = plan(tmp_path, b"no json\n{}\n")

    totals = planned.plan.totals
    assert (totals.read, totals.rejected, totals.planned, totals.shards) == (2, 2, 0, 0)
    assert planned.sent() == []


def test_one_source_may_be_empty_but_not_all(tmp_path: Path) -> None:
    """No row at all is a mistake of the command."""
    assert plan(tmp_path, b"", lines(made_row()), b"\n \n").plan.totals.read == 1

    with pytest.raises(SourceUnreadable, match="s0, s1: there are no rows"):
        plan(tmp_path / "other", b"", b"\r\n\n")
    assert Plan.read(tmp_path / "other/run") is None


def test_rows_are_counted_by_kind_and_rule(tmp_path: Path) -> None:
    """Kinds of what is sent, rules of what is not."""
    box = made_row("b").replace(b'"point"', b'"bbox"')
    doubled = [made_row("c", number=1)] * 2

    totals = plan(tmp_path, lines(made_row(), made_row(), box, b"{}", *doubled)).plan.totals

    assert totals.by_kind == {"bbox": 1, "point": 2}
    assert totals.by_slug == {"R-DR-1": 1, "R-ID-2": 2}
    assert totals.rejected == 3


@pytest.mark.parametrize(("first", "canary"), [(None, 0), (1, 1), (3, 2), (4, 2), (99, 3)])
def test_the_canary_is_some_first_shards(tmp_path: Path, first: int | None, canary: int) -> None:
    """They hold just so many data rows, or all there are."""
    rows = lines(*(made_row(key) for key in "abcde"))

    planned = plan(tmp_path, rows, first=first, rows_per_shard=2)

    assert planned.plan.totals.canary_shards == canary
    if first:
        data_rows = sum(cut.data_rows for cut in planned.cuts[:canary])
        assert data_rows == min(first, 5)


# --- where rows come from -------------------------------------------------------------------------


def test_a_spooled_source_is_read_from_the_spool_and_watched_where_it_lies(tmp_path: Path) -> None:
    """The plan names both, and the fingerprint is that of the file the caller named."""
    spool = write_sources(tmp_path, lines(made_row()))["s0"]
    packed = tmp_path / "rows.gz"
    packed.write_bytes(b"packed")
    with open_plain(packed) as descriptor:
        original = Fingerprint(*stamp(descriptor), digest_file(packed))
    given = [Input("rows.gz", packed, spool, original), Input("-", None, spool)]
    planning_ = Planning(tmp_path / "run")
    planning_.folder.mkdir()

    made = planning_.planner().plan(Inputs(tuple(given)), made_at=1.0)

    assert [(one.path, one.read_path) for one in made.sources] == [
        (str(packed), str(spool)),
        (None, str(spool)),
    ]
    assert made.sources[0].fingerprint == original
    assert made.changed_source() is None
    packed.write_bytes(b"another")
    assert made.changed_source() == "rows.gz"


def test_the_scan_tells_how_far_it_is(tmp_path: Path) -> None:
    """Bytes and rows only grow, up to all of them."""
    content = lines(*(made_row(number=n) for n in range(100)), b"bad")
    scan = Planning(tmp_path / "run", block_bytes=500)

    scan.plan(write_sources(tmp_path, content, content))

    told = scan.scanned()
    assert len(told) > 10
    assert told == sorted(told, key=lambda event: (event.bytes, event.rows, event.rejected))
    assert told[-1] == Scanned(202, 2 * len(content), 2 * len(content), 2)
