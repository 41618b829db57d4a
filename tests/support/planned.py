"""Sources written down and planned, and what the plan would send."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from bulkimport.engine.bodies import Bodies, open_bodies
from bulkimport.engine.converting import Input, Inputs
from bulkimport.engine.folder import RunFolder
from bulkimport.engine.opening import planned_cuts
from bulkimport.engine.planning import Planner
from bulkimport.engine.request import Request, Shaping
from bulkimport.events import Event, Scanned
from bulkimport.model import Address, Kind
from bulkimport.shards.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bulkimport.ledger.shard import Cut
    from bulkimport.shards.plan import Plan

KEY = "0123456789abcdef"
MADE_AT = 1_700_000_000.0


@dataclass
class Planning:
    """How to plan; small blocks and partitions, so that few rows go through many of them."""

    folder: Path
    shaping: Shaping = field(default_factory=Shaping)
    first: int | None = None
    block_bytes: int = 4 << 20
    slice_bytes: int = 1 << 19
    partition_rows: int = 250_000
    most_rejections: int | None = None
    stopped: Callable[[], bool] = bool
    events: list[Event] = field(default_factory=list)

    def planner(self) -> Planner:
        """The planner of a run in `folder`."""
        return Planner(
            request=Request(
                sources=(),
                destination=Address("labelbox", "project"),
                endpoint="https://host/graphql",
                kind=Kind.LABELS,
                runs=self.folder.parent,
                shaping=self.shaping,
                first=self.first,
            ),
            folder=self.folder,
            key=KEY,
            generation=1,
            tell=self.events.append,
            stopped=self.stopped,
            block_bytes=self.block_bytes,
            slice_bytes=self.slice_bytes,
            partition_rows=self.partition_rows,
            most_rejections=self.most_rejections,
        )

    def plan(self, sources: Mapping[str, Path]) -> Planned:
        """Plan files under the names that people gave them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        inputs = [Input(name, path, path) for name, path in sources.items()]
        plan = self.planner().plan(Inputs(tuple(inputs)), made_at=MADE_AT)
        return Planned(self.folder, plan)

    def scanned(self) -> list[Scanned]:
        """What was told while scanning."""
        return [event for event in self.events if isinstance(event, Scanned)]


@dataclass(frozen=True)
class Planned:
    """A plan on disk."""

    folder: Path
    plan: Plan

    @property
    def cuts(self) -> list[Cut]:
        """The shards as the ledger takes them."""
        return list(planned_cuts(RunFolder(self.folder, KEY, 1), self.plan))

    @contextmanager
    def bodies(self, *, slice_bytes: int = 1 << 19) -> Iterator[Bodies]:
        """What reads the shards' bodies."""

        async def offload(call: Callable[..., bytes], *args: Any) -> bytes:
            return call(*args)

        index = Index.open(self.folder / "index")
        with open_bodies(
            self.plan.sources, index, offload=offload, slice_bytes=slice_bytes
        ) as bodies:
            yield bodies

    def sent(self, *, slice_bytes: int = 1 << 19) -> list[bytes]:
        """The body of each shard, whole."""
        with self.bodies(slice_bytes=slice_bytes) as bodies:
            return [b"".join(bodies.pieces(cut)) for cut in self.cuts]

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The lines of a result file, read."""
        content = (self.folder / name).read_bytes()
        assert content == b"" or content.endswith(b"\n")
        return [orjson.loads(line) for line in content.splitlines()]


def write_sources(folder: Path, *contents: bytes) -> dict[str, Path]:
    """Write each content into a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {f"s{number}": folder / f"s{number}.ndjson" for number in range(len(contents))}
    for path, content in zip(paths.values(), contents, strict=True):
        path.write_bytes(content)
    return paths
