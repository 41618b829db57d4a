"""Follow what was submitted until each row's fate is on disk."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bulkimport.engine.failing import Errors, failed_lines
from bulkimport.engine.fates import Fates, fates_of, server_words, words_of
from bulkimport.engine.splitting import halves
from bulkimport.engine.work import Work
from bulkimport.errors import BudgetReached, DestinationAway, FateUnknown, InternalError
from bulkimport.events import Settled, Split
from bulkimport.ledger.shard import Shard
from bulkimport.model import ImportState, ImportStatus, Receipt
from bulkimport.native import Said, StatusFile, said_by
from bulkimport.shards.identity import successor_name
from bulkimport.shards.partitions import Table
from bulkimport.uploads.settle import Overdue, Watch
from bulkimport.uploads.submit import confirm_single

# One reads its statuses while another joins; each holds those of a shard in memory.
TOGETHER = 2
# An import that FAILED whole is tried once more, under a successor's name.
SUCCESSORS = 2
EXPIRED = "its results were gone before they were read; the service keeps them for 24 hours"
GONE = "the service no longer knows the import"
REASON_CHARACTERS = 1_000
# Of an error file; what a service says of a whole import is short.
BEGINNING_BYTES = 64 * 1024


@dataclass(slots=True)
class Settler:
    """Watches imports and writes down the fate of their rows, a few imports at a time."""

    work: Work
    watching: Watch
    shards: dict[str, Shard] = field(default_factory=dict)
    failed_rows: int = 0

    def watch(self, shard: Shard) -> None:
        """Follow a submitted shard; when nobody waits, only its bytes are given back."""
        if shard.sending.import_id is None:
            raise InternalError(f"{shard.cut.name} is submitted without an import id")
        if not self.work.limits.wait:
            self.work.open_shards.leave(shard)
            return
        self.shards[shard.cut.name] = shard
        receipt = Receipt(shard.cut.name, shard.sending.import_id, shard.sending.resent)
        self.watching.add(receipt)

    async def run(self) -> None:
        """Settle until cancelled. Raises DestinationAway when patience with an outage ends."""
        ended: asyncio.Queue[ImportStatus] = asyncio.Queue()
        settling = [asyncio.create_task(self._settle_next(ended)) for _ in range(TOGETHER)]
        tasks = [asyncio.create_task(self._watch(ended)), *settling]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await next(task for task in tasks if task.done())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, ended: asyncio.Queue[ImportStatus]) -> None:
        while True:
            for one in await self.watching.wait():
                if isinstance(one, Overdue):
                    self._overdue(one)
                else:
                    ended.put_nowait(one)

    async def _settle_next(self, ended: asyncio.Queue[ImportStatus]) -> None:
        while True:
            status = await ended.get()
            await self._settle(self.shards.pop(status.name), status)

    def _overdue(self, overdue: Overdue) -> None:
        shard = self.shards.pop(overdue.receipt.name)
        error = DestinationAway(
            f"the import has not ended after {overdue.seconds:.0f} s",
            place=shard.cut.name,
            remedy="`bulkimport resume` goes on waiting for it",
        )
        self.work.stop.because(error)

    async def _settle(self, shard: Shard, status: ImportStatus) -> None:
        if status.state is ImportState.MISSING:
            await self.lose(shard, GONE)
            return
        if status.answer is not None:
            await self._settle_whole(shard, status.state, status.answer)
            return
        if await self._lost_among_doubles(shard, status):
            return
        try:
            said = await self._said(status.status_url)
            failed = status.state is ImportState.FAILED and not said.accepted
            words = server_words(await self._beginning(status.error_url)) if failed else ()
        except FateUnknown:
            await self.lose(shard, EXPIRED)
            return
        if failed:
            await self._failed_whole(shard, words)
        else:
            said = self.work.present.said(shard.cut, said) if self.work.present else said
            await self._write_down(shard, said)

    async def _settle_whole(self, shard: Shard, state: ImportState, answer: bytes) -> None:
        """Settle a document: the service judges all of it at once, and its answer is kept.

        One that failed gets no successor: nothing says that none of it was applied.
        """
        work = self.work
        await work.clerk(work.results.keep_answer, shard.cut.name, answer)
        if state is ImportState.FAILED:
            if not (work.limits.bisect and await self._split(shard)):
                await self.refuse(shard, words_of(answer))
            return
        names = work.bodies.file_names(shard.cut) if self._may_be_double(shard) else None
        await work.clerk(self._accept_all, shard, names)
        self._tell(shard, accepted=shard.cut.rows)

    def _may_be_double(self, shard: Shard) -> bool:
        return shard.sending.resent and not self.work.limits.resent_replaces

    def _accept_all(self, shard: Shard, double: Iterator[bytes] | None) -> None:
        work, cut = self.work, shard.cut
        if double is not None:
            work.results.name_double(cut.name, (name + b"\n" for name in double))
        if work.limits.keep_accepted:
            own = work.bodies.own_rows(cut, work.bodies.survey(cut))
            work.results.name_accepted(cut.name, (row + b"\n" for _, row in own))
        end = work.results.fail(())
        work.ledger.settle(shard.number, accepted=cut.rows, failed=0, unknown=0, failed_end=end)

    async def _split(self, shard: Shard) -> bool:
        """Split a shard that FAILED; False when it is a single data row."""
        parts = await self.work.tools.offload(halves, self.work.bodies, shard.cut)
        if not parts:
            return False
        await self.work.clerk(self.work.ledger.split, shard.number, parts)
        self.work.tools.listener(Split(shard.cut.name, len(parts), "the import FAILED"))
        self.work.open_shards.close(shard)
        return True

    async def _lost_among_doubles(self, shard: Shard, status: ImportStatus) -> bool:
        """Give a shard up that the service may hold twice: which one counts cannot be told."""
        if not shard.sending.resent and status.import_id == shard.sending.import_id:
            return False
        unknown = await confirm_single(
            shard.cut.name, destination=self.work.tools.destination, pace=self.work.pace
        )
        if unknown is None:
            return False
        await self.lose(shard, unknown.reason)
        return True

    async def _said(self, url: str | None) -> Said:
        """Read a status file; without one nothing is said."""

        async def attempt() -> StatusFile:
            file = StatusFile()

            async def take(pieces: Sequence[bytes]) -> None:
                await self.work.tools.offload(file.feed, pieces)

            if url is not None:
                await self.work.tools.destination.read(url, take)
            return file

        return said_by(await self.work.pace.ask(attempt))

    async def _beginning(self, url: str | None) -> bytes:
        """The first bytes of an error file."""

        async def attempt() -> bytes:
            beginning = bytearray()

            async def take(pieces: Sequence[bytes]) -> None:
                if len(beginning) < BEGINNING_BYTES:
                    beginning.extend(b"".join(pieces))

            if url is not None:
                await self.work.tools.destination.read(url, take)
            return bytes(beginning[:BEGINNING_BYTES])

        return await self.work.pace.ask(attempt)

    async def _write_down(self, shard: Shard, said: Said) -> None:
        work = self.work
        keep = work.limits.keep_accepted
        fates = await work.tools.offload(fates_of, work.bodies, shard.cut, said, keep_accepted=keep)
        await self.work.clerk(self._settle_rows, shard, fates)
        joined = fates.joined
        failed, unknown = len(joined.failed_rows), len(joined.unknown)
        self._tell(shard, accepted=joined.accepted, failed=failed, unknown=unknown)

    def _settle_rows(self, shard: Shard, fates: Fates) -> None:
        """Append, sync and settle one shard; runs in the clerk's thread."""
        work, joined = self.work, fates.joined
        end = work.results.fail(fates.failed_lines(work.bodies))
        if len(joined.unknown):
            work.results.name_unknown(shard.cut.name, fates.unknown_lines(work.bodies))
        if work.limits.keep_accepted:
            work.results.name_accepted(shard.cut.name, fates.accepted_lines(work.bodies))
        work.ledger.settle(
            shard.number,
            accepted=joined.accepted,
            failed=len(joined.failed_rows),
            unknown=len(joined.unknown),
            failed_end=end,
        )

    async def _failed_whole(self, shard: Shard, words: Errors) -> None:
        """Decide what follows a definite FAILED with nothing accepted.

        | tries left | --bisect | data rows | what follows                          |
        |------------|----------|-----------|---------------------------------------|
        | yes        | any      | any       | a successor with the same rows        |
        | no         | yes      | several   | split, each part an import of its own |
        | no         | else     | else      | all rows failed, in the server's words|
        """
        successor = shard.sending.successor + 1
        if successor <= SUCCESSORS:
            name = successor_name(shard.cut.name, successor=successor)
            await self.work.clerk(self.work.ledger.succeed, shard.number, name=name)
            self.work.open_shards.close(shard)
        elif not (self.work.limits.bisect and await self._split(shard)):
            await self.refuse(shard, words)

    async def refuse(self, shard: Shard, words: Errors) -> None:
        """Write down that the destination refused the whole shard, each row with its words."""
        rows = await self.work.tools.offload(self.work.bodies.survey, shard.cut)
        await self.work.clerk(self._refuse_rows, shard, rows, words)
        self._tell(shard, failed=shard.cut.rows)

    def _refuse_rows(self, shard: Shard, rows: Table, words: Errors) -> None:
        bodies = self.work.bodies
        lines = failed_lines(bodies, shard.cut, rows=rows, errors=[words] * len(rows))
        end = self.work.results.fail(lines)
        reason = "; ".join(str(one) for one in words)
        self.work.ledger.refuse(shard.number, reason=reason[:REASON_CHARACTERS], failed_end=end)

    async def lose(self, shard: Shard, reason: str) -> None:
        """Write down that the fate of the whole shard cannot be learned, and name its rows."""
        rows = await self.work.tools.offload(self.work.bodies.survey, shard.cut)
        await self.work.clerk(self._lose_rows, shard, rows, reason)
        self._tell(shard, unknown=shard.cut.rows)

    def _lose_rows(self, shard: Shard, rows: Table, reason: str) -> None:
        words = [{"name": "Unknown", "message": reason}]
        lines = failed_lines(self.work.bodies, shard.cut, rows=rows, errors=[words] * len(rows))
        self.work.results.name_unknown(shard.cut.name, lines)
        self.work.ledger.lose(shard.number, reason=reason)

    def _tell(self, shard: Shard, *, accepted: int = 0, failed: int = 0, unknown: int = 0) -> None:
        self.work.open_shards.close(shard)
        self.work.tools.listener(Settled(shard.cut.name, accepted, failed, unknown))
        self.failed_rows += failed
        most = self.work.limits.max_failed
        if most is not None and self.failed_rows > most:
            error = BudgetReached(
                f"{self.failed_rows:,} rows failed, more than the {most:,} allowed",
                remedy="see failed.ndjson; the same command goes on with a higher --max-failed",
            )
            self.work.stop.because(error)
