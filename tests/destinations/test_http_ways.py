"""The ways to a service: through proxies, past them, and with authorities of one's own."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web

from bulkimport.destinations.http import Answer, HttpClient, NoAnswer
from bulkimport.errors import UsageError

Connect = Callable[..., HttpClient]


class Proxy:
    """A small forward proxy: tunnels, and requests with a whole URL; it knows where hosts are."""

    def __init__(self) -> None:
        self.hosts: dict[str, int] = {}
        self.lines: list[str] = []
        self.authorizations: list[str] = []
        self.refusal = ""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *headers = head.split("\r\n")
        self.lines.append(line)
        self.authorizations += [h for h in headers if h.lower().startswith("proxy-authorization")]
        method, target, _ = line.split(" ")
        if self.refusal:
            writer.write(f"HTTP/1.1 {self.refusal}\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            host = target.removeprefix("http://").split("/")[0].split(":")[0]
            far = await asyncio.open_connection("127.0.0.1", self.hosts[host])
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                far[1].write(head.encode())
            with suppress(ConnectionError):
                await asyncio.gather(pump(reader, far[1]), pump(far[0], writer))
        writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until they end."""
    while piece := await reader.read(1 << 16):
        writer.write(piece)
        await writer.drain()
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy on a free port of the loopback."""
    proxy = Proxy()
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
        proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield proxy


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority that no machine trusts, written to ca.pem."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return authority


@pytest.fixture
async def secure(service: Any, authority: trustme.CA) -> AsyncIterator[int]:
    """The port where the service answers with the certificate of labelbox.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("labelbox.test", "127.0.0.1").configure_cert(context)
    runner = web.ServerRunner(web.Server(service.handle, access_log=None), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def post(client: HttpClient, url: str) -> Answer | NoAnswer:
    """Post nothing much."""
    return await client.post(url, b"{}", headers={"Authorization": "Bearer key"})


async def test_a_plain_request_goes_through_the_proxy(
    service: Any, connect: Connect, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its whole URL; the name is the proxy's to find."""
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    proxy.hosts["labelbox.test"] = int(service.url.rpartition(":")[2])
    service.answers(200, b"here")

    answer = await post(connect(), "http://labelbox.test/graphql")

    assert isinstance(answer, Answer)
    assert answer.body == b"here"
    assert proxy.lines == ["POST http://labelbox.test/graphql HTTP/1.1"]


async def test_a_secure_request_goes_through_a_tunnel(
    service: Any,
    secure: int,
    connect: Connect,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The proxy sees the host and its own password, and never the key."""
    monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//me:s3cret@"))
    proxy.hosts["labelbox.test"] = secure
    service.answers(200, b"here")

    answer = await post(
        connect(ca_bundle=str(tmp_path / "ca.pem")), "https://labelbox.test/graphql"
    )

    assert isinstance(answer, Answer)
    assert answer.body == b"here"
    assert proxy.lines == ["CONNECT labelbox.test:443 HTTP/1.1"]
    [authorization] = proxy.authorizations
    assert authorization.endswith(base64.b64encode(b"me:s3cret").decode())
    assert service.seen[0].headers["authorization"] == "Bearer key"


@pytest.mark.parametrize("exceptions", ["127.0.0.1", "other.test,127.0.0.1", "*"])
async def test_an_exception_goes_straight(
    service: Any, connect: Connect, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, exceptions: str
) -> None:
    """NO_PROXY names hosts, or all."""
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", exceptions)
    service.answers(200)

    assert isinstance(await post(connect(), service.url), Answer)
    assert proxy.lines == []


@pytest.mark.parametrize("refusal", ["407 Proxy Authentication Required", "502 Bad Gateway"])
async def test_a_proxy_that_refuses_leaves_no_doubt(
    connect: Connect, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    """Nothing has passed it; its password is not told."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//me:s3cret@"))
    proxy.refusal = refusal

    answer = await post(connect(), "https://labelbox.test/graphql")

    assert answer == NoAnswer(f"labelbox.test: the proxy refuses the way with {refusal}", False)


async def test_a_proxy_that_is_away_leaves_no_doubt(
    connect: Connect, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has left."""
    monkeypatch.setenv("HTTP_PROXY", f"http://me:s3cret@127.0.0.1:{unused_tcp_port}")

    answer = await post(connect(), "http://labelbox.test/graphql")

    assert isinstance(answer, NoAnswer)
    assert not answer.doubt
    assert "s3cret" not in answer.reason


async def test_a_proxy_of_another_kind_is_a_mistake_of_the_caller(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going straight would be worse: the proxy is there for a reason."""
    monkeypatch.setenv("ALL_PROXY", "socks5://me:s3cret@127.0.0.1:1080")

    with pytest.raises(UsageError) as raised:
        await post(connect(), "https://labelbox.test/graphql")

    assert "s3cret" not in str(raised.value)


async def test_an_authority_of_ones_own_is_trusted_when_named(
    service: Any, secure: int, connect: Connect, tmp_path: Path
) -> None:
    """By `--ca-bundle`."""
    service.answers(200, b"here")

    answer = await post(
        connect(ca_bundle=str(tmp_path / "ca.pem")), f"https://127.0.0.1:{secure}/graphql"
    )

    assert isinstance(answer, Answer)
    assert answer.body == b"here"


async def test_an_unknown_authority_is_not_trusted(secure: int, connect: Connect) -> None:
    """Nothing is sent, and the sentence says what would help."""
    answer = await post(connect(), f"https://127.0.0.1:{secure}/graphql")

    assert isinstance(answer, NoAnswer)
    assert not answer.doubt
    assert "--ca-bundle" in answer.reason


async def test_a_server_that_speaks_no_tls_leaves_no_doubt(service: Any, connect: Connect) -> None:
    """The request waits behind the handshake."""
    answer = await post(connect(), service.url.replace("http:", "https:"))

    assert isinstance(answer, NoAnswer)
    assert not answer.doubt
    assert service.seen == []
