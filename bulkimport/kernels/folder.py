"""Where compiled kernels are kept, and whether what lies there may be run.

The folder is `kernels` in BULKIMPORT_CACHE, else `bulkimport/kernels` in XDG_CACHE_HOME, else in
~/.cache.
"""

import logging
import os
import stat
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Final

CACHE_VARIABLE: Final = "BULKIMPORT_CACHE"
ROOT: Final = 0
OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
LOG: Final = logging.getLogger(__name__)


class Trust(Enum):
    """What may be done with a folder."""

    NONE = auto()
    READ = auto()
    WRITE = auto()


def trust(status: os.stat_result, *, user: int, writable: bool) -> Trust:
    """Decide by this table, the first row that fits; what is loaded is run.

    | the folder                          | trust |
    |-------------------------------------|-------|
    | belongs to another user but root    | none  |
    | may be written by group or others   | none  |
    | cannot be written by us             | read  |
    | else                                | write |
    """
    if status.st_uid not in (user, ROOT) or status.st_mode & OTHERS_WRITE:
        return Trust.NONE
    return Trust.WRITE if writable else Trust.READ


def trust_of(folder: Path) -> Trust:
    """The trust that a folder deserves; none when it is not there and cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return Trust.NONE
    return trust(status, user=os.geteuid(), writable=os.access(folder, os.W_OK | os.X_OK))


@cache
def kernels_folder() -> Path | None:
    """The folder to load kernels from; None, told once, when there is none to be trusted."""
    folder = named_folder()
    if folder is not None and trust_of(folder) is not Trust.NONE:
        return folder
    place = folder or "the home folder"
    tell_once(
        f"{place} cannot be used, or others may write to it: kernels are compiled in memory each "
        f"time; name another folder in {CACHE_VARIABLE}"
    )
    return None


def named_folder() -> Path | None:
    """The folder that the environment names; None when there is not even a home."""
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given) / "kernels"
    try:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    except RuntimeError:
        return None
    return Path(home) / "bulkimport" / "kernels"


@cache
def tell_once(warning: str) -> None:
    """Warn, once in a process."""
    LOG.warning("%s", warning)
