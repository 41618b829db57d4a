"""Data on stdout, talk on stderr: what a command says and how."""

import logging
import shutil
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import orjson
import typer


def print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """One JSON object on one line of stdout."""
    document = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    sys.stdout.buffer.write(orjson.dumps(document, default=str) + b"\n")
    sys.stdout.buffer.flush()


def program() -> str:
    """How this program is called in the shell that called it: its name, or its path."""
    name = Path(sys.argv[0]).name
    on_path = shutil.which(name)
    return name if on_path and Path(on_path).samefile(sys.argv[0]) else sys.argv[0]


def say(line: str) -> None:
    """One line for people, on stderr."""
    typer.echo(line, err=True)


def show_logs(name: str) -> None:
    """Show what a part of the program has to say, a line each on stderr."""
    log = logging.getLogger(name)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.StreamHandler(sys.stderr))
