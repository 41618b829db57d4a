"""The power goes at any write: nothing that was acknowledged is lost, nothing is half there.

The ledger's own statements run on a disk in memory. It keeps what was written apart from what was
synced, and a name that was removed apart from one whose removal was synced. When the power goes,
each sector that was not synced is there or not by chance, and one of them is torn.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Cut, Shard
from bulkimport.ledger.store import Store

SECTOR = 512
DATABASE = "/disk/ledger.sqlite"
FULL = "PRAGMA synchronous = FULL"
OFF = "PRAGMA synchronous = OFF"


class PowerCut(Exception):
    """The machine is off."""


@dataclass
class Content:
    """A file: what is surely on the disk, what a reader sees, and what lies between the two."""

    synced: bytes = b""
    seen: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, at: int, data: bytes | None) -> None:
        """Write `data`, or cut off at `at`."""
        put(self.seen, at, data)
        self.unsynced.append((at, data))

    def sync(self) -> None:
        """Make what is seen sure."""
        self.synced, self.unsynced = bytes(self.seen), []

    def after_cut(self, chance: random.Random, keep: float) -> "Content":
        """What is found when the power is back."""
        found = bytearray(self.synced)
        for at, data in self.unsynced:
            for place, sector in sectors(at, data):
                if chance.random() < keep:
                    torn = sector is not None and chance.random() < 0.1
                    put(found, place, sector[: chance.randrange(SECTOR)] if torn else sector)
        return Content(bytes(found), found)


def put(content: bytearray, at: int, data: bytes | None) -> None:
    """Write into `content`, filling a gap with zeros, or cut it off."""
    if data is None:
        del content[at:]
    else:
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data


def sectors(at: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    """Cut a write at the edges of sectors, which reach the disk one by one."""
    if data is None:
        yield at, None
        return
    while data:
        room = SECTOR - at % SECTOR
        yield at, data[:room]
        at, data = at + room, data[room:]


class Disk(apsw.VFS):
    """A disk that counts what is done to it and loses power after `most` of that."""

    def __init__(self, names: dict[str, Content] | None = None, most: int | None = None) -> None:
        """Hold the files `names`, all of them synced."""
        self.names = dict(names or {})
        self.sure_names = dict(self.names)
        self.most = most
        self.done = 0
        self.name = f"disk-{id(self)}"
        super().__init__(self.name, base="")

    def step(self) -> None:
        """Count one deed, unless the power is gone."""
        if self.most is not None and self.done >= self.most:
            raise PowerCut
        self.done += 1

    def after_cut(self, chance: random.Random, keep: float) -> dict[str, Content]:
        """What is found when the power is back; an unsynced name is the old or the new one."""
        found = {}
        for name in sorted(self.names.keys() | self.sure_names.keys()):
            new = chance.random() < keep
            content = (self.names if new else self.sure_names).get(name)
            if content is not None:
                found[name] = content.after_cut(chance, keep)
        return found

    def xFullPathname(self, name: str) -> str:  # noqa: N802 (SQLite's name, as those below)
        """Take names as they are."""
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        """Whether a name is there."""
        return pathname in self.names

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802
        """Remove a name; for sure only with `syncdir`."""
        self.step()
        del self.names[filename]
        if syncdir:
            self.sure_names.pop(filename, None)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "OpenFile":  # noqa: N802
        """Open a name, made when it is not there."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        if path is not None and path not in self.names:
            self.step()
            self.names[path] = Content()
        return OpenFile(self, path)


class OpenFile:
    """A file of the disk as SQLite uses it."""

    def __init__(self, disk: Disk, path: str | None) -> None:
        """Open `path`; None is a file for the moment, which no crash leaves behind."""
        self.disk = disk
        self.path = path
        self.content = Content() if path is None else disk.names[path]

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read what is seen."""
        return bytes(self.content.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write without promise."""
        self.disk.step()
        self.content.write(offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut off without promise."""
        self.disk.step()
        self.content.write(newsize, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Make content and name sure, as the unix VFS does for a new journal."""
        self.disk.step()
        self.content.sync()
        if self.path is not None:
            self.disk.sure_names[self.path] = self.content

    def xFileSize(self) -> int:  # noqa: N802
        """Count what is seen."""
        return len(self.content.seen)

    def xLock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        """Nobody else is there."""
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        """Know no extras."""
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        """Sectors reach the disk one by one."""
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """Promise nothing."""
        return 0

    def xClose(self) -> None:  # noqa: N802
        """Close."""


STORY: list[Callable[[Ledger], object]] = [
    lambda ledger: ledger.intend(0, sent_at=1.0),
    lambda ledger: ledger.intend(1, sent_at=1.5),
    lambda ledger: ledger.receipt(0, import_id="import-0"),
    lambda ledger: ledger.settle(0, accepted=90, failed=10, unknown=0, failed_end=400),
    lambda ledger: ledger.intend(1, sent_at=90.0, resent=True),
    lambda ledger: ledger.split(
        1,
        [
            Cut("part-0", 60, 5, 600, "a", 1, 0, 600),
            Cut("part-1", 40, 5, 400, "b", 1, 600, 1000),
        ],
    ),
    lambda ledger: ledger.remember("largest_body", "1000"),
    lambda ledger: ledger.intend(2, sent_at=95.0),
    lambda ledger: ledger.lose(2, reason="two imports of one name " * 200),
]

Snapshot = tuple[list[Shard], str | None]


def snapshot(ledger: Ledger) -> Snapshot:
    """All that the ledger holds."""
    return list(ledger.shards()), ledger.recall("largest_body")


def opened(disk: Disk, pragma: str | None = None) -> tuple[Ledger, apsw.Connection]:
    """The ledger on `disk`, made less careful by `pragma`."""
    connection = apsw.Connection(DATABASE, vfs=disk.name)
    ledger = Ledger(Store(connection, Path(DATABASE)))
    if pragma:
        connection.execute(pragma)
    return ledger, connection


def new_disk() -> dict[str, Content]:
    """A disk with the ledger of three planned shards, all synced."""
    disk = Disk()
    ledger, connection = opened(disk)
    shards = [Cut(f"run-{n}", 100, 10, 1000, "d", n, 0, 1000) for n in range(3)]
    ledger.fill(shards, plan_digest="plan")
    connection.close()
    return {
        name: Content(content.synced, bytearray(content.seen))
        for name, content in disk.names.items()
    }


def copied(names: dict[str, Content]) -> dict[str, Content]:
    """The same files once more."""
    return {name: Content(held.synced, bytearray(held.synced)) for name, held in names.items()}


def tell(disk: Disk, pragma: str | None = None) -> int:
    """Tell the story until the power goes; return how many of its changes were acknowledged."""
    acknowledged = 0
    with suppress(PowerCut, apsw.Error):
        ledger, connection = opened(disk, pragma)
        for change in STORY:
            change(ledger)
            acknowledged += 1
        connection.close()
    return acknowledged


def found_on(names: dict[str, Content]) -> Snapshot:
    """What the next process finds."""
    ledger, connection = opened(Disk(copied(names)))
    try:
        return snapshot(ledger)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def beginning() -> dict[str, Content]:
    """The files before the story."""
    return new_disk()


@pytest.fixture(scope="module")
def chapters(beginning: dict[str, Content]) -> list[Snapshot]:
    """What the ledger holds before the story and after each of its changes."""
    ledger, connection = opened(Disk(copied(beginning)))
    held = [snapshot(ledger)]
    for change in STORY:
        change(ledger)
        held.append(snapshot(ledger))
    connection.close()
    return held


def cuts(
    beginning: dict[str, Content], pragma: str | None = None
) -> Iterator[tuple[int, dict[str, Content]]]:
    """Cut the power after every deed, a few times each; give what was acknowledged and is left."""
    whole = Disk(copied(beginning))
    assert tell(whole, pragma) == len(STORY)
    for most in range(whole.done + 1):
        disk = Disk(copied(beginning), most)
        acknowledged = tell(disk, pragma)
        for seed, keep in enumerate((0.0, 0.5, 0.5, 0.9, 1.0)):
            yield acknowledged, disk.after_cut(random.Random(f"{most} {seed}"), keep)


def is_prefix(found: Snapshot, chapters: list[Snapshot], acknowledged: int) -> bool:
    """Whether all acknowledged changes are there, and of the next one all or nothing."""
    return found in chapters[acknowledged : acknowledged + 2]


def test_a_cut_at_any_deed_loses_no_acknowledged_change(
    beginning: dict[str, Content], chapters: list[Snapshot]
) -> None:
    """Every write, sync, cut and removal of the story is once the last."""
    seen = 0
    for acknowledged, left in cuts(beginning):
        assert is_prefix(found_on(left), chapters, acknowledged)
        seen += 1

    assert seen > 300


def test_a_cut_while_recovering_loses_nothing_either(
    beginning: dict[str, Content], chapters: list[Snapshot]
) -> None:
    """The power goes once more at every deed of the process that takes up the run."""
    seen = 0
    for acknowledged, left in cuts(beginning):
        most = 0
        while True:
            disk = Disk(copied(left), most)
            with suppress(PowerCut, apsw.Error):
                ledger, connection = opened(disk)
                snapshot(ledger)
                connection.close()
            again = disk.after_cut(random.Random(most), 0.5)
            assert is_prefix(found_on(again), chapters, acknowledged)
            if disk.done < most:
                break
            seen += 1
            most += 1

    assert seen > 300


@pytest.mark.parametrize("pragma", [FULL, OFF])
def test_less_care_would_lose_an_acknowledged_change(
    beginning: dict[str, Content], chapters: list[Snapshot], pragma: str
) -> None:
    """This disk can tell: with FULL a removed journal comes back, with OFF anything happens."""

    def kept(acknowledged: int, left: dict[str, Content]) -> bool:
        try:
            return is_prefix(found_on(left), chapters, acknowledged)
        except apsw.Error:
            return False

    assert not all(kept(*cut) for cut in cuts(beginning, pragma))
