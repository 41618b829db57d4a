"""The machine: decisions by the rows of their table, and a look at this one."""

from pathlib import Path

import pytest

from bulkimport.destinations.reach import Reached
from bulkimport.engine.doctor.finding import Check, Finding, State, exit_code
from bulkimport.engine.doctor.machine import (
    judge_disk,
    judge_handles,
    look_at_clock,
    look_at_disk,
    look_at_handles,
    look_at_route,
)
from bulkimport.errors import CredentialsRefused, DestinationAway, DiskTrouble, QuotaReached
from bulkimport.settings import MEBIBYTE


@pytest.mark.parametrize(
    ("now", "service", "state", "words"),
    [
        (1000.0, 1000.0, State.GOOD, "within"),
        (1030.0, 1000.0, State.GOOD, "within"),
        (1031.0, 1000.0, State.WARNING, "31 s fast"),
        (1000.0, 4600.0, State.WARNING, "3,600 s slow"),
        (1000.0, None, State.UNKNOWN, "does not say"),
    ],
)
def test_the_clock_is_held_to_the_services(
    now: float, service: float | None, state: State, words: str
) -> None:
    """Half a minute is nothing; a time zone taken wrongly is."""
    found = look_at_clock(now, service)

    assert found.state is state
    assert words in found.words
    assert bool(found.remedy) is (state is State.WARNING)


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (0, State.BAD),
        (63, State.BAD),
        (64, State.WARNING),
        (1023, State.WARNING),
        (1024, State.GOOD),
    ],
)
def test_the_disk_must_have_room(free: int, state: State) -> None:
    """In MiB: less than 64 is no room for a run."""
    found = judge_disk(free * MEBIBYTE, Path("runs"))

    assert found.state is state
    assert found.exit_code == (5 if state is State.BAD else 0)


@pytest.mark.parametrize(
    ("most", "state"),
    [(255, State.BAD), (256, State.WARNING), (1023, State.WARNING), (1024, State.GOOD)],
)
def test_enough_files_may_be_open(most: int, state: State) -> None:
    """Sources, partitions and sockets are open at once."""
    assert judge_handles(most).state is state


def test_this_machine_is_fit(tmp_path: Path) -> None:
    """What is looked at can be looked at; nothing is left behind."""
    assert look_at_disk(tmp_path / "not" / "yet").state is not State.BAD
    assert look_at_handles().state is not State.BAD
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file stands where a folder is needed."""
    (tmp_path / "file").touch()

    found = look_at_disk(tmp_path / "file")

    assert (found.state, found.exit_code) == (State.BAD, 5)
    assert "--runs" in found.remedy


@pytest.mark.parametrize(
    ("reached", "state", "words"),
    [
        (Reached("h", None, 200), State.GOOD, "straight"),
        (Reached("h", None, 405), State.GOOD, "h answers"),
        (Reached("h", "http://p/…", 404), State.GOOD, "through the proxy http://p/…"),
        (Reached("h", None, 503), State.BAD, "answers 503"),
        (Reached("h", "http://p/…", 407), State.BAD, "wants a user"),
        (Reached("h", None, reason="h: its name is not known"), State.BAD, "not known"),
    ],
)
def test_any_answer_shows_that_there_is_a_way(reached: Reached, state: State, words: str) -> None:
    """A refusal of the method will do; a gateway's 5xx will not."""
    found = look_at_route(reached)

    assert found.state is state
    assert words in found.words
    assert found.exit_code == (5 if state is State.BAD else 0)


def test_the_exit_code_is_that_of_an_import() -> None:
    """When several things are bad the order of the table decides; warnings do not count."""
    away = Finding.bad(Check.ROUTE, DestinationAway("away"))
    key = Finding.bad(Check.CREDENTIALS, CredentialsRefused("key"))
    quota = Finding.bad(Check.LIMITS, QuotaReached("quota"))
    disk = Finding.bad(Check.DISK, DiskTrouble("disk"))
    warning = Finding.warning(Check.CLOCK, "slow", "mend it")

    assert exit_code([warning, Finding.good(Check.DISK, "fine")]) == 0
    assert exit_code([disk, warning]) == 5
    assert exit_code([away, quota]) == 7
    assert exit_code([away, quota, key]) == 6
