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
    full: bool = False

    async def run(self) -> None:
        """Return when every shard within the limits is done.

        At the limit of bytes nothing more is opened; BudgetReached is raised when all that was
        opened is done.
        """
        while True:
            self.work.open_shards.more.clear()
            await self._walk()
            if not self.work.open_shards and not self.work.open_shards.more.is_set():
                break
            await self.work.open_shards.more.wait()
        if self.full:
            raise BudgetReached(
                f"the limit of {self.work.limits.max_bytes or 0:,} bytes for this run is reached",
                remedy="run the same command again to go on",
            )

    async def _walk(self) -> None:
        pending = self.work.ledger.pending()
        while (shard := await self.work.clerk(next, pending, None)) is not None:
            if shard in self.work.open_shards or self._beyond(shard):
                continue
            await self._open(shard)

    def _beyond(self, shard: Shard) -> bool:
        limits = self.work.limits
        if limits.last_shard is not None and shard.cut.plan_index >= limits.last_shard:
            return True
        if next_step(shard.state) is Step.WATCH or limits.max_bytes is None:
            return False
        self.full = self.full or self.opened_bytes + shard.cut.bytes > limits.max_bytes
        return self.full

    async def _open(self, shard: Shard) -> None:
        step = next_step(shard.state)
        await self.work.open_shards.take(shard)
        if step is Step.WATCH:
            self.settler.watch(shard)
        else:
            self.opened_bytes += shard.cut.bytes
            await self.queue.put(Handed(shard, in_doubt=step is Step.ASK))
