"""The HTTP door streams bodies whole and flat, and says of every failure whether doubt remains."""

import asyncio
import hashlib
import random
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from bulkimport.destinations import http
from bulkimport.destinations.http import Answer, FilePart, Form, HttpClient, NoAnswer
from bulkimport.errors import InternalError, RunMismatch, UsageError

MEBIBYTE = 1 << 20
Connect = Callable[..., HttpClient]


class Body:
    """A file part whose slices are made while they are asked for."""

    def __init__(self, slices: Callable[[], Iterator[bytes]], size: int) -> None:
        self.slices = slices
        self.size = size
        self.given = 0
        self.digest = hashlib.sha256()
        self.closed = asyncio.Event()
        self.stuck = asyncio.Event()
        self.limit: int | None = None

    def stuck_after(self, limit: int) -> "Body":
        """The same body, of which no more than so many bytes ever come."""
        self.limit = limit
        return self

    async def open(self) -> AsyncIterator[bytes]:
        """A fresh stream."""
        try:
            for piece in self.slices():
                self.given += len(piece)
                self.digest.update(piece)
                yield piece
                if self.limit is not None and self.given >= self.limit:
                    self.stuck.set()
                    await asyncio.Event().wait()
        finally:
            self.closed.set()

    def form(self) -> Form:
        """The form that Labelbox wants."""
        part = FilePart("1", "run-0001.ndjson", "application/x-ndjson", self.size, self.open)
        return Form({"operations": '{"é":1}', "map": "{}"}, part)


def blocks(count: int, size: int) -> Body:
    """So many different slices of one size."""
    return Body(lambda: (bytes([n % 251]) * size for n in range(count)), count * size)


def of(content: bytes) -> Body:
    """One slice."""
    return Body(lambda: iter([content] if content else []), len(content))


async def send(client: HttpClient, service: Any, body: Body) -> Answer | NoAnswer:
    """Post the body as a form."""
    return await client.post(f"{service.url}/graphql", body.form(), headers={"X-Test": "1"})


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537])
async def test_a_form_arrives_whole_with_its_exact_length(
    service: Any, connect: Connect, size: int
) -> None:
    """Parts in order, names and types as given, Content-Length instead of chunks."""
    service.answers(200, {"data": {}})
    body = of(b"x" * size)

    answer = await send(connect(), service, body)

    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (200, b'{"data":{}}')
    [seen] = service.seen
    assert seen.order == ["operations", "map", "1"]
    assert seen.fields == {"operations": '{"é":1}', "map": "{}"}
    assert (seen.file_name, seen.file_type) == ("run-0001.ndjson", "application/x-ndjson")
    assert (seen.file_size, seen.file_digest) == (size, body.digest.hexdigest())
    assert "transfer-encoding" not in seen.headers
    assert int(seen.headers["content-length"]) > size


async def test_slices_of_all_sizes_arrive_in_order(service: Any, connect: Connect) -> None:
    """From one byte to a mebibyte, in chance order."""
    chance = random.Random(7)
    sizes = [1 << chance.randrange(21) for _ in range(60)]
    service.answers()
    body = Body(lambda: (random.Random(size).randbytes(size) for size in sizes), sum(sizes))

    await send(connect(), service, body)

    assert service.seen[0].file_digest == body.digest.hexdigest()
    assert service.seen[0].file_size == sum(sizes)


async def test_a_body_of_64_mebibytes_is_never_held(service: Any, connect: Connect) -> None:
    """Client and server together hold a few slices at a time."""
    service.answers()
    body = blocks(128, MEBIBYTE // 2)
    tracemalloc.start()
    try:
        answer = await send(connect(), service, body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(answer, Answer)
    assert service.seen[0].file_size == 64 * MEBIBYTE
    assert service.seen[0].file_digest == body.digest.hexdigest()
    assert peak < 12 * MEBIBYTE


async def test_every_attempt_has_a_body_of_its_own(service: Any, connect: Connect) -> None:
    """The second attempt sends all bytes again, over the same connection."""
    service.answers(500)
    service.answers(200)
    client, first, second = connect(), of(b"same"), of(b"same")

    answers = [await send(client, service, body) for body in (first, second)]

    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [500, 200]
    assert [seen.file_digest for seen in service.seen] == [first.digest.hexdigest()] * 2
    assert service.seen[0].connection == service.seen[1].connection


@pytest.mark.parametrize("status", [413, 429, 503])
async def test_an_early_answer_stops_the_sending(
    service: Any, connect: Connect, status: int
) -> None:
    """It is read, the stream is given back, and the next request has a fresh connection."""
    service.answers_early(status, Retry_After="3")
    service.answers(200)
    client, body = connect(), blocks(256, MEBIBYTE)

    early = await send(client, service, body)
    later = await send(client, service, of(b"x"))

    assert isinstance(early, Answer)
    assert (early.status, early.headers["retry-after"]) == (status, "3")
    assert body.closed.is_set()
    assert body.given < body.size
    assert isinstance(later, Answer)
    assert later.status == 200
    assert service.seen[0].connection != service.seen[1].connection


@pytest.mark.parametrize("after", [0, 100_000, None], ids=["before", "while", "after"])
async def test_a_connection_broken_under_a_request_leaves_doubt(
    service: Any, connect: Connect, after: int | None
) -> None:
    """Before, while and after the body is sent: bytes have left."""
    service.resets(after)

    broken = await send(connect(), service, blocks(8, 100_000))

    assert isinstance(broken, NoAnswer)
    assert broken.doubt


async def test_an_idle_connection_that_breaks_leaves_doubt(service: Any, connect: Connect) -> None:
    """Nobody can tell a dead connection from a lost answer."""
    service.answers(200)
    service.resets(0)
    client = connect()

    await send(client, service, of(b"x"))
    broken = await send(client, service, of(b"x"))

    assert service.seen[0].connection == service.seen[1].connection
    assert isinstance(broken, NoAnswer)
    assert broken.doubt
    assert len(service.seen) == 2


async def test_nobody_listening_leaves_no_doubt(connect: Connect, unused_tcp_port: int) -> None:
    """Nothing of the request left."""
    url = f"http://127.0.0.1:{unused_tcp_port}/graphql"

    answer = await connect().post(url, b"{}", headers={})

    assert isinstance(answer, NoAnswer)
    assert not answer.doubt
    assert answer.reason.startswith("127.0.0.1: ")


async def test_a_name_that_nobody_knows_leaves_no_doubt(connect: Connect) -> None:
    """Names under .invalid never exist (RFC 2606)."""
    answer = await connect().post("http://labelbox.invalid/graphql", b"{}", headers={})

    assert answer == NoAnswer("labelbox.invalid: its name is not known", doubt=False)


async def test_an_answer_that_does_not_come_in_time_leaves_doubt(
    service: Any, connect: Connect
) -> None:
    """The body was read."""
    service.stays_silent()

    answer = await send(connect(answer_timeout=0.05), service, of(b"x"))

    assert answer == NoAnswer("127.0.0.1: no answer in time", doubt=True)


async def test_a_server_that_stops_reading_is_not_waited_for_for_ever(
    service: Any, connect: Connect
) -> None:
    """Each slice has the time that an answer has."""
    service.stays_silent(read=False)
    body = blocks(256, MEBIBYTE)

    answer = await send(connect(answer_timeout=0.05), service, body)

    assert answer == NoAnswer("127.0.0.1: no answer in time", doubt=True)
    assert body.closed.is_set()
    assert body.given < body.size


async def test_what_the_stream_raises_comes_out_as_it_is(service: Any, connect: Connect) -> None:
    """And the server never sees the end of the request."""
    service.answers(200)
    changed = RunMismatch("the source has changed", place="a.ndjson")

    def slices() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise changed

    body = Body(slices, 200_000)
    with pytest.raises(RunMismatch) as raised:
        await send(connect(), service, body)
    await service.hung_up.wait()

    assert raised.value is changed
    assert changed.__cause__ is None
    assert changed.__context__ is None
    assert body.closed.is_set()
    assert service.seen[0].file_digest == ""


@pytest.mark.parametrize("size", [9_999, 10_001])
async def test_a_stream_of_another_size_is_our_mistake(
    service: Any, connect: Connect, size: int
) -> None:
    """One byte too many is not sent; one too few does not end the request."""
    service.answers(200)
    body = of(b"x" * 10_000)
    body.size = size

    with pytest.raises(InternalError):
        await send(connect(), service, body)
    await service.hung_up.wait()

    assert service.seen[0].file_digest == ""


async def test_a_send_that_is_cancelled_gives_its_stream_back(
    service: Any, connect: Connect
) -> None:
    """And hangs up, so that the server does not wait for the rest."""
    service.answers(200)
    body = blocks(2, MEBIBYTE)
    sending = asyncio.create_task(send(connect(), service, body.stuck_after(MEBIBYTE)))
    await body.stuck.wait()

    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await service.hung_up.wait()

    assert body.closed.is_set()


async def test_a_good_answer_cut_short_is_none(service: Any, connect: Connect) -> None:
    """It may have said anything."""
    service.cuts(b'{"data":{}}', missing=1)

    answer = await send(connect(), service, of(b"x"))

    assert answer == NoAnswer("the answer was cut short", doubt=True)


async def test_a_refusal_cut_short_is_a_refusal(service: Any, connect: Connect) -> None:
    """The status says enough."""
    service.cuts(b"<html>", missing=100, status=413)

    answer = await send(connect(), service, of(b"x"))

    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (413, b"")


async def test_an_answer_without_end_is_not_held(
    service: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded against the server too."""
    monkeypatch.setattr(http, "ANSWER_MOST", 100_000)
    service.answers(200, b"x" * 100_001)
    service.answers(200, b"x" * 100_000)
    client = connect()

    long = await client.post(service.url, b"{}", headers={})
    fitting = await client.post(service.url, b"{}", headers={})

    assert isinstance(long, NoAnswer)
    assert long.doubt
    assert isinstance(fitting, Answer)


async def test_what_is_no_http_leaves_doubt(connect: Connect) -> None:
    """The bytes have arrived somewhere."""

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-nothing\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        answer = await connect().post(f"http://127.0.0.1:{port}/", b"{}", headers={})

    assert isinstance(answer, NoAnswer)
    assert answer.doubt


async def test_a_redirect_of_a_send_is_an_answer(service: Any, connect: Connect) -> None:
    """The key goes nowhere but to the endpoint."""
    service.answers(307, b"", Location=f"{service.url}/elsewhere")

    answer = await send(connect(), service, of(b"x"))

    assert isinstance(answer, Answer)
    assert answer.status == 307
    assert len(service.seen) == 1


async def test_nothing_is_kept_from_one_answer_to_the_next_request(
    service: Any, connect: Connect
) -> None:
    """No cookies."""
    service.answers(200, b"", Set_Cookie="session=1; Path=/")
    client = connect()

    for _ in range(2):
        await client.post(service.url, b"{}", headers={})

    assert "cookie" not in service.seen[1].headers


async def test_posts_keep_to_the_rate(service: Any, connect: Connect, clock: Any) -> None:
    """By the clock that was given: half a minute's requests at once, the others in their turn."""
    service.answers(200)
    client = connect(requests_per_minute=4)

    for _ in range(5):
        await client.post(service.url, b"{}", headers={})

    assert clock.slept == pytest.approx([30.0, 30.0])
    assert client.requests == 5


def test_a_bundle_that_is_none_is_a_mistake_of_the_caller(connect: Connect, tmp_path: Any) -> None:
    """Said before the first request."""
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")

    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(UsageError, match=path.name):
            connect(ca_bundle=str(path))
