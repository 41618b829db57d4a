"""The Python door: async first, one sync door, paths or iterables of rows, typed events."""

import asyncio
import random
import sys
from collections.abc import AsyncIterable, AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from bulkimport.clock import SystemClock
from bulkimport.destinations.base import Destination
from bulkimport.destinations.choice import DataRowTerms, open_destination, require_place
from bulkimport.engine.checking import Checked, check_sources
from bulkimport.engine.convert_documents import write_document
from bulkimport.engine.convert_files import Written, convert_sources
from bulkimport.engine.converting import Inputs
from bulkimport.engine.fetching import fetching
from bulkimport.engine.folder import open_folder, require_endpoint
from bulkimport.engine.mask_rules import MaskChecks, MaskLook
from bulkimport.engine.reporting import report_of
from bulkimport.engine.request import (
    CONF_BUCKET,
    Request,
    Rows,
    Shaping,
    asked_shaping,
    default_shaping,
)
from bulkimport.engine.run import Ended, World, import_run, look_at, plan_run, resume_run
from bulkimport.engine.service import (
    endpoint_for,
    fitted,
    fitted_limits,
    keys_for,
    named_endpoint,
    needed_keys,
)
from bulkimport.engine.shutdown import Stop
from bulkimport.engine.work import Limits
from bulkimport.events import Event, Listener, from_threads, to_nobody
from bulkimport.formats.conversion import Conversion
from bulkimport.ledger.lock import command_words
from bulkimport.masks.gallery import Fetch
from bulkimport.model import LABELBOX, Address, Kind, OnExisting, parse_address
from bulkimport.report.document import Report, write_report
from bulkimport.rows.ruling import Ruling
from bulkimport.settings import LabellerrKeys, Secret, Settings
from bulkimport.shards.plan import Plan
from bulkimport.source.files import find_sources

Result = TypeVar("Result")
Given = str | Path | Iterable[object] | AsyncIterable[object]
DEFAULT_RUNS = Path(".bulkimport/runs")
ROWS_NAME = "rows"


@dataclass(frozen=True, slots=True)
class Options:
    """Everything about an import that has a default.

    `key` and `endpoint` come from the environment when they are None;
    `shaping` follows the kind when it is None; its `ruling` takes medium and ontology from the
    project where it names none. `first` is a canary of so many data rows, `again`
    sends a finished run once more, `all_or_nothing` sends nothing if any row is rejected. `iam` is
    who signs for a dataset's assets: `default`, `none` or an integration's id.
    """

    key: Secret | str | LabellerrKeys | None = None
    endpoint: str | None = None
    runs: Path = DEFAULT_RUNS
    shaping: Shaping | None = None
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    first: int | None = None
    again: bool = False
    all_or_nothing: bool = False
    iam: str | None = None


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A plan and the folder of its run."""

    run: Path
    plan: Plan


async def check_rows(
    sources: str | Path | Sequence[str | Path],
    *,
    rejected: Path | None = None,
    conversion: Conversion | None = None,
    ruling: Ruling | None = None,
    masks: MaskLook | None = None,
    assets: str | Path | None = None,
    data_rows: str | Path | None = None,
    settings: Settings | None = None,
    listener: Listener = to_nobody,
    stop: Stop | None = None,
) -> Checked:
    """Check every byte of every row against the rules, offline.

    `ruling` names medium, kind and ontology; without it only what holds for all is checked.
    `assets`, a CSV or NDJSON, tells how large the assets are (rows/assets.py); rows are held to it.
    `data_rows`, lines of a project's export, tells who is in the project and who has a label.
    `masks` has the pictures of mask rows looked at, if asked also those that must be fetched.
    `conversion` says how sources become rows.
    Rejections are written to `rejected` if it is given.
    Raises SourceUnreadable and UsageError.
    """
    world = _world(Options(settings=settings or Settings()), listener, stop)
    words = [sources] if isinstance(sources, str | Path) else sources
    sizes = None if assets is None else Path(assets)
    async with _fetching(masks, world) as fetch:
        return await asyncio.to_thread(
            check_sources,
            find_sources([str(word) for word in words]),
            settings=world.settings,
            tell=from_threads(listener),
            stopped=lambda: world.stop.asked,
            rejected=rejected,
            stdin=sys.stdin.buffer if sys.stdin else None,
            conversion=conversion or Conversion(),
            ruling=ruling,
            masks=await asyncio.to_thread(MaskChecks.of, masks, sizes, fetch=fetch),
            assets=sizes,
            members=None if data_rows is None else Path(data_rows),
        )


async def convert_rows(
    sources: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    conversion: Conversion,
    kind: str | Kind | None = None,
    rejected: Path | None = None,
    settings: Settings | None = None,
    stop: Stop | None = None,
    to_document: bool = False,
) -> Written:
    """Write what sources become as rows to `out`, one file for each ordinal of label.

    With `to_document` it is one COCO document instead. With a `kind`, what that kind of import does
    not take is left out, and counted as lost. Raises SourceUnreadable, UsageError and DiskTrouble.
    """
    stop, settings = stop or Stop(), settings or Settings()
    words = [sources] if isinstance(sources, str | Path) else sources

    def document(inputs: Inputs, to: Path) -> tuple[dict[str, int], dict[str, int]]:
        assets = conversion.moves.assets
        return write_document(inputs, to, assets=assets, stopped=lambda: stop.asked)

    return await asyncio.to_thread(
        convert_sources,
        find_sources([str(word) for word in words]),
        Path(out),
        conversion=conversion,
        kind=None if kind is None else Kind(kind),
        block_bytes=settings.scan_block_bytes,
        stopped=lambda: stop.asked,
        rejected=rejected,
        stdin=sys.stdin.buffer if sys.stdin else None,
        write=document if to_document else None,
    )


async def plan_rows(
    given: Given,
    *,
    to: str | Address,
    kind: str | Kind,
    options: Options | None = None,
    listener: Listener = to_nobody,
    stop: Stop | None = None,
) -> PlanMade:
    """Scan, check and cut; write the plan into its run's folder; send nothing.

    The project is asked for the medium and the ontology that the options do not name. Without a
    key, or when it does not answer, rows are held to the rules that hold for all, and the plan's
    `options` say so. Raises InputError's children, RunHeld, CredentialsRefused.
    """
    options = options or Options()
    request = _request(given, to, kind, options=options)
    async with _looking(request, _world(options, listener, stop)) as world:
        if keys_for(request.destination, options.key) is None:
            opened = await plan_run(request, world)
            return PlanMade(opened.folder.path, opened.plan)
        destination = _destination_of(request, options)
        try:
            opened = await plan_run(request, world, destination=destination)
        finally:
            await destination.close()
        return PlanMade(opened.folder.path, opened.plan)


async def import_rows(
    given: Given,
    *,
    to: str | Address,
    kind: str | Kind,
    options: Options | None = None,
    listener: Listener = to_nobody,
    stop: Stop | None = None,
) -> Report:
    """Plan, then send and settle; the same call again goes on where an earlier one stopped.

    `given` is a path, a pattern, several of them, or an (async) iterable of rows: mappings, or
    JSON as bytes. `to` is `labelbox:PROJECT_ID`, `kind` is `labels` or `prelabels`; or
    `labelbox:dataset/ID` and `data-rows`, whose rows are assets; or `labellerr:PROJECT_ID` and
    `prelabels`. The report says how it ended, also when passing trouble ended it; its `exit_code`
    is the command line's.

    Raises what makes a beginning impossible: InputError's children, RunHeld, CredentialsRefused,
    DestinationRefused. Memory is bounded by the settings, not by the input.
    """
    options = options or Options()
    request = _request(given, to, kind, options=options)
    destination = _destination_of(request, options)
    try:
        async with _looking(request, _world(options, listener, stop)) as world:
            ended = await import_run(
                request,
                limits=fitted_limits(request.destination, options.limits),
                world=world,
                destination=destination,
                all_or_nothing=options.all_or_nothing,
            )
    finally:
        await destination.close()
    return await asyncio.to_thread(_reported, ended)


async def resume(
    run: str | Path,
    *,
    options: Options | None = None,
    listener: Listener = to_nobody,
    stop: Stop | None = None,
) -> Report:
    """Go on with the run in the folder `run`. Raises RunMismatch, RunHeld, CredentialsRefused."""
    options = options or Options()
    path = Path(run)
    _, plan = open_folder(path)
    endpoint = options.endpoint or named_endpoint(plan.destination) or plan.endpoint
    require_endpoint(plan, endpoint)
    if (on_existing := plan.options.get("on_existing")) is not None:
        shaping = Shaping(on_existing=OnExisting(on_existing))
        options = replace(options, shaping=shaping)
    limits = fitted_limits(plan.destination, options.limits)
    destination = _destination(
        options,
        plan.destination,
        plan.kind,
        endpoint=endpoint,
        conf_bucket=plan.options.get(CONF_BUCKET),
    )
    world = _world(options, listener, stop)
    try:
        ended = await resume_run(path, limits=limits, world=world, destination=destination)
    finally:
        await destination.close()
    return await asyncio.to_thread(_reported, ended)


async def status(run: str | Path) -> Report:
    """Say how far the run in the folder `run` is, also while another process works on it."""
    return report_of(await asyncio.to_thread(look_at, Path(run)))


async def stream_import(
    given: Given, *, to: str | Address, kind: str | Kind, options: Options | None = None
) -> AsyncIterator[Event | Report]:
    """Import like `import_rows` and give each event as it comes, the report last.

    Leaving the loop early stops the import at once; its ledger is sound and it can be resumed.
    """
    events: asyncio.Queue[Event | Report] = asyncio.Queue()
    importing = asyncio.ensure_future(
        import_rows(given, to=to, kind=kind, options=options, listener=events.put_nowait)
    )
    try:
        while not (importing.done() and events.empty()):
            coming = asyncio.ensure_future(events.get())
            await asyncio.wait((coming, importing), return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                break
            yield coming.result()
        yield await importing
    finally:
        importing.cancel()
        await asyncio.wait((importing,))


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run one call of this module to its end, on uvloop: the sync door to all of them."""
    return uvloop.run(coroutine)


def _request(given: Given, to: str | Address, kind: str | Kind, *, options: Options) -> Request:
    kind, to = Kind(kind), to if isinstance(to, Address) else parse_address(to)
    require_place(kind, to)
    request = Request(
        sources=(),
        destination=to,
        endpoint=options.endpoint or endpoint_for(to),
        kind=kind,
        runs=options.runs,
        shaping=asked_shaping(kind, options.shaping, now=SystemClock().now()),
        stdin=sys.stdin.buffer if sys.stdin else None,
        first=options.first,
        again=options.again,
    )
    request = fitted(request)
    if isinstance(given, str | Path):
        return replace(request, sources=[str(given)])
    if isinstance(given, Sequence) and all(isinstance(one, str | Path) for one in given):
        return replace(request, sources=[str(one) for one in given])
    return replace(request, rows=Rows(ROWS_NAME, given))


def _world(options: Options, listener: Listener, stop: Stop | None) -> World:
    return World(
        settings=options.settings,
        clock=SystemClock(),
        chance=random.random,
        listener=listener,
        stop=stop or Stop(),
        command=command_words(),
    )


@asynccontextmanager
async def _looking(request: Request, world: World) -> AsyncIterator[World]:
    """The world with what fetches pictures, if the request asks for that."""
    async with _fetching(request.shaping.masks.look, world) as fetch:
        yield replace(world, fetch=fetch)


def _fetching(look: MaskLook | None, world: World) -> AbstractAsyncContextManager[Fetch | None]:
    return fetching(
        look,
        settings=world.settings,
        clock=world.clock,
        chance=world.chance,
        listener=world.listener,
        stop=world.stop,
    )


def _destination_of(request: Request, options: Options) -> Destination:
    return _destination(
        options,
        request.destination,
        request.kind,
        endpoint=request.endpoint,
        conf_bucket=request.shaping.options().get(CONF_BUCKET),
    )


def _destination(
    options: Options,
    address: Address,
    kind: Kind,
    *,
    endpoint: str,
    conf_bucket: str | None = None,
) -> Destination:
    shaping = options.shaping or default_shaping(kind)
    return open_destination(
        address,
        kind,
        endpoint=endpoint,
        key=needed_keys(address, options.key),
        settings=options.settings,
        data_rows=DataRowTerms(shaping.on_existing or OnExisting.SKIP, options.iam),
        conf_bucket=conf_bucket,
    )


def endpoint_of(options: Options) -> str:
    """The address of the service: of the options, the environment, or Labelbox's own."""
    return options.endpoint or endpoint_for(Address(LABELBOX, ""))


def key_of(options: Options) -> Secret:
    """Labelbox's key, of the options or the environment. Raises UsageError when there is none."""
    key = needed_keys(Address(LABELBOX, ""), options.key)
    return key if isinstance(key, Secret) else key.api_key


def _reported(ended: Ended) -> Report:
    report = report_of(ended)
    write_report(ended.folder.path, report)
    return report
