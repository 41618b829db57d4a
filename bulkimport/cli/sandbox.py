"""`bulkimport sandbox`: the local stand-in, its audit, and a quick way to fill it."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bulkimport.clock import SystemClock
from bulkimport.errors import BulkimportError, UsageError
from bulkimport.sandbox.audit import audit as audit_store
from bulkimport.sandbox.audit import audit_file, every_row
from bulkimport.sandbox.audit_places import audit_places
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.refusals import Refusal
from bulkimport.sandbox.seed import Seed, numbered_keys
from bulkimport.sandbox.seed import seed as seed_store
from bulkimport.sandbox.server import run as run_server
from bulkimport.sandbox.settings import DAY, SandboxSettings
from bulkimport.sandbox.store import NAME, Store
from bulkimport.sandbox.stretches import Unreadable

KEY_VARIABLE = "LABELBOX_API_KEY"

app = typer.Typer(
    help="The local Labelbox, on 127.0.0.1.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path, typer.Option("--dir", help="Where the sandbox keeps its state.")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    folder: Folder = Path(".bulkimport/sandbox"),
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.")] = 0,
    key_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=f"File with the key; without it {KEY_VARIABLE} holds it.",
        ),
    ] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="Written as JSON once the sandbox listens.")
    ] = None,
    faults: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="JSON file with a plan of faults."),
    ] = None,
    file_lifetime: Annotated[
        float, typer.Option(help="Seconds until the files of an import expire.")
    ] = DAY,
    unique_names: Annotated[
        bool, typer.Option(help="Refuse a second import of the same name.")
    ] = True,
) -> None:
    """Serve until SIGTERM or Ctrl-C; the state in --dir stays."""
    if context.invoked_subcommand is not None:
        return
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    settings = SandboxSettings(
        folder=folder,
        key=read_key(key_file),
        port=port,
        ready_file=ready_file,
        file_lifetime=file_lifetime,
        unique_names=unique_names,
        faults=read_json(faults) if faults else {},
    )
    run_server(settings)


@app.command()
def audit(
    folder: Annotated[Path | None, typer.Option("--dir", help="Folder of the sandbox.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="NDJSON file to digest in the same way."),
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Print the stored annotations.")] = False,
    project: Annotated[str | None, typer.Option(help="With --rows: of this project only.")] = None,
    places: Annotated[
        bool, typer.Option("--places", help="Say which datasets, projects and batches there are.")
    ] = False,
) -> None:
    """Say as JSON what the sandbox holds: imports, rows, labels per data row, digests."""
    if (folder is None) == (file is None):
        raise UsageError("give one of --dir and --file")
    if file is not None:
        with meant(file):
            tell(audit_file(file))
        return
    store = open_store(folder or Path())
    try:
        if rows:
            for row in every_row(store, project):
                sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
            sys.stdout.buffer.flush()
        else:
            tell(audit_places(store) if places else audit_store(store))
    finally:
        store.close()


@app.command()
def seed(
    project_name: Annotated[str, typer.Option(help="Name of the project to make.")],
    ontology: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="JSON file with the ontology, `normalized`."
        ),
    ],
    folder: Folder = Path(".bulkimport/sandbox"),
    media: Annotated[str, typer.Option(help="Media type: image, video, text...")] = "image",
    data_rows: Annotated[int, typer.Option(help="How many data rows to make.")] = 0,
    key_template: Annotated[
        str, typer.Option(help="Their global keys; {n} stands for 1, 2, 3...")
    ] = "row-{n}",
    keys: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File with one global key a line, for a template."
        ),
    ] = None,
) -> None:
    """Make a project with an ontology and data rows in batches; print its ids as JSON."""
    if (keys is None) == (data_rows == 0):
        raise UsageError("give one of --data-rows and --keys")
    store = Store(folder)
    try:
        wanted = Seed(
            project_name=project_name,
            media=media,
            ontology=read_json(ontology),
            keys=read_keys(keys) if keys else numbered_keys(key_template, data_rows),
        )
        with meant(ontology):
            tell(seed_store(store, Files(folder / "files", DAY), SystemClock(), wanted=wanted))
    finally:
        store.close()


@contextmanager
def meant(path: Path) -> Iterator[None]:
    """Turn what the sandbox refuses of a file into an error that names the file."""
    try:
        yield
    except (Refusal, Unreadable) as error:
        raise UsageError(str(error), place=str(path)) from error


def open_store(folder: Path) -> Store:
    """Open the state of a sandbox that was there before."""
    if not (folder / NAME).exists():
        raise UsageError("no sandbox has been here", place=str(folder))
    return Store(folder)


def read_key(path: Path | None) -> str:
    """Return the key from a file or the environment; raises UsageError without one."""
    key = path.read_text(encoding="utf-8") if path else os.environ.get(KEY_VARIABLE, "")
    if not key.strip():
        raise UsageError("the sandbox needs a key", remedy=f"set {KEY_VARIABLE} or give --key-file")
    return key.strip()


def read_keys(path: Path) -> Iterator[str]:
    """Yield the lines of a file that are not blank, without their ends."""
    with path.open(encoding="utf-8") as file:
        yield from filter(None, (line.rstrip("\r\n") for line in file))


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; raises UsageError when it holds none."""
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error}", place=str(path)) from error
    if not isinstance(content, dict):
        raise UsageError("must hold a JSON object", place=str(path))
    return content


def tell(content: dict[str, Any]) -> None:
    """Print JSON on stdout."""
    typer.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def main() -> None:
    """Run by `python -m bulkimport.cli.sandbox`: errors are one line and their exit code."""
    try:
        app()
    except BulkimportError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
