"""`bulkimport demo`: a million rows into a Labelbox on this machine, from nothing to the audit.

Everything lies in one folder, so a demo that was killed goes on when it is started again.
"""

import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bulkimport.api import Options, import_rows, run
from bulkimport.cli.local_sandbox import LocalSandbox
from bulkimport.cli.options import Json, LogForm, Verbose, flag
from bulkimport.cli.output import print_json, program, say
from bulkimport.cli.progress import told
from bulkimport.disk import make_folder, replace_file
from bulkimport.model import Kind
from bulkimport.report.document import Report, document
from bulkimport.report.text import text
from bulkimport.settings import Secret

DEFAULT_FOLDER = Path(".bulkimport/demo")
DEFAULT_ROWS = 1_000_000

Folder = Annotated[Path, flag("--dir", "Where the demo keeps its rows, sandbox and runs.")]
RowCount = Annotated[int, flag("--rows", "How many annotation rows to make.", min=1)]


def demo(
    folder: Folder = DEFAULT_FOLDER,
    rows: RowCount = DEFAULT_ROWS,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Rehearse an import on a Labelbox of your own.

    Makes rows, imports them and compares what is stored; kill it half-way and run it again.
    """
    stage = Stage(folder.absolute() / f"{rows}-rows", rows)
    make_folder(stage.folder)
    with LocalSandbox(stage.folder / "sandbox", key_file=stage.key_file()) as sandbox:
        source, project = stage.source(), stage.project(sandbox)
        say(f"$ {stage.command(sandbox, project)}")
        options = Options(
            key=Secret(stage.key_file().read_text()),
            endpoint=sandbox.graphql,
            runs=stage.folder / "runs",
        )
        report = run(
            told(
                lambda listener, stop: import_rows(
                    source,
                    to=f"labelbox:{project}",
                    kind=Kind.LABELS,
                    options=options,
                    listener=listener,
                    stop=stop,
                ),
                log_format=LogForm.TEXT,
            )
        )
        say(text(report))
        if report.exit_code == 0:
            stage.compare(sandbox, project)
        stage.say_where(sandbox)
    if json:
        print_json(document(report))
    _exit(report)


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo's folder: a key, made-up rows, a seeded project."""

    folder: Path
    rows: int

    def key_file(self) -> Path:
        """A key for the sandbox, made once."""
        path = self.folder / "key"
        if not path.exists():
            replace_file(path, secrets.token_hex(16).encode())
        return path

    def source(self) -> Path:
        """The file of made-up rows, made once."""
        from bulkimport.sandbox.samples import rows as sample_rows  # noqa: PLC0415 - its weight

        path = self.folder / "rows.ndjson"
        if not path.exists():
            say(f"making {self.rows:,} rows in {path}")
            draft = path.with_suffix(".draft")
            with draft.open("wb") as file:
                file.writelines(row + b"\n" for row in sample_rows(self.rows))
            draft.replace(path)
        return path

    def project(self, sandbox: LocalSandbox) -> str:
        """A project in the sandbox with the rows' ontology and data rows, made once."""
        path = self.folder / "project.json"
        if not path.exists():
            say("making a project with its ontology and data rows")
            replace_file(path, orjson.dumps(sandbox.seed_for(self.rows)))
        return str(orjson.loads(path.read_bytes())["project_id"])

    def command(self, sandbox: LocalSandbox, project: str) -> str:
        """What a person would type to do the same."""
        words = [program(), "import", str(self.folder / "rows.ndjson")]
        words += ["--to", f"labelbox:{project}", "--kind", "labels"]
        words += ["--endpoint", sandbox.graphql, "--key-file", str(self.key_file())]
        return shlex.join([*words, "--runs", str(self.folder / "runs")])

    def compare(self, sandbox: LocalSandbox, project: str) -> None:
        """Say whether what the sandbox stored is what the file holds, row for row."""
        stored, sent = sandbox.audit(project), sandbox.audit_file(self.source())
        equal = stored["digest"] == sent["digest"] and stored["rows"] == sent["rows"]
        say(f"\nstored:  {_line(stored)}\nsent:    {_line(sent)}")
        say("nothing lost, nothing twice" if equal else "the sandbox holds something else")
        if not equal:
            raise typer.Exit(1)

    def say_where(self, sandbox: LocalSandbox) -> None:
        """Say where to look, and how to start anew."""
        home = shlex.quote(str(sandbox.folder))
        say(f"\nsandbox:     {sandbox.endpoint} (it stops now; the next line starts it again)")
        say(
            f"             {program()} sandbox --dir {home} --port {sandbox.port} "
            f"--key-file {shlex.quote(str(self.key_file()))}"
        )
        say(f"audit:       {program()} sandbox audit --dir {home}")
        say(f"begin anew:  rm -r {shlex.quote(str(self.folder))}")


def _line(found: dict[str, Any]) -> str:
    return f"{found['rows']:,} rows on {found['data_rows']:,} data rows, digest {found['digest']}"


def _exit(report: Report) -> None:
    if report.exit_code:
        raise typer.Exit(report.exit_code)
