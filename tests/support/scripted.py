"""A destination in memory that does to each send what its script says, and remembers everything.

    destination = ScriptedDestination([Vanish(commits_after=5.0), Answer(TryLater("busy", ...))])

A send takes the next step of the script; None, and the script's end, mean that it is accepted. A
body that has arrived is committed also when the client is gone before the reply. What the service
holds is the list `commits`, a multiset: two imports of one name are two entries.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bulkimport.destinations.base import Place, Take
from bulkimport.errors import DestinationAway
from bulkimport.model import (
    Accepted,
    ImportState,
    ImportStatus,
    NameTaken,
    Parcel,
    Receipt,
    TryLater,
    Verdict,
)


@dataclass(frozen=True)
class Answer:
    """Nothing is committed, and this is said; `after_body` when the whole body is read first."""

    verdict: Verdict
    after_body: bool = True


@dataclass(frozen=True)
class Vanish:
    """The connection breaks after the body; the commit comes so much later, or never."""

    commits_after: float | None = None


Step = Answer | Vanish


@dataclass(frozen=True)
class Commit:
    """One import that the service holds."""

    name: str
    body: bytes
    import_id: str
    at: float


def parcel_of(name: str, body: bytes = b"row\n") -> Parcel:
    """Make a parcel that carries `body` in slices of four bytes."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 4):
            yield body[start : start + 4]

    return Parcel(name, body.count(b"\n"), len(body), sha256(body).hexdigest(), pieces)


@dataclass
class ScriptedDestination:
    """Satisfies `Destination`; needs a running loop, whose time it uses.

    `away` are stretches of loop time in which nothing answers. `service` is what a send takes,
    `running` what an import takes from commit to FINISHED.
    """

    script: Iterable[Step | None] = ()
    unique: bool = True
    service: float = 0.0
    running: float = 0.0
    away: Sequence[tuple[float, float]] = ()
    commits: list[Commit] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    questions: list[tuple[str, float]] = field(default_factory=list)
    on_the_wire: int = 0

    def __post_init__(self) -> None:
        """Begin the script."""
        self._steps = iter(self.script)
        self._late: set[asyncio.Task[Verdict]] = set()

    def put(self, name: str, body: bytes) -> Receipt:
        """Hold an import that somebody else made."""
        number = f"import-{len(self.commits)}"
        self.commits.append(Commit(name, body, number, _now()))
        return Receipt(name, number)

    def held(self, name: str) -> list[Commit]:
        """The imports of this name."""
        return [one for one in self.commits if one.name == name]

    async def examine(self) -> Place:
        """Describe a project without an ontology."""
        self._ask("examine")
        return Place("project", "Project", None, None)

    async def send(self, parcel: Parcel) -> Verdict:
        """Take the next step of the script."""
        self.sends.append(_now())
        self.on_the_wire += 1
        try:
            return await self._take(parcel)
        finally:
            self.on_the_wire -= 1

    async def find(self, name: str) -> Receipt | None:
        """Answer with the oldest import of the name."""
        self._ask("find")
        return next((Receipt(name, one.import_id) for one in self.held(name)), None)

    async def count_named(self, name: str) -> int:
        """Count the commits of the name."""
        self._ask("count_named")
        return len(self.held(name))

    async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:
        """Compare the digests."""
        self._ask("carries")
        (commit,) = (one for one in self.commits if one.import_id == receipt.import_id)
        return sha256(commit.body).hexdigest() == parcel.digest

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """Say RUNNING until an import has run, then FINISHED; MISSING for what is not held."""
        self._ask("statuses")
        ages = {one.import_id: _now() - one.at for one in self.commits}
        return [
            ImportStatus(one.name, one.import_id, self._state(ages.get(one.import_id)))
            for one in receipts
        ]

    async def read(self, url: str, take: Take) -> None:
        """There is nothing to download."""
        raise NotImplementedError

    async def close(self) -> None:
        """Forget the commits that have not come yet."""
        for late in self._late:
            late.cancel()

    def _state(self, age: float | None) -> ImportState:
        if age is None:
            return ImportState.MISSING
        return ImportState.FINISHED if age >= self.running else ImportState.RUNNING

    def _is_away(self) -> bool:
        return any(begin <= _now() < end for begin, end in self.away)

    def _ask(self, question: str) -> None:
        self.questions.append((question, _now()))
        if self._is_away():
            raise DestinationAway("connection refused")

    async def _take(self, parcel: Parcel) -> Verdict:
        if self._is_away():
            return TryLater("connection refused", doubt=False)
        step = next(self._steps, None)
        if isinstance(step, Answer) and not step.after_body:
            return step.verdict
        body = b"".join([piece async for piece in parcel.open()])
        match step:
            case Answer(verdict=verdict):
                await asyncio.sleep(self.service)
                return verdict
            case Vanish(commits_after=seconds):
                if seconds is not None:
                    self._go_on(parcel.name, body, self.service + seconds)
                await asyncio.sleep(self.service)
                return TryLater("connection reset", doubt=True)
        return await asyncio.shield(self._go_on(parcel.name, body, self.service))

    def _go_on(self, name: str, body: bytes, seconds: float) -> asyncio.Task[Verdict]:
        """Commit after so many seconds, whether the client is still there or not."""
        late = asyncio.create_task(self._commit_late(name, body, seconds))
        self._late.add(late)
        late.add_done_callback(self._late.discard)
        return late

    async def _commit_late(self, name: str, body: bytes, seconds: float) -> Verdict:
        await asyncio.sleep(seconds)
        return self._commit(name, body)

    def _commit(self, name: str, body: bytes) -> Verdict:
        if self.unique and self.held(name):
            return NameTaken()
        return Accepted(self.put(name, body))


def _now() -> float:
    return asyncio.get_running_loop().time()
