"""Take a shard from the queue, write the intent, submit, write the receipt."""

import asyncio
from dataclasses import dataclass, field

from bulkimport.destinations.base import Keyed
from bulkimport.engine.settler import Settler
from bulkimport.engine.splitting import halves
from bulkimport.engine.work import Work
from bulkimport.errors import BulkimportError, DestinationRefused
from bulkimport.events import Split, Submitted
from bulkimport.ledger.shard import Shard
from bulkimport.model import Accepted, Refused, TooLarge, Unknown
from bulkimport.uploads.submit import Intent, submit

CAP_KEY = "largest_body"


@dataclass(frozen=True, slots=True)
class Handed:
    """A shard on its way from producer to consumer. In doubt: an earlier process may have sent."""

    shard: Shard
    in_doubt: bool


@dataclass(slots=True)
class Consumer:
    """One of several; each has one shard in hand at a time."""

    work: Work
    queue: asyncio.Queue[Handed]
    settler: Settler
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until cancelled. `idle` is unset from the first intent until the receipt.

        Once a stop is asked for nothing new is begun; what is handed over stays as it is.
        """
        while True:
            self.idle.set()
            handed = await self.queue.get()
            if not self.work.stop.asked:
                await self._handle(handed)

    async def _handle(self, handed: Handed) -> None:
        shard = handed.shard
        if not handed.in_doubt and await self._over_cap(shard):
            await self._split(shard, "larger than the service was seen to take")
            return

        async def intend(intent: Intent) -> None:
            self.idle.clear()
            ledger, sent_at = self.work.ledger, intent.sent_at
            await self.work.clerk(
                ledger.intend, shard.number, sent_at=sent_at, resent=intent.doubted
            )

        present = self.work.present
        keyed = isinstance(self.work.tools.destination, Keyed)
        outcome = await submit(
            await present.parcel(shard.cut) if present else self.work.bodies.parcel(shard.cut),
            destination=self.work.tools.destination,
            pace=self.work.pace,
            on_intend=intend,
            in_doubt=handed.in_doubt,
            # Where a second sending makes nothing twice there is nothing to wait for.
            window=0.0 if keyed else self.work.tools.settings.quiet_window,
            doubt=self.work.limits.in_doubt,
        )
        match outcome:
            case Accepted():
                await self._accept(shard, outcome)
            case TooLarge(reason):
                await self._remember_cap(shard)
                await self._split(shard, reason)
            case Refused(error, fatal):
                await self._refuse(shard, error, fatal=fatal)
            case Unknown(reason):
                await self.settler.lose(shard, reason)

    async def _accept(self, shard: Shard, accepted: Accepted) -> None:
        ledger, receipt = self.work.ledger, accepted.receipt
        await self.work.clerk(
            ledger.receipt, shard.number, import_id=receipt.import_id, adopted=accepted.adopted
        )
        self.work.tools.listener(
            Submitted(shard.cut.name, shard.cut.rows, shard.cut.bytes, accepted.adopted)
        )
        self.settler.watch(await self.work.clerk(ledger.shard, shard.number))

    async def _over_cap(self, shard: Shard) -> bool:
        cap = await self.work.clerk(self.work.ledger.recall, CAP_KEY)
        return cap is not None and shard.cut.bytes >= int(cap) and shard.cut.data_rows > 1

    async def _remember_cap(self, shard: Shard) -> None:
        cap = await self.work.clerk(self.work.ledger.recall, CAP_KEY)
        if cap is None or shard.cut.bytes < int(cap):
            size = str(shard.cut.bytes)
            await self.work.clerk(self.work.ledger.remember, CAP_KEY, size)

    async def _split(self, shard: Shard, reason: str) -> None:
        parts = await self.work.tools.offload(halves, self.work.bodies, shard.cut)
        if not parts:
            error = DestinationRefused(f"{reason}, and one data row is never split")
            await self.settler.refuse(shard, [{"name": "TooLarge", "message": str(error)}])
            return
        await self.work.clerk(self.work.ledger.split, shard.number, parts)
        self.work.tools.listener(Split(shard.cut.name, len(parts), reason))
        self.work.open_shards.close(shard)

    async def _refuse(self, shard: Shard, error: BulkimportError, *, fatal: bool) -> None:
        if fatal:
            await self.work.clerk(self.work.ledger.release, shard.number)
            self.work.stop.because(error)
            return
        await self.settler.refuse(shard, [{"name": "Refused", "message": str(error)}])
