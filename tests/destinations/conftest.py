"""A service of scripted answers on a real socket, and those who talk to it."""

import asyncio
import hashlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import uvloop
from aiohttp import web

from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.model import Address, Kind, Parcel
from bulkimport.native import Digest
from bulkimport.settings import Secret, Settings

Act = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Run the tests of this room on the loop that the engine uses."""
    return {"uvloop": uvloop.new_event_loop}


class StillClock:
    """A clock that stands still; time passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time

    def monotonic(self) -> float:
        """The same seconds."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


@dataclass
class Seen:
    """One request as the service met it; a file by its size and sha256."""

    method: str
    target: str
    headers: dict[str, str]
    connection: int
    body: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    file_name: str | None = None
    file_type: str | None = None
    file_size: int = 0
    file_digest: str = ""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    async def read(self, request: web.BaseRequest) -> None:
        """Read to the end; a form with aiohttp's own reader."""
        if not request.content_type.startswith("multipart/"):
            self.body = await request.read()
            return
        digest = hashlib.sha256()
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            self.order.append(part.name)
            if part.filename is None:
                self.fields[part.name] = await part.text()
                continue
            self.file_name, self.file_type = part.filename, part.headers.get("Content-Type")
            while piece := await part.read_chunk(1 << 16):
                self.file_size += len(piece)
                digest.update(piece)
        self.file_digest = digest.hexdigest()


class Service:
    """Plays one act per request, the last one again and again, and remembers what came."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.acts: list[Act] = []
        self.hung_up = asyncio.Event()
        self.over = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Play the next act."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert request.transport is not None
        port = request.transport.get_extra_info("peername")[1]
        self.seen.append(Seen(request.method, request.raw_path, headers, connection=port))
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        try:
            return await act(request)
        except asyncio.CancelledError:
            self.hung_up.set()
            raise

    def plays(self, act: str, *args: Any, **kwargs: Any) -> None:
        """Add an act by its name, for tables of cases."""
        getattr(self, act)(*args, **kwargs)

    def answers(self, status: int = 200, body: Any = b"", **headers: str) -> None:
        """Read the request, then answer; what is no bytes goes as JSON, `_` in names as `-`."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            await self.seen[-1].read(request)
            return web.Response(status=status, body=content, headers=_named(headers))

        self.acts.append(act)

    def answers_early(self, status: int, **headers: str) -> None:
        """Answer before a byte of the body is read."""

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=status, headers=_named(headers))

        self.acts.append(act)

    def resets(self, after: int | None = None) -> None:
        """Break the connection with RST: after so many bytes of the body, or after all of it."""

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            if after is None:
                await self.seen[-1].read(request)
            else:
                await request.content.readexactly(after)
            assert request.transport is not None
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
            return web.Response()

        self.acts.append(act)

    def cuts(self, body: bytes, *, missing: int, status: int = 200) -> None:
        """Promise more bytes than are sent, then hang up."""

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            await self.seen[-1].read(request)
            length = {"Content-Length": str(len(body) + missing)}
            response = web.StreamResponse(status=status, headers=length)
            await response.prepare(request)
            await response.write(body)
            assert request.transport is not None
            request.transport.close()
            return response

        self.acts.append(act)

    def streams(self, piece: bytes, *, times: int) -> None:
        """Answer with one piece again and again, of a length that is not announced."""

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            await self.seen[-1].read(request)
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(times):
                await response.write(piece)
            return response

        self.acts.append(act)

    def stays_silent(self, *, read: bool = True) -> None:
        """Never answer; when the caller hangs up, say so in `hung_up`."""

        async def act(request: web.BaseRequest) -> web.StreamResponse:
            if read:
                await self.seen[-1].read(request)
            await self.over.wait()
            return web.Response()

        self.acts.append(act)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A service on a free port of the loopback."""
    service = Service()
    server = web.Server(service.handle, access_log=None, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield service
    service.over.set()
    await runner.cleanup()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's own proxies out of the tests."""
    for scheme in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme.upper()}_PROXY", raising=False)


@pytest.fixture
def clock() -> StillClock:
    """A clock that the test moves."""
    return StillClock()


@pytest.fixture
async def connect(clock: StillClock) -> AsyncIterator[Callable[..., HttpClient]]:
    """Make HTTP clients of given settings, closed at the end."""
    made: list[HttpClient] = []

    def make(**settings: Any) -> HttpClient:
        made.append(HttpClient(settings=Settings(**settings), clock=clock))
        return made[-1]

    yield make
    for client in made:
        await client.close()


@pytest.fixture
def key() -> str:
    """A key that must be found nowhere."""
    return "marked-key-7f3a9c"


@pytest.fixture
async def labelbox(
    service: Service, clock: StillClock, key: str
) -> AsyncIterator[Callable[..., Labelbox]]:
    """Make Labelbox destinations that talk to the scripted service, closed at the end."""
    made: list[Labelbox] = []

    def make(kind: Kind = Kind.LABELS, *, endpoint: str = "", **settings: Any) -> Labelbox:
        made.append(
            Labelbox(
                address=Address("labelbox", "project-1"),
                kind=kind,
                endpoint=endpoint or f"{service.url}/graphql",
                key=Secret(key),
                settings=Settings(**settings),
                clock=clock,
            )
        )
        return made[-1]

    yield make
    for destination in made:
        await destination.close()


@pytest.fixture
def parcel() -> Callable[..., Parcel]:
    """Make parcels of given bytes, cut into slices of a given size."""

    def make(content: bytes = b'{"a":1}\n', *, cut: int = 3, name: str = "run-0001") -> Parcel:
        async def slices() -> AsyncIterator[bytes]:
            for start in range(0, len(content), cut):
                yield content[start : start + cut]

        digest = Digest()
        digest.update(content)
        rows = content.count(b"\n")
        return Parcel(name, rows, len(content), digest.hexdigest(), slices)

    return make
