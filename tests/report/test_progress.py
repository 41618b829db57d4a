"""How far a run is, told from its events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkimport.events import (
    BytesSent,
    Event,
    LimitChanged,
    OutageBegan,
    OutageEnded,
    PicturesSent,
    Planned,
    Resumed,
    Retried,
    Scanned,
    Settled,
    Split,
    Stopping,
    Submitted,
)
from bulkimport.report.heartbeat import facts, line
from bulkimport.report.progress import Progress, Stage

MIB = 1 << 20
SCAN = Scanned(rows=500, bytes=25 * MIB, total_bytes=100 * MIB, rejected=3)
PICTURES = PicturesSent(7, 50, 100)
PLAN = Planned("run", rows=1000, data_rows=100, shards=10, bytes=100 * MIB, rejected=3, held=1)


def told(*events: Event, start: Progress | None = None, at: float = 0.0) -> Progress:
    """The progress after `events`, all at one time."""
    progress = start or Progress()
    for event in events:
        progress = progress.after(event, at)
    return progress


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ([], Stage.STARTING),
        ([SCAN], Stage.SCANNING),
        ([SCAN, PICTURES], Stage.PICTURES),
        ([SCAN, PICTURES, SCAN], Stage.SCANNING),
        ([SCAN, PICTURES, SCAN, PLAN], Stage.SENDING),
        ([SCAN, PLAN], Stage.SENDING),
        ([Resumed("run", 3, 10)], Stage.SENDING),
        ([PLAN, BytesSent("a", 100 * MIB)], Stage.SETTLING),
        ([PLAN, BytesSent("a", 100 * MIB), BytesSent("a", -1)], Stage.SENDING),
        ([PLAN, Stopping("SIGTERM", 25.0)], Stage.STOPPING),
        ([SCAN, Stopping("SIGTERM", 25.0)], Stage.STOPPING),
    ],
)
def test_the_stage_is_what_the_run_is_busy_with(events: list[Event], stage: Stage) -> None:
    """Forwards, and backwards when an attempt failed."""
    assert told(*events).stage is stage


@pytest.mark.parametrize(
    ("events", "fraction"),
    [
        ([], None),
        ([SCAN], 0.25),
        ([SCAN, PICTURES], 0.5),
        ([Scanned(0, 0, 0, 0)], 1.0),
        ([SCAN, PLAN], 0.0),
        ([PLAN, BytesSent("a", 50 * MIB)], 0.5),
        ([PLAN, Submitted("a", 100, 10 * MIB, adopted=True)], 0.1),
        ([PLAN, Submitted("a", 100, 10 * MIB, adopted=False)], 0.0),
        ([PLAN, Resumed("run", 3, 10), BytesSent("a", 20 * MIB)], 0.5),
        ([Resumed("run", 3, 10)], None),
        ([PLAN, BytesSent("a", 200 * MIB)], 1.0),
        ([PLAN, BytesSent("a", -5)], 0.0),
        ([Planned("run", 0, 0, 0, 0, 3, 1)], 1.0),
    ],
)
def test_the_fraction_is_of_bytes(events: list[Event], fraction: float | None) -> None:
    """From 0 to 1 whatever happens, and none where the whole is not known."""
    assert told(*events).fraction == fraction


@pytest.mark.parametrize(
    ("events", "in_flight"),
    [
        ([BytesSent("a", 5), BytesSent("a", 5), BytesSent("b", 5)], 2),
        ([BytesSent("a", 5), Submitted("a", 1, 5, adopted=False)], 0),
        ([BytesSent("a", 5), BytesSent("a", -5)], 0),
        ([BytesSent("a", 5), Retried("a", "503", 1.0)], 0),
        ([BytesSent("a", 5), BytesSent("b", 5), Split("a", 2, "too large")], 1),
    ],
)
def test_a_shard_is_in_flight_while_its_bytes_leave(events: list[Event], in_flight: int) -> None:
    """Until it is taken, split, or fails."""
    assert len(told(*events).wire.shards) == in_flight


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """A fast beginning does not brighten a slow present."""
    progress = told(PLAN)
    for second in range(100):
        size = MIB if second < 40 else MIB // 4
        progress = progress.after(BytesSent("a", size), float(second))

    assert progress.bytes_per_second(99.0) == pytest.approx(MIB // 4, rel=0.06)
    assert progress.rows_per_second(99.0) == pytest.approx(2.5, rel=0.06)
    left = PLAN.bytes - progress.sent_bytes
    assert progress.seconds_left(99.0) == pytest.approx(left / (MIB // 4), rel=0.06)
    assert len(progress.samples) <= 21


def test_a_rate_is_not_told_before_time_has_passed() -> None:
    """No division by nothing, and no wild first number."""
    progress = told(PLAN)
    assert progress.bytes_per_second(5.0) is None
    progress = told(BytesSent("a", MIB), start=progress, at=5.0)
    assert progress.bytes_per_second(5.0) is None
    assert progress.seconds_left(5.0) is None
    assert progress.bytes_per_second(6.0) == MIB


def test_silence_brings_the_rate_down() -> None:
    """The line of a run that stands still must not look as if it moved."""
    progress = told(PLAN)
    for second in range(10):
        progress = progress.after(BytesSent("a", MIB), float(second))

    rates = [progress.bytes_per_second(at) for at in (9.0, 20.0, 60.0, 600.0)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < MIB / 100


def test_many_slices_in_a_moment_cost_one_sample() -> None:
    """Memory does not grow with the rate."""
    progress = told(PLAN)
    for slice_number in range(10_000):
        progress = progress.after(BytesSent("a", 10), slice_number / 1000)

    assert len(progress.samples) <= 41


def test_an_outage_is_told_until_it_ends() -> None:
    """And why it began."""
    away = told(PLAN, OutageBegan("503"))

    assert away.outage == "503"
    assert told(OutageEnded(9.0, 3), start=away).outage == ""


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "starting"),
        ([SCAN], "scanning 25%: 500 rows, 3 rejected"),
        ([SCAN, PICTURES], "sending pictures 50%: 7 pictures"),
        ([SCAN, OutageBegan("503")], "scanning 25%: destination away (503), 500 rows, 3 rejected"),
        (
            [PLAN, LimitChanged(8, 0), BytesSent("a", 50 * MIB), Settled("b", 90, 8, 2)],
            (
                "sending 50%: 100 of 1,000 rows settled, 8 failed, 2 unknown, "
                "50.0 MiB of 100.0 MiB sent, 50 rows/s, 10 s left, 1 of 8 in flight"
            ),
        ),
        (
            [PLAN, BytesSent("a", 100 * MIB), Submitted("a", 1000, 100 * MIB, adopted=False)],
            "settling: 0 of 1,000 rows settled, 100.0 MiB of 100.0 MiB sent",
        ),
        (
            [PLAN, OutageBegan("503"), Retried("a", "503", 1.0)],
            (
                "sending 0%: destination away (503), 0 of 1,000 rows settled, "
                "0 bytes of 100.0 MiB sent, 0 rows/s, 0 in flight, 1 retry"
            ),
        ),
        (
            [PLAN, Stopping("stopped by SIGTERM", 25.0)],
            "stopping: stopped by SIGTERM, 0 of 1,000 rows settled, 0 bytes of 100.0 MiB sent",
        ),
        ([Resumed("run", 3, 10)], "sending: 0 rows settled, 0 bytes sent, 0 in flight"),
    ],
)
def test_one_line_says_how_far_the_run_is(events: list[Event], said: str) -> None:
    """At each stage; ten seconds after the events."""
    assert line(told(*events), 10.0) == said


EVENTS = st.one_of(
    st.builds(BytesSent, shard=st.sampled_from("ab"), bytes=st.integers(-MIB, MIB)),
    st.builds(Submitted, shard=st.sampled_from("ab"), rows=st.integers(1, 9),
              bytes=st.integers(1, MIB), adopted=st.booleans()),
    st.builds(Settled, shard=st.sampled_from("ab"), accepted=st.integers(0, 9),
              failed=st.integers(0, 9), unknown=st.integers(0, 9)),
    st.builds(Retried, shard=st.sampled_from("ab"), reason=st.just("503"), delay=st.just(1.0)),
    st.builds(LimitChanged, limit=st.integers(1, 9), in_flight=st.integers(0, 9)),
    st.sampled_from([SCAN, PICTURES, PLAN, Resumed("run", 0, 0), Resumed("run", 4, 10),
                     OutageBegan("off"), OutageEnded(1.0, 1), Split("a", 2, "large"),
                     Stopping("signal", 1.0), Planned("run", 0, 0, 0, 0, 0, 0)]),
)  # fmt: skip


@given(st.lists(st.tuples(EVENTS, st.floats(0, 30)), max_size=40))
def test_any_events_in_any_order_can_be_shown(events: list[tuple[Event, float]]) -> None:
    """A report of progress never stops the run it reports on."""
    progress, at = Progress(), 0.0
    for event, passed in events:
        at += passed
        progress = progress.after(event, at)
        assert line(progress, at)
        shown = facts(progress, at)
        assert shown["fraction"] is None or 0 <= shown["fraction"] <= 1
        assert shown["seconds_left"] is None or shown["seconds_left"] >= 0
    settled = [event for event, _ in events if isinstance(event, Settled)]
    assert progress.done.rows == sum(e.accepted + e.failed + e.unknown for e in settled)
