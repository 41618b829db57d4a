"""The Labellerr half of `bulkimport sandbox`: its keys, its projects."""

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer

from bulkimport.clock import SystemClock
from bulkimport.errors import UsageError
from bulkimport.sandbox.labellerr.seed import LabellerrSeed
from bulkimport.sandbox.labellerr.seed import seed as seed_labellerr
from bulkimport.sandbox.settings import LabellerrSettings
from bulkimport.sandbox.store import Store

VARIABLES = ("LABELLERR_API_KEY", "LABELLERR_API_SECRET", "LABELLERR_CLIENT_ID")


class DataType(StrEnum):
    """What a project is made of."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


class Access(StrEnum):
    """What the caller may do with a project."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


def read_labellerr(processing_seconds: float) -> LabellerrSettings | None:
    """Return what Labellerr's callers must give, from the environment; None when nothing is set.

    Raises UsageError when only some of it is set.
    """
    given = {name: os.environ.get(name, "").strip() for name in VARIABLES}
    if not any(given.values()):
        return None
    lacking = [name for name, value in given.items() if not value]
    if lacking:
        raise UsageError("Labellerr needs a key, a secret and a client", place=", ".join(lacking))
    api_key, api_secret, client_id = given.values()
    return LabellerrSettings(
        api_key=api_key,
        api_secret=api_secret,
        client_id=client_id,
        processing_seconds=processing_seconds,
    )


def seed(
    project_name: Annotated[str, typer.Option(help="Name of the project to make.")],
    folder: Annotated[
        Path, typer.Option("--dir", help="Where the sandbox keeps its state.")
    ] = Path(".bulkimport/sandbox"),
    data_type: Annotated[DataType, typer.Option(help="What the project is made of.")] = (
        DataType.IMAGE
    ),
    files: Annotated[int, typer.Option(help="How many files to make.")] = 0,
    name_template: Annotated[
        str, typer.Option(help="Their names; {n} stands for 1, 2, 3...")
    ] = "image-{n}.jpg",
    names: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File with one name a line, for a template."
        ),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="File with the class names, one a line."),
    ] = None,
    access: Annotated[Access, typer.Option(help="What the caller may do with it.")] = Access.WRITE,
) -> None:
    """Make a Labellerr project with files; print its ids as JSON."""
    if (names is None) == (files == 0):
        raise UsageError("give one of --files and --names")
    numbered = (name_template.replace("{n}", str(number)) for number in range(1, files + 1))
    wanted = LabellerrSeed(
        project_name=project_name,
        names=lines(names) if names else numbered,
        data_type=data_type,
        classes=tuple(lines(classes)) if classes else (),
        access=access,
    )
    store = Store(folder)
    try:
        told = seed_labellerr(store, SystemClock(), wanted)
    finally:
        store.close()
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file that are not blank, without their ends."""
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from filter(None, (line.rstrip("\r\n") for line in file))
