"""`bulkimport.toml`: every flag is a key in it, without its dashes in front."""

import tomllib
from pathlib import Path
from typing import Any

import typer

from bulkimport.errors import UsageError


def read_defaults(path: Path) -> dict[str, Any]:
    """Read defaults of flags: `rows-per-shard = 50000`. No file is no defaults.

    Raises UsageError for a file that is no TOML.
    """
    try:
        document = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", place=str(path)) from error
    return {name.replace("-", "_"): value for name, value in document.items()}


def for_every_command(app: typer.Typer, defaults: dict[str, Any]) -> dict[str, Any]:
    """The same defaults for every command, also of groups, as the command line looks them up.

    A key that a command does not have is for others.
    """
    own = {str(command.name): defaults for command in app.registered_commands}
    groups = {
        str(group.name): for_every_command(group.typer_instance, defaults)
        for group in app.registered_groups
        if group.typer_instance is not None
    }
    return own | groups
