"""A migration at a sandbox: its files, the command that carries it out, and what must be there."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from e2e.command import Command, Ended, Running, data_rows_of
from e2e.killing import LOOK
from support.sandbox import Sandbox

from bulkimport.sandbox.audit import audit_file
from bulkimport.sandbox.samples import ONTOLOGY

WHERE = "https://assets.example.com"
JOB = """
name = "{name}"

[data_rows]
sources = ["assets.ndjson"]

[ontology]
file = "ontology.json"

[project]
media = "image"
quality = ["benchmark"]

[annotations]
sources = ["rows.ndjson"]
kind = "labels"
"""


class Migrating:
    """One job in the folder of a command, with so many made-up rows, ten to a data row."""

    def __init__(self, command: Command, rows: int) -> None:
        """Write assets, ontology, rows and the job."""
        self.command, self.name = command, f"job-{command.tag}"
        self.rows = rows
        self.source = command.samples(rows)
        command.write(self._assets(), "assets.ndjson")
        (command.folder / "ontology.json").write_text(json.dumps(ONTOLOGY))
        self.write(JOB.format(name=self.name))

    def _assets(self) -> Iterator[dict[str, Any]]:
        for number in range(self.data_rows):
            key = self.command.key_of(number)
            yield {"row_data": f"{WHERE}/{key}", "global_key": key}

    @property
    def data_rows(self) -> int:
        """How many data rows there are."""
        return data_rows_of(self.rows)

    def write(self, job: str) -> None:
        """Write the job."""
        tomllib.loads(job)
        (self.command.folder / "job.toml").write_text(job)

    def words(self, *words: str) -> list[str]:
        """The words of the command."""
        where = ("--endpoint", self.command.sandbox.graphql, "--runs", str(self.command.runs))
        return ["migrate", "job.toml", *where, "--json", *words]

    def labelbox(self, *words: str) -> Ended:
        """Ask the service."""
        where = ("--endpoint", self.command.sandbox.graphql)
        return self.command.call("labelbox", *words, *where).is_exit(0)

    def call(self, *words: str) -> Ended:
        """Carry it out, to its end."""
        return self.command.call(*self.words(*words))

    def start(self, *words: str) -> Running:
        """Begin to carry it out."""
        return self.command.start(*self.words(*words))

    def told(self, ended: Ended) -> dict[str, dict[str, Any]]:
        """The steps of the object on stdout."""
        steps: dict[str, dict[str, Any]] = json.loads(ended.out.splitlines()[-1])["steps"]
        return steps

    @property
    def folder(self) -> Path:
        """Where the migration is written down."""
        [folder] = self.command.runs.glob("migrate-job-*")
        return folder

    def steps(self) -> Mapping[str, Any]:
        """The steps as they are written down now; none before there is a file."""
        if not self.command.runs.exists():
            return {}
        for path in self.command.runs.glob("migrate-job-*/steps.json"):
            steps: Mapping[str, Any] = json.loads(path.read_bytes())["steps"]
            return steps
        return {}

    def progress(self) -> tuple[object, ...]:
        """The states of all steps and all shards, as they are written down now."""
        ledgers = sorted(self.command.runs.glob("*/ledger.sqlite"))
        shards = [row for path in ledgers for row in self.command.look(LOOK, at=path)]
        return (*((name, each["state"]) for name, each in self.steps().items()), *shards)

    def is_whole(self) -> None:
        """Fail unless all is there, and there once: things, data rows, batches, labels."""
        sandbox = self.command.sandbox
        places = sandbox.places()
        [dataset] = [each for each in places["datasets"] if each["name"] == self.name]
        [project] = [each for each in places["projects"] if each["name"] == self.name]
        assert dataset["data_rows"] == self.data_rows
        batches = project["batches"]
        assert sum(each["data_rows"] for each in batches) == self.data_rows
        assert [each["name"] for each in batches] == [
            f"{self.name}-{number:04d}" for number in range(len(batches))
        ]
        account = labels_of(sandbox, self.name)
        digest = audit_file(self.source)
        assert account["rows"] == digest["rows"] == self.rows
        assert account["digest"] == digest["digest"]
        assert account["labels_per_data_row"] == {"1": self.data_rows}


def labels_of(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """What the audit says of the labels of the only project of a name."""
    projects = sandbox.audit()["projects"].values()
    [project] = [each for each in projects if each["name"] == name]
    account: dict[str, Any] = project["labels"]
    return account
