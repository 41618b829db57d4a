"""Time inside a sandbox, driven by hand: delays, slow bodies, late commits, expiring files."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bulkimport.errors import RunHeld
from bulkimport.sandbox.server import running
from bulkimport.sandbox.settings import DAY, SandboxSettings
from bulkimport.sandbox.store import Store

KEY = "key"
CREATE = """mutation($file: Upload!, $project: ID!) {createLabelImport(data: {
    projectId: $project, name: "i", filePayload: {file: $file, contentLength: 1}}) {id}}"""
PROJECT = 'mutation {createProject(data: {name: "p"}) {id}}'
LOOK = """query($project: ID!) {labelImport(where: {projectId: $project, name: "i"})
    {state inputFileUrl}}"""


class HeldClock:
    """A clock that moves when told to; it writes down for how long anybody would have slept."""

    def __init__(self) -> None:
        """Start at some time."""
        self.time = 1_750_000_000.0
        self.slept: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()

    def now(self) -> float:
        """Return the time set."""
        return self.time

    def monotonic(self) -> float:
        """Return the time set."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Note it, and go on as soon as the gate is open."""
        self.slept.append(seconds)
        await self.gate.wait()


class Talk:
    """Requests to one sandbox."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        """Ask at this address."""
        self._client = client
        self._url = f"{address}/graphql"

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the answer to a document."""
        content = {"query": query, "variables": variables}
        async with self._client.post(self._url, json=content) as reply:
            answer: dict[str, Any] = await reply.json()
            return answer

    async def upload(self, project: str, body: bytes) -> None:
        """Create the import `i`."""
        variables = {"project": project, "file": None}
        form = aiohttp.FormData()
        form.add_field("operations", json.dumps({"query": CREATE, "variables": variables}))
        form.add_field("map", '{"1": ["variables.file"]}')
        form.add_field("1", body, filename="rows.ndjson")
        async with self._client.post(self._url, data=form) as reply:
            assert "errors" not in await reply.json()

    async def project(self) -> str:
        """Make a project."""
        identity: str = (await self.ask(PROJECT))["data"]["createProject"]["id"]
        return identity

    async def status(self, url: str) -> int:
        """Return the HTTP status of a download."""
        async with self._client.get(url) as reply:
            return reply.status


@asynccontextmanager
async def talk(folder: Path, clock: HeldClock, *faults: dict[str, Any]) -> AsyncIterator[Talk]:
    """Run a sandbox in this loop with these faults, and a client of it."""
    settings = SandboxSettings(folder=folder, key=KEY, faults={"faults": faults})
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        running(settings, clock) as sandbox,
        aiohttp.ClientSession(headers=headers) as client,
    ):
        yield Talk(client, sandbox.address)


async def test_a_delay_lasts_as_long_as_it_says(tmp_path: Path) -> None:
    """Only the operation that was named is late."""
    clock = HeldClock()
    fault = {"operation": "user", "fault": "delay", "seconds": 3}
    async with talk(tmp_path, clock, fault) as sandbox:
        answer = await sandbox.ask("{user {email}}")
        await sandbox.ask("{organization {id}}")

    assert answer["data"]["user"]["email"]
    assert clock.slept == [3]


async def test_a_slow_body_is_read_at_its_rate(tmp_path: Path) -> None:
    """The time spent is that of all its bytes."""
    clock = HeldClock()
    fault = {"operation": "createLabelImport", "fault": "slow-body", "bytes_per_second": 1000}
    async with talk(tmp_path, clock, fault) as sandbox:
        await sandbox.upload(await sandbox.project(), b"x" * 5000)

    assert sum(clock.slept) == pytest.approx(5)


async def test_a_late_commit_waits_for_its_time(tmp_path: Path) -> None:
    """The caller is cut off at once; the import comes into being when the time is over."""
    clock = HeldClock()
    clock.gate.clear()
    fault = {"operation": "createLabelImport", "fault": "late-commit", "seconds": 9}
    async with talk(tmp_path, clock, fault) as sandbox:
        project = await sandbox.project()
        with pytest.raises(aiohttp.ClientError):
            await sandbox.upload(project, b"{}")
        before = await sandbox.ask(LOOK, project=project)
        clock.gate.set()
        while "errors" in await sandbox.ask(LOOK, project=project):
            pass

    assert before["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert clock.slept == [9]


async def test_a_late_commit_dies_with_the_sandbox(tmp_path: Path) -> None:
    """What was to come later never comes, and its file is gone too."""
    clock = HeldClock()
    clock.gate.clear()
    fault = {"operation": "createLabelImport", "fault": "late-commit"}
    async with talk(tmp_path, clock, fault) as sandbox:
        project = await sandbox.project()
        with pytest.raises(aiohttp.ClientError):
            await sandbox.upload(project, b"{}")
    async with talk(tmp_path, clock) as sandbox:
        found = await sandbox.ask(LOOK, project=project)

    assert found["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert list((tmp_path / "files").iterdir()) == []


async def test_files_of_imports_live_for_a_day(tmp_path: Path) -> None:
    """To the second."""
    clock = HeldClock()
    async with talk(tmp_path, clock) as sandbox:
        project = await sandbox.project()
        await sandbox.upload(project, b'{"dataRow": {"id": "x"}}')
        found = await sandbox.ask(LOOK, project=project)
        url = found["data"]["labelImport"]["inputFileUrl"]
        clock.time += DAY - 1
        last = await sandbox.status(url)
        clock.time += 1
        over = await sandbox.status(url)

    assert (last, over) == (200, 403)


async def test_a_folder_has_one_server(tmp_path: Path) -> None:
    """A second one is told who is there; after the first has closed the folder is free."""
    async with talk(tmp_path, HeldClock()):
        with pytest.raises(RunHeld, match="another sandbox"):
            await _enter(talk(tmp_path, HeldClock()))
    async with talk(tmp_path, HeldClock()) as sandbox:
        assert (await sandbox.ask("{user {id}}"))["data"]


async def test_leftovers_of_a_crash_are_swept(tmp_path: Path) -> None:
    """Bytes that nothing refers to are removed at the next start."""
    Store(tmp_path).close()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "half-an-upload").write_bytes(b"x")

    async with talk(tmp_path, HeldClock()):
        left = list((tmp_path / "files").iterdir())

    assert left == []


async def _enter(context: Any) -> None:
    async with context:
        pass
