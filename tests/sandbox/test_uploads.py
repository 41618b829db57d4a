"""Multipart requests in all the shapes that clients give them."""

import json
from pathlib import Path
from typing import Any

import pytest

QUERY = """mutation($file: Upload!, $contentLength: Int!) {
    uploadFile(file: $file, contentLength: $contentLength) {url filename}}"""


@pytest.fixture
def sandbox(seeded_sandbox: tuple[Any, Any]) -> Any:
    """Share one sandbox."""
    return seeded_sandbox[0]


def form(
    name: str,
    *,
    body: bytes = b"abc",
    places: Any = None,
    kind: str = "Content-Type: text/x\r\n",
    end: str = "\r\n--b--\r\n",
) -> dict[str, Any]:
    """A request with one file under `name`, exactly as written here."""
    operations = json.dumps({"query": QUERY, "variables": {"file": None, "contentLength": 1}})
    mapped = json.dumps({"1": ["variables.file"]} if places is None else places)
    head = (
        f'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{operations}'
        f'\r\n--b\r\nContent-Disposition: form-data; name="map"\r\n\r\n{mapped}'
        f'\r\n--b\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n{kind}\r\n'
    )
    content = head.encode() + body + end.encode()
    return {"data": content, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


def uploaded(caller: Any, request: dict[str, Any]) -> bytes:
    """What the sandbox serves of the file in a request."""
    answer = caller.post(**request).json()
    assert "errors" not in answer, answer
    content: bytes = caller.raw(answer["data"]["uploadFile"]["url"])
    return content


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("1", "1"),
        ("0", "0"),
        ("P__a %22b%22 é%0A.ndjson", 'P__a "b" é\n.ndjson'),
        ("whatever", "1"),
        (r"back\\slash", r"back\slash"),
    ],
)
def test_a_file_is_found_by_map(caller: Any, name: str, key: str) -> None:
    """Under any name, escaped or not; one file left over is the one."""
    assert uploaded(caller, form(name, places={key: ["variables.file"]})) == b"abc"


@pytest.mark.parametrize(
    "kind", ["", "Content-Type: json_import.json\r\n", "Content-Type: a/b\r\n"]
)
def test_any_content_type_will_do(caller: Any, kind: str) -> None:
    """The official SDK swaps file name and type, or sends no type."""
    assert uploaded(caller, form("1", kind=kind)) == b"abc"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"\r\n--",
        b"\r\n--c\r\n",
        b"x" * (1 << 18),
        b"x" * ((1 << 18) - 3) + b"\r\n--" + b"y" * 10,
        bytes(range(256)) * 5000,
    ],
    ids=len,
)
def test_bytes_arrive_as_they_are(caller: Any, body: bytes) -> None:
    """Whatever they hold and wherever the reader's cuts fall."""
    assert uploaded(caller, form("1", body=body)) == body


@pytest.mark.parametrize(
    "request_",
    [
        form("1", end=""),
        form("1", end="\r\n--b"),
        form("1", body=b"--b"),
        form("1", places={"1": ["variables.file"], "2": ["variables.other"]}),
        form("1", places={"1": 5}),
        form("1", places=[1]),
        {"data": b"{", "headers": {"Content-Type": "application/json"}},
        {"data": b"[]", "headers": {"Content-Type": "application/json"}},
        {"json": {"query": "{user {id}}", "variables": [1]}},
        {"json": {"query": QUERY, "variables": {"file": "text", "contentLength": 1}}},
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
    ],
)
def test_a_malformed_request_is_refused(sandbox: Any, caller: Any, request_: Any) -> None:
    """With status 200, a message and a code; nothing is kept of it and the sandbox goes on."""
    before = sorted((sandbox.dir / "files").iterdir())

    reply = caller.post(**request_)

    assert reply.status_code == 200
    assert reply.json()["errors"][0]["extensions"]["code"] == "MALFORMED_REQUEST"
    assert sorted((sandbox.dir / "files").iterdir()) == before
    assert caller.ask("{user {id}}")["data"]["user"]["id"]
    assert sandbox.log[1:] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("fragment f on User {id}", "GRAPHQL_PARSE_FAILED"),
        ("{user {shoeSize}}", "GRAPHQL_VALIDATION_FAILED"),
        ("{user(size: 1) {id}}", "GRAPHQL_VALIDATION_FAILED"),
        ("{project {id}}", "GRAPHQL_VALIDATION_FAILED"),
        ('{project(where: {id: "none"}) {id}}', "RESOURCE_NOT_FOUND"),
        ('mutation {createProject(data: {name: " "}) {id}}', "MALFORMED_REQUEST"),
        ("query($id: ID!) {project(where: {id: $id}) {id}}", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_document_is_refused_by_its_code(caller: Any, query: str, code: str) -> None:
    """The SDK picks its exception by the code and breaks without one."""
    answer = caller.ask(query)

    assert answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("path", ["/graphql", "/_gql"])
def test_both_paths_speak_the_same(caller: Any, path: str) -> None:
    """Undeclared variables and repeated fields are no reason to refuse."""
    content = {"query": "query A {user {id id email}}", "variables": {"never": 1}}

    answer = caller.post(path, json=content).json()

    assert answer["data"]["user"].keys() == {"id", "email"}


def test_a_refused_mutation_changes_nothing(sandbox: Any, caller: Any) -> None:
    """One field that fails takes the others with it."""
    answer = caller.ask(
        'mutation {a: createProject(data: {name: "kept?"}) {id}'
        ' b: createProject(data: {name: " "}) {id}}'
    )

    assert answer["errors"][0]["extensions"]["code"] == "MALFORMED_REQUEST"
    names = {project["name"] for project in sandbox.audit()["projects"].values()}
    assert "kept?" not in names


def test_an_upload_is_streamed_to_disk(make_sandbox: Any, call: Any) -> None:
    """Memory does not follow the size of a body."""
    sandbox = make_sandbox()
    caller = call(sandbox)
    status = Path(f"/proc/{sandbox.pid}/status")
    if not status.exists():
        pytest.skip("memory is read from /proc")
    uploaded(caller, form("1"))
    before = peak(status)
    body = b"x" * (96 << 20)

    assert caller.post(**form("1", body=body)).json()["data"]["uploadFile"]["url"]
    assert peak(status) - before < 24 << 20


def peak(status: Path) -> int:
    """The most memory a process has had, in bytes."""
    lines = status.read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kilobytes) << 10
