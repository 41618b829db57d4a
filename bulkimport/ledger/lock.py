"""One process at a time on a run: RUN/lock, held by flock, with its holder written in it."""

import fcntl
import json
import os
import shlex
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bulkimport.disk import FILE_MODE, disk_trouble_at
from bulkimport.errors import RunHeld

_HOLDER_BYTES = 4096
# Whoever only looks, by `holder_of`, has the lock for an instant; a moment later it is free.
_LOOKS = 3
_MOMENT = 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a run. `command` names it for people and must hold no secret."""

    pid: int
    host: str
    since: str
    command: str

    @classmethod
    def here(cls, *, since: str, command: str) -> "Holder":
        """Describe this process; `since` is a time as people read it."""
        return cls(os.getpid(), socket.gethostname(), since, command)

    def __str__(self) -> str:
        """Name the process as a person would look for it."""
        return f"process {self.pid} on {self.host} since {self.since} (`{self.command}`)"


class RunLock:
    """The right to work on a run, until `release` or the end of the process, however it ends.

    The lock belongs to the open file: a child made by fork without exec keeps it alive. The file
    stays when the lock is gone, since removing it would let two processes hold two files of one
    name.
    """

    def __init__(self, descriptor: int) -> None:
        """Own a locked file; use `take` instead."""
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, holder: Holder) -> "RunLock":
        """Take the lock at `path`, at once. Raises RunHeld that names who has it, DiskTrouble."""
        with disk_trouble_at(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
            try:
                _lock(descriptor, path)
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
            except BaseException:
                os.close(descriptor)
                raise
        return cls(descriptor)

    def release(self) -> None:
        """Let others in. A second call does nothing."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def holder_of(path: Path) -> str | None:
    """Name who works on the run whose lock is `path`, or None when nobody does."""
    if not path.exists():
        return None
    with disk_trouble_at(path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder_in(descriptor)
        finally:
            os.close(descriptor)
    return None


def _lock(descriptor: int, path: Path) -> None:
    for _ in range(_LOOKS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_MOMENT)
        else:
            return
    raise RunHeld(
        f"{_holder_in(descriptor)} works on this run",
        place=str(path.parent),
        remedy="wait for it to end, or stop it",
    )


def _holder_in(descriptor: int) -> str:
    try:
        return str(Holder(**json.loads(os.pread(descriptor, _HOLDER_BYTES, 0))))
    except (ValueError, TypeError):
        # It took the lock a moment ago and has not written its name yet.
        return "another process"


def command_words() -> str:
    """This process as a person would look for it; of a foreign program only the name."""
    program, *words = sys.argv or [""]
    name = Path(program).name
    return shlex.join([name, *words]) if name == "bulkimport" else name
