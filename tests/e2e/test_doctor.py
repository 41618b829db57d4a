"""`bulkimport doctor` as a person types it: lines or JSON, and the exit code of an import."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from e2e.command import PROGRAM
from support.sandbox import LABELLERR_KEYS, Sandbox

FEW_HANDLES = 200


def doctor(sandbox: Sandbox, folder: Path, *words: str, wrap: str = "", **env: str) -> Any:
    """Run it in a folder against a sandbox; `wrap` is what the shell does before."""
    place = {"LABELBOX_API_KEY": sandbox.key, "LABELBOX_ENDPOINT": sandbox.graphql, **env}
    command = f'{wrap} exec "$0" doctor "$@"'
    return subprocess.run(
        ["/bin/sh", "-c", command, str(PROGRAM), *words],
        cwd=folder,
        env={**os.environ, **place},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(shared_sandbox: Sandbox) -> str:
    """A project that is fit."""
    identity: str = shared_sandbox.seed(keys=["doctor.jpg"], name="fit")["project_id"]
    return identity


def test_people_get_a_line_for_each_thing(
    shared_sandbox: Sandbox, tmp_path: Path, project: str
) -> None:
    """All is well: 0, and nothing is left behind."""
    ended = doctor(shared_sandbox, tmp_path, "--to", f"labelbox:{project}", "--media", "image")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(ended.stdout.splitlines()) == 10
    assert "BAD" not in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_programs_get_json(shared_sandbox: Sandbox, tmp_path: Path, project: str) -> None:
    """One object with the code, and the key nowhere."""
    key = "a-key-that-nobody-knows"
    words = ("--to", f"labelbox:{project}", "--json")
    ended = doctor(shared_sandbox, tmp_path, *words, LABELBOX_API_KEY=key)

    told = json.loads(ended.stdout)
    states = {finding["check"]: finding["state"] for finding in told["findings"]}
    assert ended.returncode == told["exit_code"] == 6
    assert (states["credentials"], states["project"]) == ("bad", "unknown")
    assert key not in ended.stdout + ended.stderr


def test_labellerr_is_a_destination_too(shared_sandbox: Sandbox, tmp_path: Path) -> None:
    """By its own keys and address; the one that lacks is named."""
    project = shared_sandbox.seed_labellerr(["a.jpg"])
    keys = {f"LABELLERR_{name.upper()}": key for name, key in LABELLERR_KEYS.items()}
    place = {**keys, "LABELLERR_ENDPOINT": shared_sandbox.endpoint}
    words = ("--to", f"labellerr:{project}")

    fit = doctor(shared_sandbox, tmp_path, *words, **place)
    lacking = doctor(shared_sandbox, tmp_path, *words, **{**place, "LABELLERR_CLIENT_ID": ""})

    assert fit.returncode == 0, fit.stdout + fit.stderr
    assert "ok    client" in fit.stdout
    assert lacking.returncode == 6
    assert "LABELLERR_CLIENT_ID" in lacking.stdout


def test_without_a_key_the_machine_is_looked_at(shared_sandbox: Sandbox, tmp_path: Path) -> None:
    """Before there is one, way and disk can be tried."""
    ended = doctor(shared_sandbox, tmp_path, "--to", "labelbox:any", LABELBOX_API_KEY="")

    assert ended.returncode == 6
    assert "there is no API key" in ended.stdout
    assert "ok    route" in ended.stdout


def test_a_machine_that_is_short_of_handles_is_told(
    shared_sandbox: Sandbox, tmp_path: Path, project: str
) -> None:
    """The hard limit counts; what can be raised is no trouble."""
    words = ("--to", f"labelbox:{project}")
    hard = doctor(shared_sandbox, tmp_path, *words, wrap=f"ulimit -n {FEW_HANDLES};")
    soft = doctor(shared_sandbox, tmp_path, *words, wrap=f"ulimit -Sn {FEW_HANDLES};")

    assert hard.returncode == 5
    assert f"BAD   handles      {FEW_HANDLES} files" in hard.stdout
    assert "ulimit" in hard.stdout
    assert soft.returncode == 0


def test_a_folder_of_runs_that_cannot_be_written_is_told(
    shared_sandbox: Sandbox, tmp_path: Path, project: str
) -> None:
    """A file stands in its way."""
    (tmp_path / "runs").touch()

    ended = doctor(shared_sandbox, tmp_path, "--to", f"labelbox:{project}", "--runs", "runs")

    assert ended.returncode == 5
    assert "BAD   disk" in ended.stdout
