"""Open shards in the plan's order, as fast as the byte budget lets them through."""

import asyncio
from dataclasses import dataclass

from bulkimport.engine.consumer import Handed
from bulkimport.engine.settler import Settler
from bulkimport.engine.work import Work
from bulkimport.errors import BudgetReached
from bulkimport.ledger.recovery import Step, next_step
from bulkimport.ledger.shard import Shard


@dataclass(slots=True)
class Producer:
    """Feeds consumers and settler until nothing is open any more.

    A shard in `sending` when the run is taken up is in doubt. Shards that come back (children of
    a split, successors of a FAILED import) are found by walking the ledger again.
    """

    work: Work
    queue: asyncio.Queue[Handed]
    settler: Settler
    opened_bytes: int = 0

    async def run(self) -> None:
        """Return when every shard within the limits is done. Asks to stop at a byte limit."""
        while True:
            self.work.more.clear()
            await self._walk()
            if not self.work.open_shards and not self.work.more.is_set():
                return
            await self.work.more.wait()

    async def _walk(self) -> None:
        pending = self.work.ledger.pending()
        while (shard := await self.work.clerk(next, pending, None)) is not None:
            if shard.number in self.work.taken or self._beyond(shard):
                continue
            await self._open(shard)

    def _beyond(self, shard: Shard) -> bool:
        last = self.work.limits.last_shard
        return last is not None and shard.cut.plan_index >= last

    async def _open(self, shard: Shard) -> None:
        step = next_step(shard.state)
        if step is not Step.WATCH:
            self._count(shard)
        await self.work.take(shard)
        if step is Step.WATCH:
            self.settler.watch(shard)
        else:
            await self.queue.put(Handed(shard, in_doubt=step is Step.ASK))

    def _count(self, shard: Shard) -> None:
        most = self.work.limits.max_bytes
        self.opened_bytes += shard.cut.bytes
        if most is not None and self.opened_bytes > most:
            raise BudgetReached(
                f"the limit of {most:,} bytes for this run is reached",
                remedy="run the same command again to go on",
            )
