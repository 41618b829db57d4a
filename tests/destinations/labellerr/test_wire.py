"""What leaves for Labellerr, byte by byte, held against the requests of its own client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson
import pytest

from bulkimport.clock import SystemClock
from bulkimport.destinations.labellerr.destination import Labellerr
from bulkimport.errors import CredentialsRefused, DestinationAway, DestinationRefused
from bulkimport.model import (
    Accepted,
    Address,
    ImportState,
    Parcel,
    Receipt,
    Refused,
    TooLarge,
    TryLater,
)
from bulkimport.settings import LabellerrKeys, Secret, Settings

KEYS = LabellerrKeys(Secret("key-1"), Secret("secret-2"), Secret("14"))
BODY = b'{"images":[],"annotations":[],"categories":[]}'
# Sent with every call by the service's client, whatever the case of a name.
ALWAYS = {
    "api_key": "key-1",
    "api_secret": "secret-2",
    "client_id": "14",
    "source": "sdk",
    "origin": "https://pro.labellerr.com",
}


@dataclass
class Wire:
    """A socket that answers as it is told and keeps every byte it was sent."""

    answers: list[tuple[int, object]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and answer."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lengths = [
                    line for line in head.lower().split(b"\r\n") if b"content-length" in line
                ]
                length = int(lengths[0].split(b":")[1]) if lengths else 0
                self.requests.append(head + await reader.readexactly(length))
                status, answer = self.answers.pop(0)
                body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    @property
    def only(self) -> "Sent":
        """The only request."""
        [request] = self.requests
        return Sent.of(request)


@dataclass
class Sent:
    """One request, taken apart."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, request: bytes) -> "Sent":
        """Take it apart."""
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        pairs = (line.split(": ", 1) for line in lines)
        headers = {name.lower(): value for name, value in pairs}
        return cls(method, parts.path, parse_qsl(parts.query), headers, body)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """Listen."""
    made = Wire()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


Open = Callable[..., Labellerr]


@pytest.fixture
async def open_labellerr(wire: Wire) -> AsyncIterator[Open]:
    """Open the destination before that socket."""
    opened: list[Labellerr] = []

    def opening(**more: Any) -> Labellerr:
        opened.append(
            Labellerr(
                address=Address("labellerr", "project-1"),
                endpoint=f"http://127.0.0.1:{wire.port}",
                keys=KEYS,
                settings=Settings(),
                clock=SystemClock(),
                **more,
            )
        )
        return opened[-1]

    yield opening
    for one in opened:
        await one.close()


def parcel() -> Parcel:
    """A document to send."""

    async def pieces() -> AsyncIterator[bytes]:
        yield BODY[:10]
        yield BODY[10:]

    return Parcel(name="shard-1", rows=1, size=len(BODY), digest="", open=pieces)


async def test_the_project_is_asked_for_as_the_client_does(
    wire: Wire, open_labellerr: Open
) -> None:
    """Call 1: GET, the client id and a fresh uuid in the query, a content type without a body."""
    wire.answers = [(200, {"response": {"data_type": "image", "project_id": "project-1"}})]

    place = await open_labellerr().examine()

    sent = wire.only
    assert (sent.method, sent.path) == ("GET", "/projects/project/project-1")
    assert [name for name, _ in sent.query] == ["client_id", "uuid"]
    assert sent.query[0] == ("client_id", "14")
    assert UUID(sent.query[1][1]).version == 4
    assert sent.headers.items() >= ALWAYS.items()
    assert sent.headers["content-type"] == "application/json"
    assert "authorization" not in sent.headers
    assert "cookie" not in sent.headers
    assert place.media_type == "image"


@pytest.mark.parametrize("bucket", [None, "high"])
async def test_an_upload_is_the_form_that_the_client_sends(
    wire: Wire, open_labellerr: Open, bucket: str | None
) -> None:
    """Call 2: one part `file`, octet-stream, its name ends in .json; the format is `coco_json`."""
    wire.answers = [(200, {"response": {"job_id": "job-7"}})]

    verdict = await open_labellerr(conf_bucket=bucket).send(parcel())

    assert verdict == Accepted(Receipt("shard-1", "job-7"))
    sent = wire.only
    assert (sent.method, sent.path) == ("POST", "/actions/upload_answers")
    asked = [name for name, _ in sent.query]
    assert asked == ["project_id", "answer_format", "client_id", "uuid"] + ["conf_bucket"] * bool(
        bucket
    )
    assert (
        dict(sent.query).items()
        >= {
            "project_id": "project-1",
            "answer_format": "coco_json",
            "client_id": "14",
            **({"conf_bucket": bucket} if bucket else {}),
        }.items()
    )
    assert sent.headers.items() >= {**ALWAYS, "email_id": "key-1"}.items()
    assert "transfer-encoding" not in sent.headers
    assert "content-encoding" not in sent.headers
    kind, _, boundary = sent.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    fence = f"--{boundary}".encode()
    begins, part, ends = sent.body.split(fence)
    assert (begins, ends) == (b"", b"--\r\n")
    head, _, content = part.partition(b"\r\n\r\n")
    assert content == BODY + b"\r\n"
    assert sorted(head.strip().split(b"\r\n")) == [
        b'Content-Disposition: form-data; name="file"; filename="shard-1.json"',
        b"Content-Type: application/octet-stream",
    ]


async def test_a_job_is_asked_for_and_its_whole_answer_kept(
    wire: Wire, open_labellerr: Open
) -> None:
    """Call 3: GET; only `status` is understood, all the rest is kept as it is."""
    answer = {"response": {"status": "completed", "metadata": {"what": [1, None]}}, "more": "x"}
    wire.answers = [(200, answer)]

    [status] = await open_labellerr().statuses([Receipt("shard-1", "job-7")])

    sent = wire.only
    assert (sent.method, sent.path) == ("GET", "/actions/upload_answers_status")
    assert sent.query == [("project_id", "project-1"), ("job_id", "job-7"), ("client_id", "14")]
    assert sent.headers.items() >= ALWAYS.items()
    assert status.state is ImportState.FINISHED
    assert orjson.loads(status.answer or b"") == answer


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("failed", ImportState.FAILED),
        ("processing", ImportState.RUNNING),
        ("unknown", ImportState.RUNNING),
        (None, ImportState.RUNNING),
    ],
)
async def test_only_two_words_end_a_job(
    wire: Wire, open_labellerr: Open, word: str | None, state: ImportState
) -> None:
    """Anything else is polled again."""
    wire.answers = [(200, {"response": {"status": word}})]

    [status] = await open_labellerr().statuses([Receipt("shard-1", "job-7")])

    assert status.state is state


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (429, {}, TryLater("429 Too Many Requests", doubt=False, pushback=True)),
        (503, {}, TryLater("503 Service Unavailable", doubt=True, pushback=True)),
        (500, {}, TryLater("500 Internal Server Error", doubt=True)),
        (200, b"<html>", TryLater("the answer is no JSON", doubt=True)),
        (200, {"response": {}}, TryLater("the answer names no job", doubt=True)),
        (413, {"error": {"message": "big"}}, TooLarge("big")),
    ],
)
async def test_answers_to_a_send_are_read_by_the_table(
    wire: Wire, open_labellerr: Open, status: int, answer: object, verdict: object
) -> None:
    """Doubt only where something may have been committed."""
    wire.answers = [(status, answer)]

    assert await open_labellerr().send(parcel()) == verdict


@pytest.mark.parametrize(
    ("status", "fatal", "kind"),
    [
        (401, True, CredentialsRefused),
        (403, True, CredentialsRefused),
        (404, True, CredentialsRefused),
        (302, True, DestinationRefused),
        (400, False, DestinationRefused),
        (422, False, DestinationRefused),
    ],
)
async def test_what_every_shard_would_meet_is_fatal(
    wire: Wire,
    open_labellerr: Open,
    status: int,
    *,
    fatal: bool,
    kind: type[Exception],
) -> None:
    """A wrong key stops the run, a bad document only its shard; no words repeat a secret."""
    wire.answers = [(status, {"error": "not for secret-2"})]

    verdict = await open_labellerr().send(parcel())

    assert isinstance(verdict, Refused)
    assert isinstance(verdict.error, kind)
    assert verdict.fatal is fatal
    assert "secret-2" not in str(verdict.error)


async def test_a_project_without_images_or_that_is_not_there_is_told(
    wire: Wire, open_labellerr: Open
) -> None:
    """`response` is null for a project that is not found."""
    wire.answers = [
        (200, {"response": None}),
        (200, {"response": {"data_type": "video"}}),
        (502, {}),
    ]
    labellerr = open_labellerr()

    with pytest.raises(CredentialsRefused, match="knows no project"):
        await labellerr.examine()
    with pytest.raises(DestinationRefused, match="video"):
        await labellerr.examine()
    with pytest.raises(DestinationAway):
        await labellerr.examine()


async def test_files_are_listed_page_by_page(
    wire: Wire, open_labellerr: Open, tmp_path: Path
) -> None:
    """Each attached dataset until there is no next page."""
    page = {"files": [{"file_id": "1", "file_name": "a b.jpg"}], "next_search_after": "x1"}
    last = {"files": [{"file_id": "2", "file_name": "ä.png"}], "next_search_after": None}
    project = {"data_type": "image", "attached_datasets": ["d1", {"dataset_id": "d2"}]}
    empty: dict[str, object] = {"files": [], "next_search_after": ""}
    wire.answers = [(200, {"response": one}) for one in (project, page, last, empty)]

    place = await open_labellerr().examine()
    assert place.list_files is not None
    await place.list_files(tmp_path / "files.txt")

    assert (tmp_path / "files.txt").read_text() == "a b.jpg\nä.png\n"
    asked = [dict(Sent.of(request).query) for request in wire.requests[1:]]
    assert [one["dataset_id"] for one in asked] == ["d1", "d1", "d2"]
    assert asked[1]["next_search_after"] == "x1"
    assert {Sent.of(request).path for request in wire.requests[1:]} == {"/search/files/all"}


@pytest.mark.parametrize("answer", [{"response": {}}, {"response": {"files": [{"name": "a"}]}}])
async def test_a_listing_of_another_form_asks_for_a_list(
    wire: Wire, open_labellerr: Open, tmp_path: Path, answer: object
) -> None:
    """The remedy is `--files LIST`."""
    project = {"data_type": "image", "attached_datasets": ["d1"]}
    wire.answers = [(200, {"response": project}), (200, answer)]
    place = await open_labellerr().examine()
    assert place.list_files is not None

    with pytest.raises(DestinationRefused, match="--files LIST"):
        await place.list_files(tmp_path / "files.txt")
