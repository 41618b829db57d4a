"""Two clients of the sandbox: plain requests, and the official SDK as it comes from PyPI."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import labelbox
import pytest
import requests
from support.sandbox import Sandbox

SECONDS = 30
CREATE = {
    "labels": "createLabelImport",
    "prelabels": "createModelAssistedLabelingPredictionImport",
}
GET = {"labels": "labelImport", "prelabels": "modelAssistedLabelingPredictionImport"}
SHOWN = "id name state progress inputFileUrl statusFileUrl errorFileUrl project { id }"


class Caller:
    """Asks one sandbox over HTTP; follows its address when it starts again."""

    def __init__(self, sandbox: Any) -> None:
        """Ask this sandbox, a new connection for every request."""
        self.sandbox = sandbox

    def post(self, path: str = "/graphql", **request: Any) -> requests.Response:
        """Send one request with the key."""
        headers = {"Authorization": f"Bearer {self.sandbox.key}", **request.pop("headers", {})}
        url = self.sandbox.endpoint + path
        return requests.post(url, headers=headers, timeout=SECONDS, **request)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the answer to a document, errors and all."""
        answer: dict[str, Any] = self.post(json={"query": query, "variables": variables}).json()
        return answer

    def upload(
        self, project: str, name: str, body: bytes, *, kind: str = "labels", part: str = "1"
    ) -> requests.Response:
        """Create an import from bytes, the way a client that follows the specification does."""
        query = (
            "mutation($projectId: ID!, $name: String!, $file: Upload!, $contentLength: Int!) {"
            f"{CREATE[kind]}(data: {{projectId: $projectId, name: $name,"
            " filePayload: {file: $file, contentLength: $contentLength}})"
            f"{{{SHOWN}}}}}"
        )
        variables = {"projectId": project, "name": name, "file": None, "contentLength": len(body)}
        return self.post(
            files=[
                ("operations", (None, json.dumps({"query": query, "variables": variables}))),
                ("map", (None, json.dumps({part: ["variables.file"]}))),
                (part, ("rows.ndjson", body, "application/x-ndjson")),
            ]
        )

    def project_like(self, seeded: dict[str, Any], keys: list[str]) -> str:
        """Make a project with the ontology of a seeded one, and these data rows in a batch."""
        made = self.ask('mutation {createProject(data: {name: "p"}) {id}}')
        identity: str = made["data"]["createProject"]["id"]
        answer = self.ask(
            "mutation($p: ID!, $o: ID!, $b: CreateBatchInput!) {project(where: {id: $p})"
            " {connectOntology(ontologyId: $o) {id} createBatchV2(input: $b) {batch {size}}}}",
            p=identity,
            o=seeded["ontology_id"],
            b={"name": "b", "globalKeys": keys, "priority": 5},
        )
        assert "errors" not in answer, answer
        return identity

    def look(self, project: str, name: str, *, kind: str = "labels") -> dict[str, Any]:
        """Look an import up by its name."""
        return self.ask(
            "query($projectId: ID!, $name: String!) {"
            f"{GET[kind]}(where: {{projectId: $projectId, name: $name}}) {{{SHOWN}}}}}",
            projectId=project,
            name=name,
        )

    def settled(self, project: str, name: str, *, kind: str = "labels") -> dict[str, Any]:
        """Ask until an import runs no more."""
        while True:
            found: dict[str, Any] = self.look(project, name, kind=kind)["data"][GET[kind]]
            if found["state"] != "RUNNING":
                return found

    def all_settled(self, project: str, *, kind: str = "labels") -> list[dict[str, Any]]:
        """Ask until none of a project's imports runs, and return them."""
        query = f"query($id: ID!) {{{GET[kind]}s(where: {{projectId: $id}}) {{{SHOWN}}}}}"
        while True:
            found: list[dict[str, Any]] = self.ask(query, id=project)["data"][f"{GET[kind]}s"]
            if all(each["state"] != "RUNNING" for each in found):
                return found

    def bring(
        self, project: str, name: str, rows: Iterable[dict[str, Any]], *, kind: str = "labels"
    ) -> dict[str, Any]:
        """Import rows to their end and return the import."""
        answer = self.upload(project, name, ndjson(rows), kind=kind).json()
        assert "errors" not in answer, answer
        return self.settled(project, name, kind=kind)

    def statuses(self, found: dict[str, Any], file: str = "statusFileUrl") -> list[dict[str, Any]]:
        """Return the lines of one of an import's files; no key is needed."""
        return [json.loads(line) for line in self.raw(found[file]).splitlines()]

    def raw(self, url: str) -> bytes:
        """Download a file without a key."""
        reply = requests.get(url, timeout=SECONDS)
        reply.raise_for_status()
        return reply.content


def ndjson(rows: Iterable[dict[str, Any]]) -> bytes:
    """Write rows one a line."""
    return b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)


def box(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A fit row on data row `row-<number>`, with these fields instead."""
    return {
        "uuid": str(uuid.uuid4()),
        "dataRow": {"globalKey": f"row-{number}"},
        "name": "car",
        "bbox": {"top": 1, "left": 2.5, "height": 3, "width": 4},
        **fields,
    }


class Away(BaseHTTPRequestHandler):
    """Answers every GET with the status in its path; a redirect leads to rows that are there."""

    def do_GET(self) -> None:
        """Answer; `/200` has one row that no project takes."""
        status = int(self.path.strip("/"))
        body = b'{"dataRow": {"globalKey": "row-1"}}' if status == requests.codes.ok else b""
        self.send_response(status)
        self.send_header("Location", "/200")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served() -> Iterator[Callable[[int], str]]:
    """Serve files elsewhere on this machine: `served(404)` is the address of none."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Away) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield lambda status: f"http://127.0.0.1:{server.server_port}/{status}"
        server.shutdown()
        thread.join()


@pytest.fixture
def a_box() -> Callable[..., dict[str, Any]]:
    """Make fit rows: `a_box(3, name="lake")` is a row on data row `row-3`."""
    return box


@pytest.fixture(scope="session")
def seeded_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Start one sandbox for many tests, with the data rows `row-1`, `row-2` and `row-3`."""
    sandbox = Sandbox(tmp_path_factory.mktemp("seeded") / "sandbox").start()
    yield sandbox, sandbox.seed(3)
    sandbox.stop()


@pytest.fixture
def project(sandbox: Any, caller: Caller, seeded_sandbox: tuple[Any, Any]) -> str:
    """A new project with the data rows of the seeded sandbox, which has no faults then.

    A file of tests that asks for it makes its `sandbox` the seeded one.
    """
    shared, seeded = seeded_sandbox
    assert sandbox is shared
    shared.faults({"faults": []})
    return caller.project_like(seeded, ["row-1", "row-2", "row-3"])


@pytest.fixture
def caller(sandbox: Any) -> Caller:
    """Ask the sandbox in plain requests."""
    return Caller(sandbox)


@pytest.fixture
def call() -> Callable[[Any], Caller]:
    """Ask any sandbox in plain requests."""
    return Caller


@pytest.fixture
def client(sandbox: Any) -> labelbox.Client:
    """Ask the sandbox through the official SDK."""
    return labelbox.Client(
        api_key=sandbox.key, endpoint=sandbox.graphql, rest_endpoint=sandbox.rest
    )
