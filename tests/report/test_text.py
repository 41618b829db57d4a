"""What is printed at the end of a run."""

import shlex
from dataclasses import replace

import pytest

from bulkimport.model import Account
from bulkimport.report.document import Counts, Effort, Report, Size
from bulkimport.report.tally import RunState
from bulkimport.report.text import headline, resume_command, text

WELL = Report(
    run="runs/labels-p",
    state=RunState.FINISHED,
    exit_code=0,
    account=Account(read=1_000_000, accepted=1_000_000),
    size=Size(data_rows=100_000, shards=10, bytes=640 << 20),
    effort=Effort(seconds=42.0, requests=52, retries=0, settled=1_000_000),
)
BADLY = Report(
    run="runs/labels of night",
    state=RunState.STOPPED,
    exit_code=9,
    account=Account(
        read=1000,
        accepted=100,
        rejected=200,
        held=50,
        failed=25,
        unsent=400,
        pending=125,
        unknown=100,
    ),
    size=Size(data_rows=80, shards=7, bytes=4096),
    effort=Effort(seconds=185.0, requests=12, retries=1),
    counts=Counts({}, {"uuid-shape": 9, "row-not-json": 191}, {"data-row-case": 3}),
    in_doubt=100,
    unknown_shards=("bulkimport-a-00001", "bulkimport-a-00004"),
    reason="the destination is away: 503",
)


def test_a_run_that_went_well_is_told_in_few_lines() -> None:
    """Zeros are left out, and there is nothing to do."""
    assert (
        text(WELL)
        == """\
finished: all 1,000,000 rows accepted

  read      1,000,000
  accepted  1,000,000

100,000 data rows in 10 shards, 640.0 MiB
42 s (23,810 rows/s), 52 requests, no retries

run folder: runs/labels-p"""
    )


def test_a_run_that_went_badly_says_where_to_look_and_what_to_do() -> None:
    """Every number that is not zero has its file or its meaning."""
    assert (
        text(BADLY)
        == """\
stopped: 100 of 1,000 rows accepted; the destination is away: 503

  read      1,000
  accepted    100
  rejected    200  against our rules, see runs/labels of night/rejected.ndjson
  held         50  kept back with rejected rows of the same data row, see \
runs/labels of night/held.ndjson
  failed       25  refused by the destination, see runs/labels of night/failed.ndjson
  unsent      400  not sent; 100 of them may have arrived, which going on will find out first
  pending     125  sent, and the destination has not finished with them
  unknown     100  sent, and their fate cannot be learned, see runs/labels of night/unknown

rejected by rule
  191  row-not-json
    9  uuid-shape

warnings
  3  data-row-case

fate unknown: look for these imports at the destination before sending them again
  bulkimport-a-00001
  bulkimport-a-00004

80 data rows in 7 shards, 4.0 KiB
3 min 05 s, 12 requests, 1 retry

run folder: runs/labels of night
to go on:   bulkimport resume 'runs/labels of night'"""
    )


@pytest.mark.parametrize(
    ("state", "account", "reason", "line"),
    [
        (RunState.FINISHED, Account(), "", "finished: no rows"),
        (RunState.FINISHED, Account(1, 1), "", "finished: 1 row accepted"),
        (RunState.FINISHED, Account(3, 2, failed=1), "", "finished: 2 of 3 rows accepted"),
        (RunState.RUNNING, Account(3, 2, pending=1), "", "running: 2 of 3 rows accepted"),
        (
            RunState.INTERRUPTED,
            Account(3, 2, unsent=1),
            "stopped by SIGTERM",
            "interrupted: 2 of 3 rows accepted; stopped by SIGTERM",
        ),
    ],
)
def test_the_first_line_says_how_it_went(
    state: RunState, account: Account, reason: str, line: str
) -> None:
    """For each state, and for no rows and one."""
    assert headline(Report("r", state, 0, account, reason=reason)) == line


@pytest.mark.parametrize(
    ("state", "account", "shown"),
    [
        (RunState.STOPPED, Account(2, 1, unsent=1), True),
        (RunState.STOPPED, Account(2, 1, pending=1), True),
        (RunState.INTERRUPTED, Account(2, 1, unsent=1), True),
        (RunState.RUNNING, Account(2, 1, unsent=1), False),
        (RunState.FINISHED, Account(2, 1, unknown=1), False),
    ],
)
def test_the_way_to_go_on_is_shown_when_there_is_one(
    state: RunState, account: Account, *, shown: bool
) -> None:
    """Not for a run at work, nor for one that no resuming would change."""
    assert ("bulkimport resume" in text(Report("r", state, 0, account))) is shown


@pytest.mark.parametrize("folder", ["plain", "with space", "it's", "$(rm -rf)"])
def test_the_command_survives_a_shell(folder: str) -> None:
    """Whatever the folder is called."""
    assert shlex.split(resume_command(folder)) == ["bulkimport", "resume", folder]


def test_long_lists_are_cut_and_say_so() -> None:
    """Twenty lines are read at night, ten thousand are not."""
    names = tuple(f"import-{n:05}" for n in range(10_020))
    said = text(replace(BADLY, unknown_shards=names))

    assert "  import-00019\n  and 10,000 more in report.json\n" in said
    assert "import-00020" not in said
