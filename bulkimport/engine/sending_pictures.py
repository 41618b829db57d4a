"""Pictures of mask rows sent before the rows, each once; the rows then name their addresses.

| step   | what is done                                                                        |
|--------|-------------------------------------------------------------------------------------|
| plan   | a first plan, beside the run's own, says which rows pass all checks                  |
| send   | the pictures of just these rows go to the service, and its addresses on record       |
| name   | rows are written anew, with addresses for pictures; a row that does not pass stays   |
| plan   | the run's plan is made of these rows; their pictures are looked at where they were   |

What is on record is not sent again, in whatever step an earlier process ended.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bulkimport.destinations.base import Keeper
from bulkimport.disk import make_folder
from bulkimport.engine.converting import Input, Inputs
from bulkimport.engine.mask_rules import MaskChecks
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import ChecksFailed, SourceUnreadable
from bulkimport.events import Listener, PicturesSent
from bulkimport.formats.files import RowFiles
from bulkimport.formats.picture_addresses import name_addresses, picture_of, pictures_in
from bulkimport.ledger.pictures import KeptPictures
from bulkimport.masks.gallery import Fetch
from bulkimport.masks.pictures import Fault
from bulkimport.model import PictureAt
from bulkimport.shards.index import Index
from bulkimport.shards.plan import Plan
from bulkimport.source.blocks import open_plain, walk
from bulkimport.uploads.pace import Pace

FIRST = "first"
PICTURES = "pictures.sqlite"
BLOCK_BYTES = 4 << 20

Kept = tuple[PictureAt, str]


@dataclass(frozen=True, slots=True)
class PictureSending:
    """Who takes pictures, at what pace, and `together`: how many are under way at once.

    `tell` hears how far it is; `ready` is asked once all is checked: whether anything may be sent
    at all.
    """

    destination: Keeper
    pace: Pace
    stop: Stop
    together: int
    tell: Listener
    ready: Callable[[], bool]
    all_or_nothing: bool = False

    async def send(
        self, first: Plan, inputs: Inputs, folder: Path, *, masks: MaskChecks | None
    ) -> tuple[Inputs, MaskChecks | None]:
        """Send the pictures of all rows that the first plan in `folder` lets pass.

        Returns the same inputs with addresses in place of these pictures, and how pictures are
        looked at then. Memory: `together` pictures. Raises ChecksFailed when rows are rejected and
        all must pass, BudgetReached when asked to stop, DestinationAway when patience ends.
        """
        require_none_rejected(first, folder / FIRST, wanted=self.all_or_nothing)
        pictures = await asyncio.to_thread(KeptPictures.open, folder / PICTURES)
        try:
            with ExitStack() as stack:
                files = [stack.enter_context(open_plain(one.read_path)) for one in inputs.inputs]
                await self._send_all(files, first, folder / FIRST, pictures=pictures)
            spool = folder / "spool"
            named = await asyncio.to_thread(_named, inputs, spool, pictures, stop=self.stop)
        finally:
            pictures.close()
        paths = [one.read_path for one in inputs.inputs]
        return named, masks and replace(
            masks, fetch=OwnPictures(folder / PICTURES, paths, masks.fetch)
        )

    async def _send_all(
        self, files: Sequence[int], plan: Plan, first: Path, *, pictures: KeptPictures
    ) -> None:
        waiting, sent = _pictures(files, first, pictures), 0
        while some := await asyncio.to_thread(lambda: list(islice(waiting, self.together))):
            sending = [asyncio.ensure_future(self._send(one, files)) for one in some]
            await self._until_sent(sending)
            done = [one.result() for one in sending if one.exception() is None]
            await asyncio.to_thread(pictures.keep, [one for one in done if one is not None])
            for one in sending:
                one.result()
            sent += sum(one.address is None for one in some)
            self.tell(PicturesSent(sent, some[-1].passed, plan.totals.bytes))

    async def _until_sent(self, sending: Sequence[asyncio.Future[Kept | None]]) -> None:
        """Wait for all to end, or for somebody to stop: what is under way may be sent again."""
        stopping = asyncio.ensure_future(self.stop.wait())
        ended = asyncio.ensure_future(asyncio.wait(sending))
        try:
            await asyncio.wait((stopping, ended), return_when=asyncio.FIRST_COMPLETED)
            stop_if_asked(lambda: self.stop.asked)
        finally:
            stopping.cancel()
            ended.cancel()
            for one in sending:
                one.cancel()

    async def _send(self, waiting: "Waiting", files: Sequence[int]) -> Kept | None:
        at = waiting.at
        if waiting.address is not None:
            return at, waiting.address
        file = files[at.source]
        text = await asyncio.to_thread(os.pread, file, at.length, at.offset)
        content = picture_of(text)
        if content is None:
            return None
        name = f"{at.digest}.png"
        return at, await self.pace.ask(lambda: self.destination.keep(name, content, "image/png"))


def require_none_rejected(plan: Plan, folder: Path, *, wanted: bool) -> None:
    """Raise ChecksFailed when rows are rejected and it is wanted that none is."""
    if wanted and plan.totals.rejected:
        raise ChecksFailed(
            f"{plan.totals.rejected:,} rows are rejected, so nothing is sent",
            place=str(folder / "rejected.ndjson"),
            remedy="mend them, or leave out --all-or-nothing",
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture that is not on record as it stands, its address if it has one.

    `passed` are the bytes of the rows before it.
    """

    at: PictureAt
    address: str | None
    passed: int


def _pictures(files: Sequence[int], first: Path, pictures: KeptPictures) -> Iterator[Waiting]:
    """Pictures of planned rows that are not on record as they stand.

    Rows that share a picture are neighbours as a rule, so it comes once; else it may come again.
    """
    index = Index.open(first / "index")
    last, passed = "", 0
    for number in range(len(index.shards)):
        for ranges in index.portions(number):
            for one in ranges:
                source, offset = int(one["source"]), int(one["offset"])
                for place, row in _rows(files[source], offset, int(one["length"])):
                    for digest, begin, length in pictures_in(row):
                        if digest != last:
                            at = PictureAt(digest, source, place + begin, length)
                            known = pictures.find(digest)
                            if known is None or known[0] != at:
                                yield Waiting(at, known and known[1], passed)
                        last = digest
                    passed += len(row) + 1


def _rows(file: int, offset: int, length: int) -> Iterator[tuple[int, bytes]]:
    """The rows in a range of a file, and where they begin. Memory: a block, or the largest row."""
    end, wanted = offset + length, BLOCK_BYTES
    while offset < end:
        block = os.pread(file, min(wanted, end - offset), offset)
        if not block:
            raise SourceUnreadable("changed while it was planned", remedy="run it again")
        size = len(block) if offset + len(block) == end else block.rfind(b"\n") + 1
        wanted = BLOCK_BYTES if size else 2 * wanted
        place = offset
        for row in block[:size].split(b"\n") if size else ():
            yield place, row
            place += len(row) + 1
        offset += size


def _named(inputs: Inputs, spool: Path, pictures: KeptPictures, *, stop: Stop) -> Inputs:
    make_folder(spool)
    made = [
        _rewritten(given, spool / f"{number:04d}.named.ndjson", pictures, stop=stop)
        for number, given in enumerate(inputs.inputs)
    ]
    return replace(inputs, inputs=tuple(made))


def _rewritten(given: Input, path: Path, pictures: KeptPictures, *, stop: Stop) -> Input:
    with ExitStack() as stack:
        files = RowFiles(lambda _: path, stack)
        file = files.of(0)

        def take(block: bytes, offset: int, *, last: bool) -> int:
            del offset
            stop_if_asked(lambda: stop.asked)
            size = len(block) if last else block.rfind(b"\n") + 1
            rows = (name_addresses(row, pictures.address) for row in block[:size].split(b"\n"))
            file.add_lines(b"\n".join(rows), rows=0)
            return size

        descriptor = stack.enter_context(open_plain(given.read_path))
        seen = walk(descriptor, name=given.name, block_bytes=BLOCK_BYTES, take=take)
        files.finish()
    return replace(given, read_path=path, original=given.original or (seen if given.path else None))


@dataclass(frozen=True, slots=True)
class OwnPictures:
    """Finds our own pictures where they were, and asks `other` for the rest."""

    pictures: Path
    paths: Sequence[Path]
    other: Fetch | None

    def expect(self, addresses: Sequence[str], /) -> None:
        """Let `other` know which are not ours."""
        if self.other is not None:
            with closing(KeptPictures.open(self.pictures)) as opened:
                self.other.expect([one for one in addresses if opened.place(one) is None])

    def __call__(self, address: str, /) -> bytes | Fault | None:
        """Give one."""
        with closing(KeptPictures.open(self.pictures)) as opened:
            at = opened.place(address)
        if at is None:
            return self.other(address) if self.other else None
        with open_plain(self.paths[at.source]) as file:
            return picture_of(os.pread(file, at.length, at.offset)) or b""
