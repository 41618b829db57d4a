"""What every service's faults share; the truth table is that of Labelbox's verdicts."""

import pytest

from bulkimport.destinations.faults import Cause, Fault, Sentences, json_object, status_words
from bulkimport.errors import CredentialsRefused, DestinationRefused

SENTENCES = Sentences("Ours", {Cause.CREDENTIALS: (CredentialsRefused, "no such key", "look")})


def test_a_fault_is_told_in_the_services_sentence_and_its_own_words() -> None:
    """Or as a refusal by the service's name, where there is no sentence for it."""
    known = SENTENCES.error_of(Fault(Cause.CREDENTIALS, "bad key"))
    unknown = SENTENCES.error_of(Fault(Cause.CONFLICT, "taken"))
    away = SENTENCES.error_of(Fault(Cause.BUSY, "503"))

    assert (type(known), str(known)) == (CredentialsRefused, "no such key: bad key; look")
    assert (type(unknown), str(unknown)) == (DestinationRefused, "Ours refuses: taken")
    assert str(away) == "Ours does not answer: 503"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null", b'{"a":', b"\xff"])
def test_a_body_that_holds_no_object_is_none(body: bytes) -> None:
    """Whatever it is."""
    assert json_object(body) is None


def test_an_empty_object_is_an_object() -> None:
    """It is not taken for nothing."""
    assert json_object(b"{}") == {}


@pytest.mark.parametrize(
    ("status", "words"), [(503, "503 Service Unavailable"), (599, "status 599"), (0, "status 0")]
)
def test_a_status_is_named_where_it_has_a_name(status: int, words: str) -> None:
    """A service may invent its own."""
    assert status_words(status) == words
