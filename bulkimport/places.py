"""The Python door to datasets, ontologies, projects and batches.

async with open_places() as places:
    dataset = await places.create_dataset("photos")
    project = await places.create_project(project_wanted("streets", media="image"))
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bulkimport.api import Options, endpoint_of, key_of, status
from bulkimport.clock import SystemClock
from bulkimport.destinations.labelbox.account import LabelboxAccount
from bulkimport.destinations.labelbox.batches import Naming
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.destinations.labelbox.media import QualitySettings, wire_media
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.engine.accepted_keys import write_accepted_keys
from bulkimport.engine.chosen_keys import ChosenKeys, KeyLines, KeyList
from bulkimport.engine.places import Places
from bulkimport.engine.project_rows import save_data_rows
from bulkimport.engine.queueing import Queued, Queueing, queue_dataset, queue_keys
from bulkimport.engine.step_folder import held_steps
from bulkimport.errors import UsageError
from bulkimport.events import Listener, to_nobody
from bulkimport.ledger.lock import command_words
from bulkimport.model import LABELBOX, Address, Kind
from bulkimport.rows.snapshot import Snapshot
from bulkimport.shards.identity import endpoint_identity
from bulkimport.uploads.pace import Pace

Keys = str | Path | Sequence[str]


@asynccontextmanager
async def open_places(
    options: Options | None = None, *, listener: Listener = to_nobody
) -> AsyncIterator[Places]:
    """Open an account by key and endpoint of the options or the environment; close it at the end.

    Of the options only `key`, `endpoint` and `settings` count. Raises UsageError without a key.
    """
    options = options or Options()
    clock = SystemClock()
    account = LabelboxAccount(
        endpoint=endpoint_of(options), key=key_of(options), settings=options.settings, clock=clock
    )
    pace = Pace(settings=options.settings, clock=clock, chance=random.random, listener=listener)
    try:
        yield Places(account, pace)
    finally:
        await account.close()


def project_wanted(
    name: str, *, media: str, description: str = "", quality: QualitySettings | None = None
) -> ProjectWanted:
    """Describe a project to be made; `media` is a word such as `image` or the wire's own.

    Without `quality` it measures labels by benchmark and consensus, as the service does. Raises
    UsageError for a media type that is none or that the service has retired.
    """
    return ProjectWanted(name, wire_media(media), quality or QualitySettings.of(), description)


async def snapshot_project(
    project: str, *, options: Options | None = None, data_rows: Path | None = None
) -> Snapshot:
    """Ask Labelbox for a project's ontology and medium; an outage is waited out with patience.

    Its data rows are saved in the file `data_rows` if that is given: lines of the service's export.
    Raises CredentialsRefused (also for a project it may not see) and DestinationAway.
    """
    options, clock = options or Options(), SystemClock()
    destination = Labelbox(
        address=Address(LABELBOX, project),
        kind=Kind.LABELS,
        endpoint=endpoint_of(options),
        key=key_of(options),
        settings=options.settings,
        clock=clock,
    )
    pace = Pace(settings=options.settings, clock=clock, chance=random.random, listener=to_nobody)
    try:
        place = await pace.ask(destination.examine)
        if data_rows is not None:
            await save_data_rows(destination, pace, data_rows)
    finally:
        await destination.close()
    return Snapshot(place.ontology or "", place.media_type, place.place_id, place.name, data_rows)


async def queue_data_rows(
    wanted: Queueing,
    *,
    global_keys: Keys | None = None,
    data_rows: Keys | None = None,
    dataset: str | None = None,
    of_run: str | Path | None = None,
    options: Options | None = None,
    listener: Listener = to_nobody,
) -> list[Queued]:
    """Queue data rows to a project in batches of at most 100,000: `PREFIX0000`, `PREFIX0001`.

    They are named by one of: global keys, ids of data rows (lists, or a file with one a line), a
    dataset, of which those are queued that the project lacks, or a run of data rows that kept what
    was accepted. The same call again goes on where
    an earlier one stopped, and a finished one is only reported; that is written down in a folder
    of `options.runs`. Raises DestinationRefused when a batch of such a name is there already.
    """
    options = options or Options()
    if [global_keys, data_rows, dataset, of_run].count(None) != 3:  # noqa: PLR2004 - one of four
        raise UsageError("give either global keys, or ids of data rows, or a dataset, or a run")
    if of_run is not None:
        global_keys = await _accepted(Path(of_run))
    chosen = None if dataset else _chosen(global_keys, data_rows)
    identity = [endpoint_identity(endpoint_of(options)), repr(wanted), dataset or ""]
    identity += [chosen.naming, chosen.digest] if chosen else []
    digest = hashlib.blake2b("\n".join(identity).encode(), digest_size=8).hexdigest()
    folder = options.runs.absolute() / f"batches-{wanted.project}-{digest}"
    with held_steps(folder, digest=digest, clock=SystemClock(), command=command_words()) as steps:
        async with open_places(options, listener=listener) as places:
            if chosen is None:
                return await queue_dataset(places, wanted, str(dataset), steps=steps)
            return await queue_keys(places, wanted, chosen, steps=steps)


async def _accepted(run: Path) -> Path:
    """Write the keys of a run's accepted data rows into its folder."""
    keys, accepted = run / "accepted-keys.txt", (await status(run)).account.accepted
    await asyncio.to_thread(write_accepted_keys, run, keys, accepted=accepted)
    return keys


def _chosen(global_keys: Keys | None, data_rows: Keys | None) -> ChosenKeys:
    naming = Naming.GLOBAL_KEYS if data_rows is None else Naming.IDS
    given = global_keys if data_rows is None else data_rows
    if isinstance(given, str | Path):
        return KeyLines.read(Path(given), naming)
    if not given:
        raise UsageError("there are no data rows to be queued")
    return KeyList(naming, given)
