"""One run from a request to its account: find or make the plan, then carry it out."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bulkimport.clock import Clock
from bulkimport.destinations.base import Destination, Exporting, Keeper, Keyed
from bulkimport.disk import allow_many_files
from bulkimport.engine.apply import apply
from bulkimport.engine.bodies import Bodies, open_bodies
from bulkimport.engine.budget import Budget
from bulkimport.engine.clerk import Clerk
from bulkimport.engine.document_bodies import open_document_bodies
from bulkimport.engine.folder import Course, RunFolder, open_folder, refuse_changed
from bulkimport.engine.forms import form_of
from bulkimport.engine.open_shards import OpenShards
from bulkimport.engine.opening import Opening, OpenRun, Save, finished, open_ledger
from bulkimport.engine.present import FOLDER as PRESENT
from bulkimport.engine.present import Present
from bulkimport.engine.project import Asking, knows_its_rules
from bulkimport.engine.project_rows import save_data_rows
from bulkimport.engine.request import Request, takes_documents
from bulkimport.engine.results import Results
from bulkimport.engine.sending_pictures import PictureSending, require_none_rejected
from bulkimport.engine.shutdown import Stop
from bulkimport.engine.work import Limits, Tools, Work
from bulkimport.errors import (
    BudgetReached,
    BulkimportError,
    DestinationAway,
    UsageError,
)
from bulkimport.events import Listener, Planned, Resumed
from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.lock import holder_of
from bulkimport.ledger.shard import Tally
from bulkimport.ledger.states import OPEN, ShardState
from bulkimport.masks.gallery import Fetch
from bulkimport.model import Account, OnExisting
from bulkimport.settings import Settings
from bulkimport.shards.index import Index
from bulkimport.shards.plan import Plan
from bulkimport.uploads.pace import Pace

# What the ledger remembers when a second upload is taken to replace the first.
REPLACES = "resent_replaces"
# A plan without an answer is worth more than a plan that is late: an import asks again.
PATIENCE_OF_A_PLAN = 5.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside a run: settings, time, chance, who listens, stops, asks, fetches."""

    settings: Settings
    clock: Clock
    chance: Callable[[], float]
    listener: Listener
    stop: Stop
    command: str
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What an invocation cost on the wire."""

    seconds: float = 0.0
    requests: int = 0
    retries: int = 0
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How an invocation left its run; `error` or `signal` is what stopped it.

    `double_shards` are those that may be at the destination twice.
    """

    folder: RunFolder
    plan: Plan
    tally: Tally
    unknown_shards: tuple[str, ...]
    wire: Wire
    error: BulkimportError | None = None
    signal: int | None = None
    reason: str = ""
    running: bool = False
    double_shards: tuple[str, ...] = ()


async def plan_run(
    request: Request, world: World, *, destination: Destination | None = None
) -> OpenRun:
    """Find or make the plan and write it down; nothing is sent.

    The destination, if it is given, is asked for medium and ontology where they are not known. A
    plan that is made without its answer says so, and an import makes it anew.
    """
    if request.shaping.masks.upload:
        raise UsageError(
            "pictures are sent by an import, not by a plan",
            place="--upload-masks",
            remedy="leave it out, or import",
        )
    asking: Asking | None = None
    if destination is not None and not knows_its_rules(request):
        patience = min(world.settings.outage_patience, PATIENCE_OF_A_PLAN)
        settings = replace(world.settings, outage_patience=patience)
        asking = _asking(destination, replace(world, settings=settings))
    with ExitStack() as stack:
        return await _opening(world).open(
            request, stack, ask=asking, save=_saving(destination, world)
        )


async def import_run(
    request: Request,
    *,
    limits: Limits,
    world: World,
    destination: Destination,
    all_or_nothing: bool = False,
) -> Ended:
    """Plan and carry out, or take up what an earlier invocation left, or only report.

    Raises what makes a beginning impossible: InputError's children, RunHeld, CredentialsRefused.
    Whatever happens later comes back in `Ended.error`. When the project does not say what rows are
    held to, the run is planned as far as that goes and nothing is sent; the next call plans anew.
    """

    async def prove_early() -> None:
        # A wrong key is told before a long scan; a service that is away may be back after it.
        with suppress(DestinationAway):
            await destination.examine()

    asking = _asking(destination, world)
    ask = prove_early if knows_its_rules(request) else asking
    sending = None
    if request.shaping.masks.upload:
        sending = PictureSending(
            _keeper(destination),
            _pace(world),
            world.stop,
            together=world.settings.max_in_flight,
            tell=world.listener,
            ready=lambda: asking.away is None,
            all_or_nothing=all_or_nothing,
        )
    with ExitStack() as stack:
        run = await _opening(world).open(
            request, stack, ask=ask, save=_saving(destination, world), sending=sending
        )
        if run.done:
            return await asyncio.to_thread(_found, run.folder, run.plan)
        require_none_rejected(run.plan, run.folder.path, wanted=all_or_nothing)
        if asking.away is not None:
            # The plan was made without the project's rules: what it holds may not be sent.
            wire = Wire(requests=destination.requests)
            return Ended(run.folder, run.plan, _untouched(run.plan), (), wire, error=asking.away)
        if request.first:
            limits = replace(limits, last_shard=_canary(run.plan))
        return await Carrying(run, limits, world, destination).out()


async def resume_run(
    path: Path, *, limits: Limits, world: World, destination: Destination
) -> Ended:
    """Go on with the run in `path`. Raises RunMismatch when its source has changed."""
    folder, plan = await asyncio.to_thread(open_folder, path)
    with _opening(world).hold(folder):
        if await asyncio.to_thread(finished, folder, plan):
            return await asyncio.to_thread(_found, folder, plan)
        if changed := await asyncio.to_thread(plan.changed_source):
            raise refuse_changed(Course.STOP_UNFINISHED, changed, folder)
        run = OpenRun(folder, plan, fresh=False, done=False)
        return await Carrying(run, limits, world, destination).out()


def look_at(path: Path) -> Ended:
    """Say how far the run in `path` is, without its lock: another process may be at work on it."""
    folder, plan = open_folder(path)
    return replace(_found(folder, plan), running=holder_of(folder.lock) is not None)


def _found(folder: RunFolder, plan: Plan) -> Ended:
    if not folder.ledger.exists():
        return Ended(folder, plan, _untouched(plan), (), Wire())
    with closing(Ledger.read(folder.ledger, plan_digest=plan.digest())) as ledger:
        return _ended(folder, plan, ledger)


def _asking(destination: Destination, world: World) -> Asking:
    return Asking(destination, _pace(world), world.stop)


def _saving(destination: object, world: World) -> Save | None:
    if not isinstance(destination, Exporting):
        return None
    return partial(save_data_rows, destination, _pace(world))


def _keeper(destination: Destination) -> Keeper:
    if not isinstance(destination, Keeper):
        raise UsageError("the destination keeps no pictures", place="--upload-masks")
    return destination


def _pace(world: World) -> Pace:
    return Pace(
        settings=world.settings,
        clock=world.clock,
        chance=world.chance,
        listener=world.listener,
    )


def _opening(world: World) -> Opening:
    return Opening(
        world.settings, world.clock, world.listener, world.stop, world.command, world.fetch
    )


def _canary(plan: Plan) -> int:
    if not plan.totals.canary_shards:
        raise UsageError(
            "the run was planned without a canary",
            remedy="leave out --first, or remove the run's folder and begin anew",
        )
    return plan.totals.canary_shards


@dataclass(frozen=True, slots=True)
class Carrying:
    """What it takes to carry out an open run."""

    run: OpenRun
    limits: Limits
    world: World
    destination: Destination

    async def out(self) -> Ended:
        """Carry the run out as far as the limits go; what stopped it comes back in `error`."""
        world, stop, run = self.world, self.world.stop, self.run
        began = world.clock.monotonic()
        pace = _pace(world)
        clerk = Clerk()
        with ExitStack() as stack:
            stack.callback(clerk.close)
            ledger = stack.enter_context(closing(await clerk(open_ledger, run.folder, run.plan)))
            before = await clerk(ledger.tally)
            if self.limits.resent_replaces:
                await clerk(ledger.remember, REPLACES, "yes")
            _tell_planned(run, before, world)
            error = await self._apply(pace, clerk, ledger)
            ended = await clerk(_ended, run.folder, run.plan, ledger)
        return replace(
            ended,
            wire=Wire(
                seconds=world.clock.monotonic() - began,
                requests=self.destination.requests,
                retries=pace.statistics().retries,
                settled=_settled(ended.tally) - _settled(before),
            ),
            error=error or stop.error or _left_over(ended, self.limits),
            signal=stop.signal,
            reason=stop.reason,
        )

    async def _apply(self, pace: Pace, clerk: Clerk, ledger: Ledger) -> BulkimportError | None:
        folder = self.run.folder
        end = await clerk(ledger.failed_end)
        results = await clerk(Results, folder.path, failed_end=end)
        try:
            await pace.ask(self.destination.examine)
            with self._bodies() as bodies:
                work = Work(
                    tools=self._tools(),
                    limits=_brake(self.limits, self.run.plan.totals.planned),
                    ledger=ledger,
                    clerk=clerk,
                    bodies=bodies,
                    results=results,
                    pace=pace,
                    open_shards=OpenShards(Budget(self.world.settings.bytes_in_flight)),
                    stop=self.world.stop,
                    present=self._present(bodies, pace),
                )
                await apply(work)
        except BulkimportError as error:
            return error
        finally:
            await clerk(results.close)
        return None

    def _bodies(self) -> AbstractContextManager[Bodies]:
        allow_many_files()
        plan, folder = self.run.plan, self.run.folder.path / "index"
        slice_bytes = self.world.settings.slice_bytes
        if takes_documents(plan.destination):
            return open_document_bodies(
                plan.sources, folder, offload=asyncio.to_thread, slice_bytes=slice_bytes
            )
        return open_bodies(
            plan.sources,
            Index.open(folder),
            offload=asyncio.to_thread,
            slice_bytes=slice_bytes,
            form=form_of(plan.kind),
        )

    def _present(self, bodies: Bodies, pace: Pace) -> Present | None:
        on_existing = OnExisting(self.run.plan.options.get("on_existing", OnExisting.UPDATE))
        if not isinstance(self.destination, Keyed) or on_existing is OnExisting.UPDATE:
            return None
        folder = self.run.folder.path / PRESENT
        return Present(folder, bodies, self.destination, pace, on_existing)

    def _tools(self) -> Tools:
        world = self.world
        return Tools(
            destination=self.destination,
            settings=world.settings,
            clock=world.clock,
            listener=world.listener,
            offload=asyncio.to_thread,
        )


def _untouched(plan: Plan) -> Tally:
    """The tally of a plan that nobody has begun to carry out."""
    planned = plan.totals.planned
    return Tally(
        account=Account(read=planned, unsent=planned),
        shards={ShardState.PLANNED: plan.totals.shards},
        in_doubt=0,
        attempts=0,
        resent=0,
        adopted=0,
    )


def _settled(tally: Tally) -> int:
    account = tally.account
    return account.accepted + account.failed + account.unknown


def _brake(limits: Limits, planned: int) -> Limits:
    """Turn a share of failed rows into a number of them."""
    if limits.max_failed_percent is None:
        return limits
    return replace(limits, max_failed=int(planned * limits.max_failed_percent / 100))


def _tell_planned(run: OpenRun, tally: Tally, world: World) -> None:
    totals = run.plan.totals
    world.listener(
        Planned(
            run=str(run.folder.path),
            rows=totals.planned,
            data_rows=totals.data_rows,
            shards=totals.shards,
            bytes=totals.bytes,
            rejected=totals.rejected,
            held=totals.held,
        )
    )
    if run.fresh:
        return
    shards = sum(tally.shards.values())
    undone = sum(tally.shards.get(state, 0) for state in OPEN)
    world.listener(Resumed(str(run.folder.path), shards - undone, shards))


def _left_over(ended: Ended, limits: Limits) -> BulkimportError | None:
    if limits.last_shard is None or not ended.tally.account.unsent:
        return None
    return BudgetReached(
        "the canary is in", remedy="the same command without --first sends the rest"
    )


def _ended(folder: RunFolder, plan: Plan, ledger: Ledger) -> Ended:
    unknown = tuple(shard.cut.name for shard in ledger.unknown_shards())
    double: tuple[str, ...] = ()
    if takes_documents(plan.destination) and ledger.recall(REPLACES) is None:
        known = {ShardState.UNKNOWN, ShardState.REFUSED}
        resent = (one for one in ledger.resent_shards() if one.state not in known)
        double = tuple(shard.cut.name for shard in resent)
    return Ended(folder, plan, ledger.tally(), unknown, Wire(), double_shards=double)
