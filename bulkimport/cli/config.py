"""`bulkimport.toml`: every flag is a key in it, without its dashes in front."""

import tomllib
from pathlib import Path
from typing import Any

from bulkimport.errors import UsageError

COMMANDS = ("check", "plan", "import", "convert", "resume", "demo", "bench")


def read_defaults(path: Path) -> dict[str, dict[str, Any]]:
    """Read defaults for all commands: `rows-per-shard = 50000`. No file is no defaults.

    Raises UsageError for a file that is no TOML. A key that a command does not have is for others.
    """
    try:
        document = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", place=str(path)) from error
    defaults = {name.replace("-", "_"): value for name, value in document.items()}
    return dict.fromkeys(COMMANDS, defaults)
