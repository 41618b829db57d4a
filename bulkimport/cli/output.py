"""Data on stdout, talk on stderr: what a command says and how."""

import sys
from dataclasses import asdict, is_dataclass
from typing import Any

import orjson
import typer


def print_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """One JSON object on one line of stdout."""
    document = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    sys.stdout.buffer.write(orjson.dumps(document, default=str) + b"\n")
    sys.stdout.buffer.flush()


def say(line: str) -> None:
    """One line for people, on stderr."""
    typer.echo(line, err=True)
