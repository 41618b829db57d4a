"""The shards on their way: their bytes count against the budget until their fate is on record."""

import asyncio

from bulkimport.engine.budget import Budget
from bulkimport.ledger.shard import Shard


class OpenShards:
    """Opened by the producer, closed by whoever learns their fate.

    `more` is set whenever the producer may find something new in the ledger.
    """

    def __init__(self, budget: Budget) -> None:
        """Begin with none."""
        self._budget = budget
        self._taken: set[int] = set()
        self._open = 0
        self.more = asyncio.Event()

    def __contains__(self, shard: Shard) -> bool:
        """Whether a shard was taken, and is not to be taken again."""
        return shard.number in self._taken

    def __len__(self) -> int:
        """How many are on their way."""
        return self._open

    async def take(self, shard: Shard) -> None:
        """Open a shard: from now on its bytes count against the budget."""
        await self._budget.take(shard.cut.bytes)
        self._taken.add(shard.number)
        self._open += 1

    def close(self, shard: Shard) -> None:
        """Close a shard whose fate is on record, or that the producer must look at again."""
        self._taken.discard(shard.number)
        self.leave(shard)

    def leave(self, shard: Shard) -> None:
        """Close a shard that is not to be looked at again in this apply."""
        self._open -= 1
        self._budget.give(shard.cut.bytes)
        self.more.set()
