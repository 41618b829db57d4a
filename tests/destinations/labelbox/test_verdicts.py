"""The truth table of faults: what each means for a send and for a question."""

import pytest

from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.labelbox.verdicts import error_of, verdict_of
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
    InternalError,
    QuotaReached,
)
from bulkimport.model import NameTaken, Refused, TooLarge, TryLater, Verdict

REFUSALS = {
    Cause.CREDENTIALS: (CredentialsRefused, True),
    Cause.PERMISSION: (CredentialsRefused, True),
    Cause.QUOTA: (QuotaReached, True),
    Cause.NOT_FOUND: (DestinationRefused, True),
    Cause.TOO_COMPLEX: (InternalError, True),
    Cause.OUR_MISTAKE: (InternalError, True),
    Cause.WRONG_ADDRESS: (DestinationRefused, True),
    Cause.REFUSED: (DestinationRefused, False),
}
OTHERS = {
    Cause.CONFLICT: NameTaken(),
    Cause.TOO_LARGE: TooLarge("words"),
    Cause.TOO_MANY: TryLater("words", doubt=False, pushback=True, retry_after=7.0),
    Cause.BUSY: TryLater("words", doubt=True, pushback=True, retry_after=7.0),
    Cause.BROKEN: TryLater("words", doubt=True, pushback=False, retry_after=7.0),
    Cause.UNREACHED: TryLater("words", doubt=False, pushback=False, retry_after=7.0),
}


def fault(cause: Cause) -> Fault:
    """A fault with words and a wish."""
    return Fault(cause, "words", retry_after=7.0)


def test_the_tables_name_every_cause() -> None:
    """A new cause needs a new row."""
    assert REFUSALS.keys() | OTHERS.keys() == set(Cause)


@pytest.mark.parametrize(("cause", "verdict"), OTHERS.items())
def test_a_send_is_judged(cause: Cause, verdict: Verdict) -> None:
    """What is passing, taken or too large."""
    assert verdict_of(fault(cause)) == verdict


@pytest.mark.parametrize(("cause", "kind", "fatal"), [(c, *row) for c, row in REFUSALS.items()])
def test_a_send_is_refused(
    cause: Cause,
    kind: type[BulkimportError],
    fatal: bool,  # noqa: FBT001
) -> None:
    """With the words of the service; fatal where every other shard would meet the same."""
    verdict = verdict_of(fault(cause))

    assert isinstance(verdict, Refused)
    assert type(verdict.error) is kind
    assert verdict.fatal is fatal
    assert "words" in str(verdict.error)


@pytest.mark.parametrize("cause", [Cause.TOO_MANY, Cause.BUSY, Cause.BROKEN, Cause.UNREACHED])
def test_passing_trouble_of_a_question_can_be_waited_out(cause: Cause) -> None:
    """For as long as the service wishes."""
    error = error_of(fault(cause))

    assert isinstance(error, DestinationAway)
    assert error.retry_after == 7.0


@pytest.mark.parametrize("cause", [Cause.CONFLICT, Cause.TOO_LARGE, *REFUSALS])
def test_other_trouble_of_a_question_cannot(cause: Cause) -> None:
    """The same question would be answered the same."""
    kind, _ = REFUSALS.get(cause, (DestinationRefused, False))

    assert type(error_of(fault(cause))) is kind


def test_a_refused_key_is_called_by_the_name_of_its_variable() -> None:
    """So that people know what to mend."""
    assert "LABELBOX_API_KEY" in str(error_of(fault(Cause.CREDENTIALS)))
