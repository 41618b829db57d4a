"""A folder in which work is written down step by step, for one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bulkimport.clock import Clock
from bulkimport.disk import make_folder
from bulkimport.ledger.lock import Holder, RunLock
from bulkimport.ledger.steps import Steps


@contextmanager
def held_steps(folder: Path, *, digest: str, clock: Clock, command: str) -> Iterator[Steps]:
    """Hold `folder` and give its steps; `command` names this process to others.

    Raises RunHeld when another process works there, RunMismatch for steps of other work.
    """
    make_folder(folder)
    since = datetime.fromtimestamp(clock.now(), UTC).isoformat(timespec="seconds")
    with RunLock.take(folder / "lock", Holder.here(since=since, command=command)):
        yield Steps.open(folder, digest=digest)
