"""Errors are one line for people, a number for programs, and cross processes unharmed."""

import copy
import pickle
from collections.abc import Iterator

import pytest

from bulkimport import errors
from bulkimport.errors import Again, BulkimportError, DestinationAway

EXIT_CODES = {
    "BulkimportError": 1,
    "InputError": 2,
    "UsageError": 2,
    "SourceUnreadable": 2,
    "ChecksFailed": 4,
    "RunMismatch": 10,
    "DestinationError": 5,
    "CredentialsRefused": 6,
    "QuotaReached": 7,
    "DestinationRefused": 3,
    "DestinationAway": 5,
    "FateUnknown": 9,
    "MachineError": 5,
    "RunHeld": 5,
    "DiskTrouble": 5,
    "BudgetReached": 8,
    "InternalError": 1,
}
MENDABLE = {
    "InputError",
    "UsageError",
    "SourceUnreadable",
    "ChecksFailed",
    "RunMismatch",
    "CredentialsRefused",
}
LATER = {
    "QuotaReached",
    "DestinationAway",
    "MachineError",
    "RunHeld",
    "DiskTrouble",
    "BudgetReached",
}


def family(error: type[BulkimportError]) -> Iterator[type[BulkimportError]]:
    """An error and all that descend from it."""
    yield error
    for child in error.__subclasses__():
        yield from family(child)


ERRORS = [error for error in family(BulkimportError) if error.__module__ == errors.__name__]
every_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)


def test_the_tree_is_the_one_listed() -> None:
    """No error is left out of the tables below."""
    assert {error.__name__ for error in ERRORS} == set(EXIT_CODES)


@every_error
def test_each_error_ends_the_program_with_its_own_code(error: type[BulkimportError]) -> None:
    """As the table of exit codes says."""
    assert error.exit_code == EXIT_CODES[error.__name__]


@every_error
def test_each_error_says_whether_trying_again_helps(error: type[BulkimportError]) -> None:
    """Later, after mending, or never."""
    name = error.__name__
    expected = Again.AFTER_MENDING if name in MENDABLE else Again.NO
    assert error.again is (Again.LATER if name in LATER else expected)


@every_error
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_crosses_processes(error: type[BulkimportError], protocol: int) -> None:
    """Nothing it says is lost by pickling or copying."""
    one = error("it broke", place="here", remedy="mend it")
    one.add_note("seen at noon")

    for other in (pickle.loads(pickle.dumps(one, protocol)), copy.copy(one)):  # noqa: S301
        assert type(other) is error
        assert str(other) == str(one) == "here: it broke; mend it"
        assert (other.message, other.place, other.remedy) == ("it broke", "here", "mend it")
        assert other.args == one.args
        assert other.__notes__ == ["seen at noon"]


def test_what_the_service_asks_for_crosses_processes_too() -> None:
    """The wish of the service travels with the error."""
    one = DestinationAway("busy", place="host", retry_after=2.5)

    other = pickle.loads(pickle.dumps(one))  # noqa: S301 - made here

    assert (other.retry_after, str(other)) == (2.5, "host: busy")


@pytest.mark.parametrize(
    ("place", "remedy", "line"),
    [
        ("", "", "it broke"),
        ("here", "", "here: it broke"),
        ("", "mend it", "it broke; mend it"),
        ("here", "mend it", "here: it broke; mend it"),
    ],
)
def test_an_error_is_one_line(place: str, remedy: str, line: str) -> None:
    """Place, sentence and remedy, each left out when there is none."""
    assert str(BulkimportError("it broke", place=place, remedy=remedy)) == line


def test_line_ends_from_outside_do_not_break_the_line() -> None:
    """A service's own words, or a path, may hold anything."""
    error = BulkimportError("a\nb\r\n c\td", place="x\ny", remedy="  z\u2028 ")

    assert len(str(error).splitlines()) == 1
    assert str(error) == "x y: a b c d; z"
