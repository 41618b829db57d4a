"""A process that is killed between or inside its changes loses none that was acknowledged."""

import random
import subprocess
import sys
from pathlib import Path

from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.shard import Cut
from bulkimport.ledger.states import ShardState

KILLS = 12
SHARDS = 1000
WAY = [ShardState.PLANNED, ShardState.SENDING, ShardState.SUBMITTED, ShardState.SETTLED]

# Takes every shard one state further until it is settled, and says so after each change.
WALK = """
import sys
from pathlib import Path
from bulkimport.ledger.ledger import Ledger
ledger = Ledger.open(Path(sys.argv[1]), plan_digest="plan")
for shard in ledger.pending():
    while (state := ledger.shard(shard.number).state) != "settled":
        if state == "planned":
            ledger.intend(shard.number, sent_at=1.0)
        elif state == "sending":
            ledger.receipt(shard.number, import_id="import")
        else:
            end = ledger.failed_end() + 10
            ledger.settle(shard.number, accepted=3, failed=1, unknown=0, failed_end=end)
        print(shard.number, flush=True)
"""


def changes_before_kill(path: Path, lines: int) -> int:
    """Walk in a process that is killed after `lines` changes; return how many it acknowledged."""
    with subprocess.Popen([sys.executable, "-c", WALK, path], stdout=subprocess.PIPE) as walk:
        assert walk.stdout is not None
        acknowledged = sum(bool(walk.stdout.readline()) for _ in range(lines))
        walk.kill()
        return acknowledged + len(walk.stdout.read().splitlines())


def test_a_killed_process_loses_no_acknowledged_change(path: Path) -> None:
    """Each process takes up what the one before it left, and is killed in turn."""
    shards = [Cut(f"run-{n}", 4, 2, 100, "d", n, 0, 100) for n in range(SHARDS)]
    Ledger.create(path, shards, plan_digest="plan").close()
    chance = random.Random(20)
    done = 0

    for _ in range(KILLS):
        acknowledged = done + changes_before_kill(path, chance.randrange(1, 60))

        ledger = Ledger.open(path, plan_digest="plan")
        states = [WAY.index(shard.state) for shard in ledger.shards()]
        settled = states.count(3)
        done = sum(states)
        # At most the change that was being made when the kill came is there without its word.
        assert done - acknowledged in {0, 1}
        assert states == sorted(states, reverse=True)
        assert ledger.failed_end() == settled * 10
        assert ledger.tally().account.adds_up()
        ledger.close()

    assert 0 < done < 3 * SHARDS
