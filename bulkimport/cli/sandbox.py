"""`bulkimport sandbox`: the local stand-in, its audit, and a quick way to fill it."""

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bulkimport.cli.sandbox_labellerr import lines, read_labellerr
from bulkimport.cli.sandbox_labellerr import seed as seed_labellerr
from bulkimport.clock import SystemClock
from bulkimport.errors import BulkimportError, UsageError
from bulkimport.sandbox.audit import audit as audit_store
from bulkimport.sandbox.audit import audit_file, every_row
from bulkimport.sandbox.audit_places import audit_places
from bulkimport.sandbox.files import Files
from bulkimport.sandbox.labellerr import audit as labellerr_audit
from bulkimport.sandbox.labellerr.audit import audit_document
from bulkimport.sandbox.refusals import Refusal
from bulkimport.sandbox.seed import Seed, numbered_keys
from bulkimport.sandbox.seed import seed as seed_store
from bulkimport.sandbox.server import run as run_server
from bulkimport.sandbox.settings import DAY, SandboxSettings
from bulkimport.sandbox.store import NAME, Store
from bulkimport.sandbox.stretches import Unreadable
from bulkimport.sandbox.tiers import Tier
from bulkimport.sandbox.verdicts import Unfit

KEY_VARIABLE = "LABELBOX_API_KEY"

app = typer.Typer(
    help="The local Labelbox and Labellerr, on 127.0.0.1.",
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
    processing_seconds: Annotated[
        float, typer.Option(help="Seconds for which a Labellerr job shows `processing` at least.")
    ] = 0.0,
    tier: Annotated[
        Tier | None, typer.Option(help="Hold callers to the limits of this plan of Labelbox.")
    ] = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; the state in --dir stays.

    Labellerr's callers must give LABELLERR_API_KEY, LABELLERR_API_SECRET and LABELLERR_CLIENT_ID
    as they are set when the sandbox starts.
    """
    if context.invoked_subcommand is not None:
        return
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    labellerr = read_labellerr(processing_seconds)
    settings = SandboxSettings(
        folder=folder,
        # A rehearsal of Labellerr alone needs no second key.
        key=read_key(key_file, labellerr.api_key if labellerr else ""),
        port=port,
        ready_file=ready_file,
        file_lifetime=file_lifetime,
        unique_names=unique_names,
        faults=read_json(faults) if faults else {},
        labellerr=labellerr,
        tier=tier,
    )
    run_server(settings)


@app.command()
def audit(
    folder: Annotated[Path | None, typer.Option("--dir", help="Folder of the sandbox.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="NDJSON file to digest in the same way."),
    ] = None,
    coco: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="COCO document to digest likewise."),
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Print the stored annotations.")] = False,
    uploads: Annotated[
        bool, typer.Option("--uploads", help="Print Labellerr's uploads and what became of them.")
    ] = False,
    project: Annotated[
        str | None, typer.Option(help="With --rows and --uploads: of this project only.")
    ] = None,
    places: Annotated[
        bool, typer.Option("--places", help="Say which datasets, projects and batches there are.")
    ] = False,
) -> None:
    """Say as JSON what the sandbox holds: imports, rows, labels per data row, digests."""
    if sum(given is not None for given in (folder, file, coco)) != 1:
        raise UsageError("give one of --dir, --file and --coco")
    if file is not None or coco is not None:
        with meant(file or coco or Path()):
            tell(audit_file(file) if file else audit_document(coco or Path()))
        return
    store = open_store(folder or Path())
    try:
        if rows:
            tell_lines(chain(every_row(store, project), labellerr_audit.applied(store, project)))
        elif uploads:
            tell_lines(labellerr_audit.uploads(store, project))
        elif places:
            tell(audit_places(store))
        else:
            tell({**audit_store(store), "labellerr": labellerr_audit.audit(store)})
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
            keys=lines(keys) if keys else numbered_keys(key_template, data_rows),
        )
        with meant(ontology):
            tell(seed_store(store, Files(folder / "files", DAY), SystemClock(), wanted=wanted))
    finally:
        store.close()


app.command("seed-labellerr")(seed_labellerr)


@contextmanager
def meant(path: Path) -> Iterator[None]:
    """Turn what the sandbox refuses of a file into an error that names the file."""
    try:
        yield
    except (Refusal, Unreadable, Unfit) as error:
        raise UsageError(str(error), place=str(path)) from error


def open_store(folder: Path) -> Store:
    """Open the state of a sandbox that was there before."""
    if not (folder / NAME).exists():
        raise UsageError("no sandbox has been here", place=str(folder))
    return Store(folder)


def read_key(path: Path | None, otherwise: str = "") -> str:
    """Return the key from a file or the environment; raises UsageError without one."""
    given = path.read_text(encoding="utf-8") if path else os.environ.get(KEY_VARIABLE, "")
    key = given.strip() or otherwise
    if not key:
        raise UsageError("the sandbox needs a key", remedy=f"set {KEY_VARIABLE} or give --key-file")
    return key


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


def tell_lines(contents: Iterable[dict[str, Any]]) -> None:
    """Print JSON on stdout, one object a line."""
    for content in contents:
        sys.stdout.buffer.write(orjson.dumps(content) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Run by `python -m bulkimport.cli.sandbox`: errors are one line and their exit code."""
    try:
        app()
    except BulkimportError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
