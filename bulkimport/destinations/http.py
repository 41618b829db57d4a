"""The only door to HTTP: one session, bodies streamed in slices, failures as values.

A body slice is a fresh `bytes` that nobody writes to again: under uvloop a reused buffer arrives
corrupted, and on Python 3.11 aiohttp copies a body that is one whole `bytes`.
"""

import asyncio
import io
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bulkimport.clock import Clock
from bulkimport.destinations.proxies import proxies_of_the_environment, proxy_for
from bulkimport.destinations.rate import Rate
from bulkimport.destinations.redact import redact
from bulkimport.errors import InternalError, UsageError
from bulkimport.settings import MEBIBYTE, Settings

ANSWER_MOST: Final = 64 * MEBIBYTE
# What may wait to be read; with less the connection is stopped and started all the time.
READ_BYTES: Final = 256 * 1024
REDIRECTS_MOST: Final = 5
# Shorter than the idle time of common servers and balancers (60 s and more), so that a connection
# seldom dies under a request that cannot be repeated blindly.
KEEP_ALIVE: Final = 30.0
DNS_SECONDS: Final = 300
USER_AGENT: Final = "bulkimport"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Up to here nothing of the request has left.
_UNREACHED: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A response read to its end; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Tell whether the status is one of success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is no whole response. `doubt` unless it is sure that nothing of the request left.

    `astray` when all answered, but each named another place to ask.
    """

    reason: str
    doubt: bool
    astray: bool = False


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a form: its names, exact size, and a fresh stream of slices per attempt."""

    field: str
    filename: str
    content_type: str
    size: int
    open: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart form: text fields in their order, then the file."""

    fields: Mapping[str, str]
    file: FilePart


class Reader(Protocol):
    """Takes a download: its length where the server gives the true one, and its bytes."""

    def __call__(self, length: int | None, pieces: AsyncIterator[bytes], /) -> Awaitable[None]:
        """Read as much as is wanted."""
        ...


class HttpClient:
    """Sends requests under one rate, over one pool of connections.

    Redirects are followed by downloads only. The environment's proxies and `settings.ca_bundle`
    (beside the machine's own authorities) are honoured. The session is opened by the first
    request, so an HttpClient can be made outside an event loop.
    """

    def __init__(self, *, settings: Settings, clock: Clock) -> None:
        """Raise UsageError if the CA bundle cannot be read."""
        self._settings = settings
        self._clock = clock
        self._tls = _tls_context(settings.ca_bundle)
        self._proxies = proxies_of_the_environment()
        self._rate = Rate(requests_per_minute=settings.requests_per_minute, now=clock.monotonic())
        self._opened: aiohttp.ClientSession | None = None
        self.requests = 0

    async def post(
        self, url: str, body: bytes | Form, *, headers: Mapping[str, str]
    ) -> Answer | NoAnswer:
        """Send with POST; see `send`."""
        return await self.send("POST", url, body, headers=headers)

    async def send(
        self, method: str, url: str, body: bytes | Form, *, headers: Mapping[str, str]
    ) -> Answer | NoAnswer:
        """Make one attempt, when the rate allows it, and read the answer to its end.

        An answer that comes before the body is sent stops the sending. An exception of the body's
        own stream comes out as it is, after the connection is closed on an incomplete request.
        """
        await self._take_turn()
        payload = None
        if isinstance(body, Form):
            payload = _Slices(body.file, patience=self._settings.answer_timeout)
        try:
            result = await self._send(method, url, data=_data(body, payload), headers=headers)
        finally:
            if payload is not None:
                await payload.ended()
        if payload is not None and payload.failure is not None:
            raise payload.failure
        return result

    async def _send(
        self,
        method: str,
        url: str,
        *,
        data: bytes | io.BytesIO | aiohttp.FormData,
        headers: Mapping[str, str],
    ) -> Answer | NoAnswer:
        result: Answer | NoAnswer | None = None
        try:
            async with self._session().request(
                method,
                url,
                data=data,
                headers=headers,
                proxy=proxy_for(url, self._proxies),
                allow_redirects=False,
            ) as response:
                async with asyncio.timeout(self._settings.answer_timeout):
                    result = await _read(response)
        except (aiohttp.ClientError, OSError) as error:
            # A connection may break on its way back to the pool, with the answer already here.
            result = result or _no_answer(error, url)
        return result

    async def ask(self, url: str, *, headers: Mapping[str, str]) -> Answer | NoAnswer:
        """Make one attempt at a question by GET, when the rate allows it, and read the answer."""
        await self._take_turn()
        result: Answer | NoAnswer | None = None
        try:
            async with self._session().get(
                url, headers=headers, proxy=proxy_for(url, self._proxies), allow_redirects=False
            ) as response:
                async with asyncio.timeout(self._settings.answer_timeout):
                    result = await _read(response)
        except (aiohttp.ClientError, OSError) as error:
            result = result or _no_answer(error, url)
        return result

    async def get(self, url: str, reader: Reader) -> Answer | NoAnswer:
        """Download without any Authorization and give a good response's bytes to `reader`.

        The body of the Answer is empty. Exceptions of `reader` come out as they are. aiohttp
        repeats it once by itself when an idle connection turns out to be dead.
        """
        for _ in range(REDIRECTS_MOST + 1):
            answer = await self._get(url, reader)
            if isinstance(answer, NoAnswer) or answer.status not in _REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
            if urlsplit(url).scheme not in {"http", "https"}:
                words = "the download is redirected to what is not HTTP"
                return NoAnswer(words, doubt=False, astray=True)
        words = f"the download is redirected over {REDIRECTS_MOST} times"
        return NoAnswer(words, doubt=False, astray=True)

    async def _get(self, url: str, reader: Reader) -> Answer | NoAnswer:
        self.requests += 1
        try:
            async with self._session().get(
                url, proxy=proxy_for(url, self._proxies), allow_redirects=False
            ) as response:
                answer = Answer(response.status, _headers(response), b"")
                if answer.good:
                    pieces = response.content.iter_any()
                    await reader(_true_length(response), pieces)
                return answer
        except (aiohttp.ClientError, TimeoutError) as error:
            return _no_answer(error, url)

    async def close(self) -> None:
        """Give back all connections."""
        if self._opened is not None:
            await self._opened.close()

    async def _take_turn(self) -> None:
        wait = self._rate.take(self._clock.monotonic())
        if wait > 0:
            await self._clock.sleep(wait)
        self.requests += 1

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    keepalive_timeout=KEEP_ALIVE,
                    ttl_dns_cache=DNS_SECONDS,
                    ssl=self._tls,
                ),
                read_bufsize=READ_BYTES,
                # Nothing that one host sets is sent to another, and nothing is kept.
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
                # The time of a body depends on its size: each slice has a limit, not the whole.
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    connect=self._settings.connect_timeout,
                    sock_read=self._settings.answer_timeout,
                ),
            )
        return self._opened


class _Slices(aiohttp.Payload):
    """A part of known size that is read from its stream while it is sent, and never held."""

    def __init__(self, part: FilePart, *, patience: float) -> None:
        super().__init__(part, content_type=part.content_type)
        self._size = part.size
        self._part = part
        self._patience = patience
        self.failure: Exception | None = None
        self._ended: asyncio.Event | None = None

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse: there is no whole body."""
        del encoding, errors
        raise InternalError("a streamed body is not held as one text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send slice by slice, each within the patience."""
        self._ended = asyncio.Event()
        try:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    async with asyncio.timeout(self._patience):
                        await writer.write(piece)
        finally:
            self._ended.set()

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        stream = self._part.open()
        left = self._part.size
        try:
            async for piece in stream:
                left -= len(piece)
                self._check(left >= 0)
                yield piece
            self._check(left == 0)
        except Exception as error:
            self.failure = error
            raise
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    def _check(self, fits: bool) -> None:  # noqa: FBT001
        if not fits:
            raise InternalError(
                f"the body of {self._part.filename} is not of the {self._part.size} planned bytes"
            )

    async def ended(self) -> None:
        """Wait until the stream is given back."""
        if self._ended is not None:
            await self._ended.wait()


def _data(body: bytes | Form, slices: _Slices | None) -> bytes | io.BytesIO | aiohttp.FormData:
    if not isinstance(body, Form):
        # A long text is sent in pieces, so that the loop is not held up.
        return body if len(body) < MEBIBYTE else io.BytesIO(body)
    form = aiohttp.FormData(default_to_multipart=True)
    for name, text in body.fields.items():
        form.add_field(name, text)
    form.add_field(body.file.field, slices, filename=body.file.filename)
    return form


async def _read(response: aiohttp.ClientResponse) -> Answer | NoAnswer:
    headers = _headers(response)
    body = bytearray()
    try:
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > ANSWER_MOST:
                response.close()
                return NoAnswer(f"the answer is longer than {ANSWER_MOST} bytes", doubt=True)
    except aiohttp.ClientError:
        # A status of refusal says enough without its text; a good one says nothing without it.
        if response.status < HTTPStatus.MULTIPLE_CHOICES:
            return NoAnswer("the answer was cut short", doubt=True)
        body.clear()
    return Answer(response.status, headers, bytes(body))


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _true_length(response: aiohttp.ClientResponse) -> int | None:
    """Content-Length, unless it counts compressed bytes."""
    return None if "Content-Encoding" in response.headers else response.content_length


def _no_answer(error: Exception, url: str) -> NoAnswer:
    host = urlsplit(url).hostname
    match error:
        case aiohttp.ClientConnectorCertificateError():
            words = f"the certificate is not trusted ({error.certificate_error}); see --ca-bundle"
        case aiohttp.ClientConnectorDNSError():
            words = "its name is not known"
        case aiohttp.ClientConnectorError():
            words = error.os_error.strerror or str(error.os_error)
        case aiohttp.ClientHttpProxyError():
            words = f"the proxy refuses the way with {error.status} {error.message}"
        case TimeoutError():
            words = "no answer in time"
        case _:
            words = str(error) or "the connection broke"
    return NoAnswer(redact(f"{host}: {words}"), doubt=not isinstance(error, _UNREACHED))


def _tls_context(ca_bundle: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:
            raise UsageError(
                f"the CA bundle cannot be read: {error.strerror or error}",
                place=ca_bundle,
                remedy="name a file of certificates in PEM",
            ) from error
    return context
