"""Labelbox as a destination: verdicts of sends over a real socket, comparisons, silence on keys."""

import asyncio
import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bulkimport.clock import SystemClock
from bulkimport.destinations.base import Destination
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.errors import (
    BulkimportError,
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
    FateUnknown,
    InternalError,
    QuotaReached,
    RunMismatch,
)
from bulkimport.model import (
    Accepted,
    Address,
    Kind,
    NameTaken,
    Parcel,
    Receipt,
    Refused,
    TooLarge,
    TryLater,
)
from bulkimport.settings import Secret, Settings

Make = Callable[..., Labelbox]
Parcels = Callable[..., Parcel]
FOUND = {"id": "import-1", "name": "run-0001", "state": "RUNNING"}


def errors(code: str, message: str = "words", **exception: Any) -> dict[str, Any]:
    """A GraphQL answer of one error."""
    extensions = {"code": code, "exception": exception}
    return {"errors": [{"message": message, "extensions": extensions}], "data": None}


@pytest.mark.parametrize(
    "name", [name for name, call in vars(Destination).items() if name[0] != "_" and callable(call)]
)
def test_it_answers_to_what_a_destination_must(name: str) -> None:
    """Call by call, with the same arguments and results."""
    assert inspect.signature(getattr(Labelbox, name)) == inspect.signature(
        getattr(Destination, name)
    )


def test_it_is_made_outside_a_loop() -> None:
    """Before anything is sent."""
    destination = Labelbox(
        address=Address("labelbox", "project-1"),
        kind=Kind.LABELS,
        endpoint="https://labelbox.test/graphql",
        key=Secret("key"),
        settings=Settings(),
        clock=SystemClock(),
    )

    assert destination.requests == 0


PASSING: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    ("answers", (429, b"slow down"), {"Retry_After": "9"}, {"pushback": True, "retry_after": 9.0}),
    ("answers_early", (429,), {"Retry_After": "9"}, {"pushback": True, "retry_after": 9.0}),
    ("answers", (200, {"message": "You have exceeded 1500 requests"}), {}, {"pushback": True}),
    ("answers", (503,), {"Retry_After": "9"}, {"doubt": True, "pushback": True, "retry_after": 9}),
    ("answers_early", (503,), {}, {"doubt": True, "pushback": True}),
    ("answers", (500, b"<html>"), {}, {"doubt": True}),
    ("answers", (502, errors("RESOURCE_CONFLICT")), {}, {"doubt": True}),
    ("answers", (200, errors("INTERNAL_SERVER_ERROR")), {}, {"doubt": True}),
    ("answers", (200, errors("INTERNAL_SERVER_ERROR", status=502)), {}, {"doubt": True}),
    ("answers", (200, b'{"data":{"crea'), {}, {"doubt": True}),
    ("answers", (200, {"data": {"createLabelImport": None}}), {}, {"doubt": True}),
    ("answers", (200, {"data": {"createLabelImport": {"name": "x"}}}), {}, {"doubt": True}),
    ("cuts", (b'{"data":{}}',), {"missing": 9}, {"doubt": True}),
    ("resets", (), {}, {"doubt": True}),
    ("resets", (0,), {}, {"doubt": True}),
    ("resets", (300,), {}, {"doubt": True}),
    ("stays_silent", (), {}, {"doubt": True}),
]


@pytest.mark.parametrize(("act", "args", "kwargs", "fields"), PASSING)
async def test_a_send_may_have_to_be_tried_later(
    service: Any,
    labelbox: Make,
    parcel: Parcels,
    *,
    act: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """With doubt, pushback and the wish of the service told apart."""
    service.plays(act, *args, **kwargs)

    verdict = await labelbox(answer_timeout=0.3).send(parcel())

    assert isinstance(verdict, TryLater)
    assert verdict.reason
    assert verdict == replace(TryLater(verdict.reason, doubt=False), **fields)


async def test_a_send_to_nobody_leaves_no_doubt(
    labelbox: Make, parcel: Parcels, unused_tcp_port: int
) -> None:
    """Nothing has left."""
    endpoint = f"http://127.0.0.1:{unused_tcp_port}/graphql"

    verdict = await labelbox(endpoint=endpoint).send(parcel())

    assert isinstance(verdict, TryLater)
    assert not verdict.doubt
    assert not verdict.pushback


@pytest.mark.parametrize("act", ["answers", "answers_early"])
async def test_a_body_may_be_too_large(
    service: Any, labelbox: Make, parcel: Parcels, act: str
) -> None:
    """After it was read, or as soon as its length is known."""
    service.plays(act, 413)

    verdict = await labelbox().send(parcel(bytes(8_000_000), cut=500_000))

    assert isinstance(verdict, TooLarge)


async def test_a_name_may_be_taken(service: Any, labelbox: Make, parcel: Parcels) -> None:
    """By us before, or by a stranger."""
    service.answers(200, errors("RESOURCE_CONFLICT"))

    assert await labelbox().send(parcel()) == NameTaken()


@pytest.mark.parametrize(
    ("body", "kind", "fatal"),
    [
        (errors("AUTHENTICATION_ERROR"), CredentialsRefused, True),
        (errors("AUTHORIZATION_ERROR"), CredentialsRefused, True),
        (errors("OPERATION_NOT_ALLOWED"), QuotaReached, True),
        (errors("INTERNAL_SERVER_ERROR", status=426), QuotaReached, True),
        (errors("RESOURCE_NOT_FOUND"), DestinationRefused, True),
        (errors("GRAPHQL_VALIDATION_FAILED"), InternalError, True),
        (errors("MALFORMED_REQUEST"), DestinationRefused, False),
        (errors("INTERNAL_SERVER_ERROR", status=422), DestinationRefused, False),
    ],
)
async def test_a_send_may_be_refused(
    service: Any,
    labelbox: Make,
    parcel: Parcels,
    *,
    body: dict[str, Any],
    kind: type[BulkimportError],
    fatal: bool,
) -> None:
    """For this shard alone, or for all."""
    service.answers(200, body)

    verdict = await labelbox().send(parcel())

    assert isinstance(verdict, Refused)
    assert type(verdict.error) is kind
    assert verdict.fatal is fatal


async def test_a_source_that_changed_stops_its_send(service: Any, labelbox: Make) -> None:
    """The exception of the stream comes out, and the service never has the whole."""
    service.answers(200, {"data": {"createLabelImport": FOUND}})

    async def slices() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise RunMismatch("the source has changed")

    with pytest.raises(RunMismatch):
        await labelbox().send(Parcel("run-0001", 1, 2000, "digest", slices))
    await service.hung_up.wait()


@pytest.mark.parametrize(("stored", "same"), [(b'{"a":1}\n', True), (b'{"a":2}\n', False)])
async def test_the_stored_input_is_compared(
    service: Any, labelbox: Make, parcel: Parcels, *, stored: bytes, same: bool
) -> None:
    """Fetched from where the service says, without the key."""
    url = f"{service.url}/files/token"
    service.answers(200, {"data": {"import0": FOUND | {"inputFileUrl": url}}})
    service.answers(200, stored)

    assert await labelbox().carries(Receipt("run-0001", "import-1"), parcel()) is same
    assert "authorization" not in service.seen[1].headers


@pytest.mark.parametrize(
    ("found", "kind"),
    [(FOUND, FateUnknown), (FOUND | {"inputFileUrl": ""}, FateUnknown), (None, DestinationAway)],
)
async def test_what_cannot_be_compared_is_not_guessed(
    service: Any, labelbox: Make, parcel: Parcels, *, found: Any, kind: type[BulkimportError]
) -> None:
    """No address of the input, or no import any more."""
    service.answers(200, {"data": {"import0": found}})

    with pytest.raises(kind):
        await labelbox().carries(Receipt("run-0001", "import-1"), parcel())


async def _nothing(_: Sequence[bytes]) -> None:
    """Take no piece."""


async def test_every_request_is_counted(service: Any, labelbox: Make, parcel: Parcels) -> None:
    """Sends, questions and downloads, answered or not."""
    service.answers(500)
    destination = labelbox()

    await destination.send(parcel())
    for question in (destination.examine(), destination.read(service.url, _nothing)):
        with pytest.raises(DestinationAway):
            await question

    assert destination.requests == len(service.seen) == 3


async def test_sends_at_once_do_not_wait_for_each_other(
    service: Any, labelbox: Make, parcel: Parcels
) -> None:
    """The number of connections is nobody's business but the limiter's: here 120 at once."""
    entered = asyncio.Semaphore(0)
    leave = asyncio.Event()

    async def act(request: Any) -> Any:
        entered.release()
        await leave.wait()
        return await answer(request)

    service.answers(200, {"data": {"createLabelImport": FOUND}})
    answer = service.acts.pop()
    service.acts.append(act)
    destination = labelbox(requests_per_minute=60_000)
    sends = [asyncio.create_task(destination.send(parcel())) for _ in range(120)]
    for _ in sends:
        await entered.acquire()
    leave.set()

    assert await asyncio.gather(*sends) == [Accepted(Receipt("run-0001", "import-1"))] * 120


@pytest.mark.parametrize("act", ["answers", "resets", "stays_silent"])
async def test_the_key_is_told_by_nothing(
    service: Any,
    labelbox: Make,
    parcel: Parcels,
    key: str,
    caplog: pytest.LogCaptureFixture,
    act: str,
) -> None:
    """No verdict, exception, chain of exceptions, log or repr, even if the service repeats it."""
    caplog.set_level(logging.DEBUG)
    args = (
        (200, errors("AUTHENTICATION_ERROR", f"Bearer {key} is wrong")) if act == "answers" else ()
    )
    service.plays(act, *args)
    destination = labelbox(answer_timeout=0.2)

    verdict = await destination.send(parcel())
    with pytest.raises(BulkimportError) as raised:
        await destination.examine()

    told = [
        repr(verdict),
        str(verdict.error) if isinstance(verdict, Refused) else "",
        "".join(traceback.format_exception(raised.value)),
        repr(raised.value.__context__),
        caplog.text,
        repr(destination),
        repr(vars(destination)),
    ]
    assert [text for text in told if key in text] == []
