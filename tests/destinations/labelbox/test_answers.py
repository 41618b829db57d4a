"""The truth table of Labelbox's answers: what comes back, and what it means."""

from typing import Any

import orjson
import pytest

from bulkimport.destinations.faults import Cause, Fault
from bulkimport.destinations.http import Answer, NoAnswer
from bulkimport.destinations.labelbox.answers import read_answer

NOW = 784_111_777.0


def answer(status: int, body: Any = b"", **headers: str) -> Answer:
    """An answer with a JSON body, or with the bytes as they are."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, content)


def errors(code: str | None, message: str = "words", **exception: Any) -> dict[str, Any]:
    """A GraphQL answer of one error."""
    extensions: dict[str, Any] = {} if code is None else {"code": code}
    if exception:
        extensions["exception"] = exception
    return {"errors": [{"message": message, "extensions": extensions}], "data": None}


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("extra", [{}, {"errors": []}, {"errors": None}])
def test_data_without_errors_is_data(status: int, extra: dict[str, Any]) -> None:
    """An empty or null list of errors is no error."""
    assert read_answer(answer(status, {"data": {"a": 1}, **extra}), now=NOW) == {"a": 1}


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (500, b"", Cause.BROKEN),
        (500, errors("AUTHENTICATION_ERROR"), Cause.BROKEN),
        (502, b"<html>", Cause.BROKEN),
        (503, b"", Cause.BUSY),
        (504, b"", Cause.BROKEN),
        (520, b"", Cause.BROKEN),
        (600, b"", Cause.BROKEN),
        (404, b"upstream connect error or disconnect/reset before headers", Cause.BROKEN),
        (408, b"", Cause.BROKEN),
        (413, b"<html>", Cause.TOO_LARGE),
        (413, errors("RESOURCE_CONFLICT"), Cause.TOO_LARGE),
        (425, b"", Cause.BUSY),
        (429, b"slow down", Cause.TOO_MANY),
        (429, {"message": "You have exceeded your limit"}, Cause.TOO_MANY),
        (401, b"", Cause.CREDENTIALS),
        (401, {"message": "who?"}, Cause.CREDENTIALS),
        (403, b"<html>", Cause.PERMISSION),
        (404, b"<html>", Cause.WRONG_ADDRESS),
        (405, b"", Cause.WRONG_ADDRESS),
        (301, b"", Cause.WRONG_ADDRESS),
        (307, b"", Cause.WRONG_ADDRESS),
        (400, b"", Cause.REFUSED),
        (400, {"message": "no"}, Cause.REFUSED),
        (418, b"teapot", Cause.REFUSED),
        (426, b"", Cause.QUOTA),
        (200, b"", Cause.BROKEN),
        (200, b'{"data":{"a', Cause.BROKEN),
        (200, b"<html>", Cause.BROKEN),
        (200, b"[]", Cause.BROKEN),
        (200, b"null", Cause.BROKEN),
        (200, {}, Cause.BROKEN),
        (200, {"data": None}, Cause.BROKEN),
        (200, {"data": []}, Cause.BROKEN),
        (204, b"", Cause.BROKEN),
    ],
)
def test_what_the_status_says(status: int, body: Any, cause: Cause) -> None:
    """The status first; the body of a 5xx is not looked at."""
    fault = read_answer(answer(status, body), now=NOW)

    assert isinstance(fault, Fault)
    assert fault.cause is cause


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (errors("AUTHENTICATION_ERROR"), Cause.CREDENTIALS),
        (errors("AUTHORIZATION_ERROR"), Cause.PERMISSION),
        (errors("GRAPHQL_VALIDATION_FAILED"), Cause.OUR_MISTAKE),
        (
            errors("GRAPHQL_VALIDATION_FAILED", "Query complexity limit exceeded"),
            Cause.TOO_COMPLEX,
        ),
        (errors("GRAPHQL_PARSE_FAILED"), Cause.OUR_MISTAKE),
        ({"message": "You have exceeded 1500 requests"}, Cause.TOO_MANY),
        (errors("RESOURCE_NOT_FOUND"), Cause.NOT_FOUND),
        (errors("RESOURCE_CONFLICT"), Cause.CONFLICT),
        (errors("MALFORMED_REQUEST"), Cause.REFUSED),
        (errors("MALFORMED_REQUEST", "The file is too large"), Cause.TOO_LARGE),
        (errors("INTERNAL_SERVER_ERROR"), Cause.BROKEN),
        (errors("INTERNAL_SERVER_ERROR", status=400), Cause.REFUSED),
        (errors("INTERNAL_SERVER_ERROR", status="400"), Cause.REFUSED),
        (errors("INTERNAL_SERVER_ERROR", status=404), Cause.BROKEN),
        (errors("INTERNAL_SERVER_ERROR", status=413), Cause.TOO_LARGE),
        (errors("INTERNAL_SERVER_ERROR", status=422), Cause.REFUSED),
        (errors("INTERNAL_SERVER_ERROR", status=426), Cause.QUOTA),
        (errors("INTERNAL_SERVER_ERROR", status=429), Cause.BUSY),
        (errors("INTERNAL_SERVER_ERROR", status=500), Cause.BROKEN),
        (errors("INTERNAL_SERVER_ERROR", status=502), Cause.BROKEN),
        (errors("INTERNAL_SERVER_ERROR", status=503), Cause.BUSY),
        (errors("INTERNAL_SERVER_ERROR", status="high"), Cause.BROKEN),
        (errors("INTERNAL_SERVER_ERROR", status=None), Cause.BROKEN),
        (errors("OPERATION_NOT_ALLOWED"), Cause.QUOTA),
        (errors("SOMETHING_NEW"), Cause.REFUSED),
        (errors("SOMETHING_NEW", "exceeds the maximum file size"), Cause.TOO_LARGE),
        (errors(None), Cause.REFUSED),
        ({"errors": [{"message": "bare"}]}, Cause.REFUSED),
        ({"errors": [{"extensions": "odd"}]}, Cause.REFUSED),
    ],
)
def test_what_the_code_of_an_error_says(status: int, body: Any, cause: Cause) -> None:
    """The same under every status below 500."""
    fault = read_answer(answer(status, body), now=NOW)

    assert isinstance(fault, Fault)
    assert fault.cause is cause


@pytest.mark.parametrize(
    ("codes", "cause"),
    [
        (["RESOURCE_CONFLICT", "AUTHENTICATION_ERROR"], Cause.CREDENTIALS),
        (["OTHER", "RESOURCE_CONFLICT"], Cause.CONFLICT),
        (["RESOURCE_CONFLICT", "RESOURCE_NOT_FOUND"], Cause.NOT_FOUND),
    ],
)
def test_any_of_several_errors_decides_in_the_order_of_the_table(
    codes: list[str], cause: Cause
) -> None:
    """Not in the order in which they come."""
    body = {"errors": [errors(code)["errors"][0] for code in codes]}

    fault = read_answer(answer(200, body), now=NOW)

    assert isinstance(fault, Fault)
    assert fault.cause is cause


def test_an_error_beside_data_is_a_fault_that_keeps_the_data() -> None:
    """One import of several may be missing."""
    body = errors("RESOURCE_NOT_FOUND") | {"data": {"import0": {"id": "1"}, "import1": None}}

    fault = read_answer(answer(200, body), now=NOW)

    assert isinstance(fault, Fault)
    assert fault.data == {"import0": {"id": "1"}, "import1": None}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (answer(502, b"<html>"), "502 Bad Gateway"),
        (answer(599), "status 599"),
        (answer(200, errors("OTHER", "no such thing")), "no such thing"),
        (answer(400, {"message": "said above"}), "said above"),
        (answer(200, {"errors": [{"message": "one"}, {"message": "two"}]}), "one, two"),
        (answer(400, {"errors": [{}]}), "400 Bad Request"),
    ],
)
def test_the_message_holds_the_words_of_the_service(given: Answer, message: str) -> None:
    """Or the status, where it says nothing."""
    fault = read_answer(given, now=NOW)

    assert isinstance(fault, Fault)
    assert fault.message == message


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_wish_to_be_asked_later_is_kept(status: int) -> None:
    """In both of its forms, whatever the status."""
    for wish in ("10", "Sun, 06 Nov 1994 08:49:47 GMT"):
        fault = read_answer(answer(status, retry_after=wish), now=NOW)

        assert isinstance(fault, Fault)
        assert fault.retry_after == 10.0


@pytest.mark.parametrize(("doubt", "cause"), [(True, Cause.BROKEN), (False, Cause.UNREACHED)])
def test_no_answer_is_a_fault(doubt: bool, cause: Cause) -> None:  # noqa: FBT001
    """Broken under way, or never there."""
    assert read_answer(NoAnswer("why", doubt), now=NOW) == Fault(cause, "why")
