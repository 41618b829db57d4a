"""A program: plans a source again and again, killed at every change it makes on disk in turn.

    python killed_plan.py FOLDER SOURCE

FOLDER/N is the run's folder of the attempt that was killed at its N-th change. Prints `N` for
each; ends when an attempt comes through. Each attempt is a fork, so that it starts at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from support.planned import Planning

from bulkimport.engine.request import Shaping

if TYPE_CHECKING:
    from collections.abc import Callable

KILLED = 9
CHANGES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})
# Many partitions, shards and blocks, so that many files are written.
SHAPING = Shaping(rows_per_shard=20)


def planning(folder: Path) -> Planning:
    """The same plan in any folder."""
    return Planning(folder, SHAPING, block_bytes=2000, partition_rows=40)


def die_at(number: int) -> None:
    """End this process, as a kill does, at its `number`-th change on disk from now on."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    def before(event: str, _: tuple[object, ...]) -> None:
        if event in CHANGES:
            count()

    sys.addaudithook(before)
    synced = os.fsync
    os.fsync = also(count, synced)


def also(first: Callable[[], None], then: Callable[[int], None]) -> Callable[[int], None]:
    """A sync that may be the last thing this process does."""

    def sync(descriptor: int) -> None:
        first()
        then(descriptor)

    return sync


def attempt(folder: Path, source: Path, number: int) -> bool:
    """Plan until the `number`-th change; tell whether there were fewer."""
    child = os.fork()
    if child == 0:
        die_at(number)
        planning(folder).plan({"rows": source})
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, KILLED):
        sys.exit(f"attempt {number} ended with {code}")
    return code == 0


def main(folder: Path, source: Path) -> None:
    """Kill one attempt after another, a change later each time."""
    number = 1
    while not attempt(folder / str(number), source, number):
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
