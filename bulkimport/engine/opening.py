"""From a request to a locked run with a plan: found, or made now."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bulkimport.clock import Clock
from bulkimport.destinations.base import Place
from bulkimport.engine.converting import Converting, Input, Inputs
from bulkimport.engine.document_planning import DocumentPlanner
from bulkimport.engine.folder import (
    Course,
    RunFolder,
    choose_course,
    find_folder,
    next_generation,
    refuse_changed,
)
from bulkimport.engine.mask_rules import MaskChecks
from bulkimport.engine.planning import Planner
from bulkimport.engine.planning_data_rows import DataRowPlanner
from bulkimport.engine.request import (
    NO_CONVERSION,
    PROJECT,
    UNASKED,
    Request,
    document_shaping,
    takes_documents,
)
from bulkimport.engine.sending_pictures import FIRST, PictureSending
from bulkimport.engine.shutdown import Stop
from bulkimport.events import Event, Listener
from bulkimport.ledger.ledger import Ledger
from bulkimport.ledger.lock import Holder, RunLock
from bulkimport.ledger.shard import Cut
from bulkimport.masks.gallery import Fetch
from bulkimport.model import Kind
from bulkimport.rows.given import rows_in
from bulkimport.settings import Settings
from bulkimport.shards.identity import shard_name
from bulkimport.shards.index import Index
from bulkimport.shards.plan import Plan
from bulkimport.source.files import Packing, Source, find_sources
from bulkimport.source.spool import write_rows

Save = Callable[[Path], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that this process holds. `fresh` when its plan was made now; `done` when finished."""

    folder: RunFolder
    plan: Plan
    fresh: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What finding and planning need of the world.

    `command` names this process in the lock, `fetch` gives pictures behind addresses.
    """

    settings: Settings
    clock: Clock
    listener: Listener
    stop: Stop
    command: str
    fetch: Fetch | None = None

    async def open(
        self,
        request: Request,
        stack: ExitStack,
        *,
        ask: Callable[[], Awaitable[Place | None]] | None = None,
        save: Save | None = None,
        sending: PictureSending | None = None,
    ) -> OpenRun:
        """Find the run that the request means, or plan it; holds its lock until `stack` closes.

        `ask` is awaited only when a plan must be made, and gives the project that rows are held
        to; `save` writes down the project's data rows, if rows are led by their external ids. A
        plan that was made without `ask`, and that nobody has begun to carry out, is made anew.
        With `sending` pictures are sent when all is checked, and the plan is of rows without them.
        Raises RunHeld, RunMismatch (the source changed), and what planning raises.
        """
        sources = find_sources(request.sources) if request.sources else []
        names = [source.name for source in sources]
        folder = find_folder(request, names, salt=self._salt(request, sources))
        stack.enter_context(self.hold(folder))
        plan = await asyncio.to_thread(Plan.read, folder.path)
        if plan is not None and ask is not None and _is_preliminary(plan, folder):
            plan = None
        changed = await asyncio.to_thread(plan.changed_source) if plan else None
        done = plan is not None and await asyncio.to_thread(finished, folder, plan)
        course = choose_course(
            planned=plan is not None,
            finished=done,
            changed=changed is not None,
            kind=request.kind,
            again=request.again,
        )
        if changed is not None and course in (Course.STOP_UNFINISHED, Course.STOP_DOUBLED):
            raise refuse_changed(course, changed, folder)
        if plan is not None and course in (Course.GO_ON, Course.REPORT):
            return OpenRun(folder, plan, fresh=False, done=done)
        if course is Course.BEGIN_ANEW:
            folder = next_generation(request, folder)
            stack.enter_context(self.hold(folder))
        place = await ask() if ask is not None else None
        if place is not None:
            shaping = request.shaping.in_project(place.media_type, place.ontology)
            request = replace(request, shaping=shaping)
        if save is not None and request.shaping.conversion.project_rows is not None:
            path = folder.path / "data_rows.ndjson"
            await save(path)
            request = request.led_by(path)
        if takes_documents(request.destination):
            plan = await self._plan_documents(request, sources, folder, place=place)
        else:
            plan = await self._plan(request, sources, folder, sending=sending)
        return OpenRun(folder, plan, fresh=True, done=False)

    @contextmanager
    def hold(self, folder: RunFolder) -> Iterator[None]:
        """Hold the run's lock. Raises RunHeld with the holder's name."""
        since = datetime.fromtimestamp(self.clock.now(), UTC).isoformat(timespec="seconds")
        with RunLock.take(folder.lock, Holder.here(since=since, command=self.command)):
            yield

    def _salt(self, request: Request, sources: Sequence[Source]) -> str:
        streams = request.rows or any(source.packing is Packing.STREAM for source in sources)
        return f"{self.clock.now():.6f}" if streams else ""

    async def _plan(
        self,
        request: Request,
        sources: Sequence[Source],
        folder: RunFolder,
        *,
        sending: PictureSending | None,
    ) -> Plan:
        inputs = await self._inputs(request, sources, folder)
        if request.kind is Kind.DATA_ROWS:
            making = DataRowPlanner(
                request=request,
                folder=folder.path,
                key=folder.key,
                generation=folder.generation,
                tell=self._from_thread(),
                stopped=lambda: self.stop.asked,
                slice_bytes=self.settings.slice_bytes,
                most_rejections=self.settings.max_rejections,
            )
            return await asyncio.to_thread(making.plan, inputs, made_at=self.clock.now())
        assets = request.shaping.assets
        masks = await asyncio.to_thread(
            MaskChecks.of,
            request.shaping.masks.look,
            assets.path if assets else None,
            fetch=self.fetch,
        )
        planner = Planner(
            request=request,
            folder=folder.path,
            key=folder.key,
            generation=folder.generation,
            tell=self._from_thread(),
            stopped=lambda: self.stop.asked,
            block_bytes=self.settings.scan_block_bytes,
            slice_bytes=self.settings.slice_bytes,
            most_rejections=self.settings.max_rejections,
        )
        if sending is not None and sending.ready():
            first = replace(planner, folder=folder.path / FIRST)
            plan = await asyncio.to_thread(first.plan, inputs, made_at=0.0, masks=masks)
            inputs, masks = await sending.send(plan, inputs, folder.path, masks=masks)
        return await asyncio.to_thread(
            planner.plan,
            inputs,
            made_at=self.clock.now(),
            masks=masks,
        )

    async def _plan_documents(
        self,
        request: Request,
        sources: Sequence[Source],
        folder: RunFolder,
        *,
        place: Place | None,
    ) -> Plan:
        shaping, files = document_shaping(request), None
        if shaping.documents.files is not None:
            files = shaping.documents.files.unchanged().path
        elif place is not None and place.list_files is not None and shaping.needs_files():
            files = folder.path / "files.txt"
            await place.list_files(files)
        rows = None
        if request.rows is not None:
            rows = Input(request.rows.name, None, folder.path / "rows.ndjson")
            await write_rows(request.rows.rows, to=rows.read_path, rows_in=rows_in)
        planner = DocumentPlanner(
            request=request,
            run=folder,
            tell=self._from_thread(),
            stopped=lambda: self.stop.asked,
            block_bytes=self.settings.scan_block_bytes,
            slice_bytes=self.settings.slice_bytes,
            files=files,
            most_rejections=self.settings.max_rejections,
        )
        return await asyncio.to_thread(planner.plan, sources, rows=rows, made_at=self.clock.now())

    def _from_thread(self) -> Listener:
        loop = asyncio.get_running_loop()

        def tell(event: Event, /) -> None:
            loop.call_soon_threadsafe(self.listener, event)

        return tell

    async def _inputs(
        self, request: Request, sources: Sequence[Source], folder: RunFolder
    ) -> Inputs:
        spool = folder.path / "spool"
        converting = await asyncio.to_thread(
            Converting,
            # Of assets only the packing is undone here.
            NO_CONVERSION if request.kind is Kind.DATA_ROWS else request.shaping.conversion,
            kind=request.kind,
            spool=spool,
            block_bytes=self.settings.scan_block_bytes,
            stopped=lambda: self.stop.asked,
            ruling=request.shaping.ruling,
        )
        for source in sources:
            await asyncio.to_thread(converting.add, source, stdin=request.stdin)
        if request.rows is not None:
            path = spool / "rows.ndjson"
            await write_rows(request.rows.rows, to=path, rows_in=rows_in)
            given = Input(request.rows.name, None, path)
            await asyncio.to_thread(converting.add_plain, given)
        return converting.inputs()


def _is_preliminary(plan: Plan, folder: RunFolder) -> bool:
    return plan.options.get(PROJECT) == UNASKED and not folder.ledger.exists()


def open_ledger(folder: RunFolder, plan: Plan) -> Ledger:
    """Open the run's ledger, or lay it out from the index when the plan is new."""
    if folder.ledger.exists():
        return Ledger.open(folder.ledger, plan_digest=plan.digest())
    return Ledger.create(folder.ledger, list(planned_cuts(folder, plan)), plan_digest=plan.digest())


def planned_cuts(folder: RunFolder, plan: Plan) -> Iterator[Cut]:
    """The shards of the plan, as the ledger takes them."""
    index = Index.open(folder.path / "index")
    for number, shard in enumerate(index.shards):
        digest, size = shard["digest"].decode(), int(shard["bytes"])
        yield Cut(
            name=shard_name(key=plan.key, generation=plan.generation, number=number, digest=digest),
            rows=int(shard["rows"]),
            data_rows=int(shard["data_rows"]),
            bytes=size,
            digest=digest,
            plan_index=number,
            body_start=0,
            body_end=size,
        )


def finished(folder: RunFolder, plan: Plan) -> bool:
    """Tell whether every shard of a planned run has met its fate."""
    if not folder.ledger.exists():
        return False
    ledger = Ledger.open(folder.ledger, plan_digest=plan.digest())
    try:
        return next(ledger.pending(), None) is None
    finally:
        ledger.close()
