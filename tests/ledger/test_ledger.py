"""What the ledger writes down, refuses, and finds again."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bulkimport.errors import DiskTrouble, InternalError, RunMismatch
from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Cut, Sending
from bulkimport.ledger.states import ShardState
from bulkimport.model import Account


def reopened(ledger: Ledger, path: Path) -> Ledger:
    """The ledger as the next process finds it; `ledger` goes on and is closed by its fixture."""
    return Ledger.read(path, plan_digest="plan")


def states(ledger: Ledger) -> list[str]:
    """The states of all shards by number."""
    return [shard.state.value for shard in ledger.shards()]


def part(rows: int, data_rows: int, interval: tuple[int, int], plan_index: int = 0) -> Cut:
    """A part of the first shard, named after its interval."""
    start, end = interval
    return Cut(f"{start}", rows, data_rows, end - start, "d", plan_index, start, end)


def test_a_new_ledger_has_every_shard_planned(ledger: Ledger, planned: list[Cut]) -> None:
    """In the order of the plan, numbered from 0, with nothing sent."""
    shards = list(ledger.pending())

    assert [shard.number for shard in shards] == [0, 1, 2, 3]
    assert [shard.cut for shard in shards] == planned
    assert {shard.state for shard in shards} == {ShardState.PLANNED}
    assert {shard.sending for shard in shards} == {Sending()}


def test_a_plan_of_no_shards_has_a_ledger(path: Path) -> None:
    """All rows may have been rejected."""
    empty = Ledger.create(path, [], plan_digest="plan")

    assert list(empty.pending()) == []
    assert empty.tally().account == Account()
    assert empty.failed_end() == 0
    empty.close()


def test_a_shard_goes_its_whole_way(ledger: Ledger, path: Path) -> None:
    """Every step is found by the next process as soon as its call returned."""
    ledger.intend(1, sent_at=12.5)
    later = reopened(ledger, path)
    assert later.shard(1).sending == Sending(attempts=1, sent_at=12.5)

    ledger.intend(1, sent_at=80.0, resent=True)
    ledger.receipt(1, import_id="import", adopted=True)
    assert later.shard(1).state is ShardState.SUBMITTED
    assert later.shard(1).sending == Sending(2, 80.0, resent=True, import_id="import", adopted=True)

    ledger.settle(1, accepted=98, failed=2, unknown=1, failed_end=640)
    outcome = later.shard(1).outcome
    assert (outcome.accepted, outcome.failed, outcome.unknown) == (98, 2, 1)
    assert later.failed_end() == 640
    assert [shard.number for shard in later.pending()] == [0, 2, 3]
    assert [shard.number for shard in later.unknown_shards()] == [1]
    later.close()


def test_a_refused_shard_has_failed_rows_and_a_lost_one_unknown_rows(ledger: Ledger) -> None:
    """Whole shards; the reason is kept."""
    for number in (0, 1):
        ledger.intend(number, sent_at=1.0)
    ledger.refuse(0, reason="no such project", failed_end=10)
    ledger.lose(1, reason="two imports of this name")

    assert ledger.shard(0).account() == Account(read=100, failed=100)
    assert ledger.shard(1).account() == Account(read=101, unknown=101)
    assert ledger.shard(1).outcome.reason == "two imports of this name"


def test_a_released_shard_waits_again_and_keeps_that_it_was_resent(ledger: Ledger) -> None:
    """What was in doubt once is not forgotten because a later attempt left nothing."""
    ledger.intend(0, sent_at=1.0)
    ledger.intend(0, sent_at=2.0, resent=True)
    ledger.release(0)
    ledger.intend(0, sent_at=3.0)

    assert ledger.shard(0).sending == Sending(attempts=3, sent_at=3.0, resent=True)


def test_a_failed_import_has_a_successor(ledger: Ledger) -> None:
    """With a new name and without the receipt of the old one."""
    ledger.intend(0, sent_at=1.0)
    ledger.receipt(0, import_id="first")
    ledger.succeed(0, name="run-0-2")

    shard = ledger.shard(0)
    assert (shard.state, shard.cut.name) == (ShardState.PLANNED, "run-0-2")
    assert shard.sending == Sending(attempts=1, successor=2)


def test_the_parts_of_a_split_shard_come_last(ledger: Ledger) -> None:
    """Even when the shards are being walked through while it is split."""
    walk = ledger.pending()
    assert next(walk).number == 0
    parts = [part(60, 4, (0, 600)), part(40, 6, (600, 1000))]

    children = ledger.split(0, parts)

    assert [(child.number, child.parent, child.cut) for child in children] == [
        (4, 0, parts[0]),
        (5, 0, parts[1]),
    ]
    assert [shard.number for shard in walk] == [1, 2, 3, 4, 5]
    assert states(ledger) == ["split", *["planned"] * 5]
    assert ledger.shard(0).account() == Account()
    assert ledger.tally().account == Account(read=406, unsent=406)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part(100, 10, (0, 1000))],
        [part(50, 5, (0, 500)), part(49, 5, (500, 1000))],
        [part(50, 5, (0, 500)), part(50, 4, (500, 1000))],
        [part(50, 5, (0, 600)), part(50, 5, (500, 1000))],
        [part(50, 5, (0, 400)), part(50, 5, (500, 1000))],
        [part(50, 5, (0, 500)), part(50, 5, (500, 999))],
        [part(50, 5, (0, 500), 1), part(50, 5, (500, 1000), 1)],
    ],
    ids=["none", "itself", "row", "data row", "overlap", "gap", "end", "of another"],
)
def test_parts_that_do_not_carry_the_same_rows_are_our_mistake(
    ledger: Ledger, parts: list[Cut]
) -> None:
    """Nothing of such a split is written down."""
    with pytest.raises(InternalError, match="do not carry its rows"):
        ledger.split(0, parts)

    assert states(ledger) == ["planned"] * 4


def test_a_change_that_fails_half_way_leaves_nothing(ledger: Ledger) -> None:
    """The second part has a name that is taken, when the first is in already."""
    parts = [part(60, 4, (0, 600)), replace(part(40, 6, (600, 1000)), name="run-3")]

    with pytest.raises(InternalError, match=r"UNIQUE constraint failed: shard\.name"):
        ledger.split(0, parts)

    assert states(ledger) == ["planned"] * 4
    ledger.intend(0, sent_at=1.0)


@pytest.mark.parametrize(("accepted", "failed", "unknown"), [(99, 0, 0), (99, 1, 1), (101, -1, 0)])
def test_a_settled_row_has_one_fate(
    ledger: Ledger, accepted: int, failed: int, unknown: int
) -> None:
    """Fates that are not as many as the rows are refused."""
    ledger.intend(0, sent_at=1.0)
    ledger.receipt(0, import_id="import")

    with pytest.raises(InternalError, match="CHECK constraint failed"):
        ledger.settle(0, accepted=accepted, failed=failed, unknown=unknown, failed_end=0)

    assert ledger.shard(0).state is ShardState.SUBMITTED


def test_the_file_of_failed_rows_never_gets_shorter(ledger: Ledger) -> None:
    """An end before that of another shard would cut its rows off."""
    for number in (0, 1):
        ledger.intend(number, sent_at=1.0)
        ledger.receipt(number, import_id=f"import-{number}")
    ledger.settle(0, accepted=0, failed=100, unknown=0, failed_end=50)

    with pytest.raises(InternalError, match="before the 50 on record"):
        ledger.settle(1, accepted=101, failed=0, unknown=0, failed_end=49)


def test_an_illegal_change_is_refused_and_leaves_no_trace(ledger: Ledger) -> None:
    """A shard that was not sent has no receipt, and one that does not exist nothing at all."""
    with pytest.raises(InternalError, match="planned cannot take the change receipt"):
        ledger.receipt(0, import_id="import")
    with pytest.raises(InternalError, match="no shard 77"):
        ledger.intend(77, sent_at=1.0)

    assert ledger.tally().attempts == 0


def test_the_tally_counts_every_row_once(ledger: Ledger) -> None:
    """One shard of each fate; `sending` is unsent and in doubt."""
    for number in (0, 1, 2):
        ledger.intend(number, sent_at=1.0)
    for number in (0, 1):
        ledger.receipt(number, import_id=f"import-{number}", adopted=number == 0)
    ledger.settle(0, accepted=90, failed=6, unknown=4, failed_end=9)

    tally = ledger.tally()

    assert tally.account == Account(
        read=406, accepted=90, failed=6, unknown=4, pending=101, unsent=205
    )
    assert tally.shards == {
        ShardState.SETTLED: 1,
        ShardState.SUBMITTED: 1,
        ShardState.SENDING: 1,
        ShardState.PLANNED: 1,
    }
    assert (tally.in_doubt, tally.attempts, tally.resent, tally.adopted) == (102, 3, 0, 1)


def test_what_was_remembered_is_recalled(ledger: Ledger, path: Path) -> None:
    """The last value of a key counts; the ledger's own facts never change."""
    assert ledger.recall("largest_body") is None
    ledger.remember("largest_body", "1000")
    ledger.remember("largest_body", "500")

    later = reopened(ledger, path)
    assert later.recall("largest_body") == "500"
    later.close()
    with pytest.raises(InternalError, match="plan_digest never changes"):
        ledger.remember("plan_digest", "other")


def test_the_ledger_of_another_plan_is_not_opened(ledger: Ledger, path: Path) -> None:
    """The plan's digest says whose shards these are."""
    with pytest.raises(RunMismatch, match="another plan"):
        Ledger.open(path, plan_digest="other")


def test_the_ledger_of_another_version_is_not_opened(ledger: Ledger, path: Path) -> None:
    """Never guess what an unknown layout means."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    connection.close()

    with pytest.raises(RunMismatch, match="version 2"):
        Ledger.open(path, plan_digest="plan")


def test_a_ledger_is_made_once(ledger: Ledger, path: Path, planned: list[Cut]) -> None:
    """What was recorded is never laid out anew."""
    ledger.intend(0, sent_at=1.0)

    with pytest.raises(InternalError, match="has a ledger already"):
        Ledger.create(path, planned, plan_digest="plan")

    assert ledger.shard(0).state is ShardState.SENDING


def test_a_ledger_that_was_not_finished_is_made_again(path: Path, planned: list[Cut]) -> None:
    """A crash while it was made leaves a draft, which nobody takes for a ledger."""
    draft = path.with_name("ledger.sqlite.draft")
    draft.write_bytes(b"half a database")
    draft.with_name("ledger.sqlite.draft-journal").write_bytes(b"half a journal")

    with pytest.raises(DiskTrouble, match=r"ledger\.sqlite"):
        Ledger.open(path, plan_digest="plan")
    ledger = Ledger.create(path, planned, plan_digest="plan")

    assert [file.name for file in path.parent.iterdir()] == ["ledger.sqlite"]
    ledger.close()


def test_a_file_that_is_no_ledger_is_trouble_of_the_disk(path: Path) -> None:
    """Its path is named."""
    path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(DiskTrouble, match=r"ledger\.sqlite: file is not a database"):
        Ledger.open(path, plan_digest="plan")


def test_a_reader_sees_a_live_run_and_cannot_change_it(ledger: Ledger, path: Path) -> None:
    """`status` looks while another process works."""
    reader = reopened(ledger, path)
    ledger.intend(0, sent_at=1.0)

    assert reader.shard(0).state is ShardState.SENDING
    with pytest.raises(DiskTrouble, match="readonly"):
        reader.intend(1, sent_at=1.0)
    reader.close()


def test_only_the_owner_may_read_the_ledger(ledger: Ledger, path: Path) -> None:
    """As every file of a run."""
    assert path.stat().st_mode & 0o777 == 0o600
