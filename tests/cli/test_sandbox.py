"""The sandbox by its command line: start, seed, audit, stop."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.sandbox import ONTOLOGY

SECONDS = 60
KEY_VARIABLE = "LABELBOX_API_KEY"
SEED = ("seed", "--project-name", "p", "--ontology")


def command(*words: object, key: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `bulkimport sandbox` to its end."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LABELB", "LABELL"))
    }
    return subprocess.run(
        [sys.executable, "-m", "bulkimport.cli.sandbox", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env=environment | ({KEY_VARIABLE: key} if key else {}),
    )


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """A file with an ontology."""
    path = tmp_path / "ontology.json"
    path.write_text(json.dumps(ONTOLOGY))
    return path


def test_a_folder_is_seeded_and_audited_without_a_server(tmp_path: Path, ontology: Path) -> None:
    """Ids come out as JSON, and the audit knows the project."""
    folder = tmp_path / "sandbox"
    keys = tmp_path / "keys"
    keys.write_text("a.jpg\nb.jpg\n")

    by_number = command(
        *("seed", "--dir", folder, "--project-name", "one", "--ontology", ontology),
        *("--data-rows", 3, "--key-template", "photo-{n}"),
    )
    by_file = command(
        *("seed", "--dir", folder, "--project-name", "two", "--ontology", ontology),
        *("--keys", keys),
    )
    audit = json.loads(command("audit", "--dir", folder).stdout)

    told = [json.loads(result.stdout) for result in (by_number, by_file)]
    assert [each["data_rows"] for each in told] == [3, 2]
    assert audit["projects"].keys() == {each["project_id"] for each in told}


def test_a_file_is_digested_as_what_is_stored_of_it(
    sandbox: Any, tmp_path: Path, ontology: Path
) -> None:
    """`--rows` prints the stored annotations; written to a file they have the same digest."""
    path = tmp_path / "stored.ndjson"
    path.write_text(command("audit", "--dir", sandbox.dir, "--rows").stdout)
    assert path.read_text() == ""
    path.write_text('{"dataRow": {"globalKey": "a"}, "name": "n"}\n')

    told = json.loads(command("audit", "--file", path).stdout)

    assert (told["rows"], told["data_rows"]) == (1, 1)
    assert told["digest"] == told["digest_without_uuid"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit",), "give one of --dir, --file and --coco"),
        (("audit", "--coco", "odd.json"), "has no list of images"),
        (("seed-labellerr", "--project-name", "p"), "give one of --files and --names"),
        (("audit", "--dir", "nowhere"), "no sandbox has been here"),
        ((*SEED, "ontology.json"), "give one of --data-rows"),
        ((*SEED, "none.json", "--data-rows", "1"), "none.json"),
        ((*SEED, "broken.json", "--data-rows", "1"), "not JSON"),
        ((*SEED, "odd.json", "--data-rows", "1"), "normalized is no ontology"),
        ((*SEED, "ontology.json", "--keys", "twice"), "has one of these global keys already"),
        (("audit", "--file", "broken.json"), "Line 1 is not valid JSON"),
        (("--port", "0", "--faults", "odd.json"), "no such fault"),
        (("--port", "0"), "needs a key"),
        (("--key-file", "none.key"), "none.key"),
    ],
)
def test_a_command_that_cannot_be_meant_ends_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ontology: Path,
    words: tuple[str, ...],
    said: str,
) -> None:
    """One line says why; no trace of ours is shown."""
    monkeypatch.chdir(ontology.parent)
    Path("broken.json").write_text("{")
    Path("odd.json").write_text('{"tools": [{"name": "no tool"}], "faults": [{"fault": "odd"}]}')
    Path("twice").write_text("a\nA\n")

    result = command(*words, key=None if "--faults" not in words else "key")

    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_second_server_on_a_folder_is_refused(sandbox: Any) -> None:
    """It ends with 5, the code for trouble that passes."""
    result = command("--dir", sandbox.dir, key="other")

    assert result.returncode == 5
    assert "another sandbox works here" in result.stderr


def test_the_server_is_ready_when_it_says_so_and_ends_when_told(
    make_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    """The ready file has the address and the process; SIGTERM ends it with 0."""
    key = tmp_path / "key"
    key.write_text("from-a-file\n")
    sandbox = make_sandbox("--key-file", str(key))
    sandbox.key = "from-a-file"
    told = json.loads((sandbox.dir / "ready.json").read_text())

    assert told == {
        "endpoint": sandbox.endpoint,
        "graphql": f"{sandbox.endpoint}/graphql",
        "rest": f"{sandbox.endpoint}/api/v1",
        "labellerr": sandbox.endpoint,
        "pid": sandbox.pid,
    }
    assert sandbox.endpoint.startswith("http://127.0.0.1:")
    assert sandbox.faults()["faults"] == []
    assert sandbox.stop() == 0


def test_the_key_is_nowhere_to_be_seen(sandbox: Any) -> None:
    """Neither in the arguments of the process, nor in its words, nor on disk."""
    arguments = Path(f"/proc/{sandbox.pid}/cmdline")
    if arguments.exists():
        assert sandbox.key.encode() not in arguments.read_bytes()
    sandbox.stop()

    assert sandbox.key not in "".join(sandbox.log)
    for path in sandbox.dir.rglob("*"):
        assert path.is_dir() or sandbox.key.encode() not in path.read_bytes()


def test_labellerr_is_seeded_and_audited_without_a_server(tmp_path: Path) -> None:
    """Projects by a number of files or a list of names, with classes and an access."""
    folder, names = tmp_path / "sandbox", tmp_path / "names"
    names.write_text("a.jpg\nB.JPG\n\n")
    seed = ("seed-labellerr", "--dir", folder, "--project-name")

    told = [
        json.loads(command(*seed, *words).stdout)
        for words in (
            ("one", "--files", 3, "--name-template", "photo-{n}.png"),
            ("two", "--names", names, "--classes", names, "--access", "read"),
        )
    ]
    audit = json.loads(command("audit", "--dir", folder).stdout)["labellerr"]

    assert [each["files"] for each in told] == [3, 2]
    assert [audit[each["project_id"]]["name"] for each in told] == ["one", "two"]
    assert command("audit", "--dir", folder, "--uploads").stdout == ""


def test_labellerrs_keys_come_together_or_not_at_all(tmp_path: Path) -> None:
    """A key without its secret is a mistake of whoever starts the sandbox."""
    run = subprocess.run(
        [sys.executable, "-m", "bulkimport.cli.sandbox", "--dir", tmp_path / "sandbox"],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env={"LABELLERR_API_KEY": "key", "LABELLERR_CLIENT_ID": "1", "PATH": os.environ["PATH"]},
    )

    assert run.returncode == 2
    assert "LABELLERR_API_SECRET" in run.stderr
