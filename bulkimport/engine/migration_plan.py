"""What a migration would do, found out before the first thing is made."""

import shutil
from collections.abc import Awaitable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import orjson

from bulkimport.destinations.labelbox.batches import MOST_DATA_ROWS
from bulkimport.destinations.labelbox.features import GROUPS
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.engine.job import Job, Sending
from bulkimport.engine.migration_limits import (
    Limit,
    of_account,
    of_annotations,
    of_batches,
    of_data_rows,
    of_ontology,
)
from bulkimport.engine.places import Places
from bulkimport.engine.queueing import require_new
from bulkimport.errors import ChecksFailed
from bulkimport.model import LABELBOX, Address
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.plan import Totals

NOWHERE = "planned"
# As long as an id, so that elements have the bytes that they will have.
DATASET = "dataset-that-will-be-made"


class Counter(Protocol):
    """Plans rows for an address without asking or sending anything, in a folder of runs."""

    def __call__(self, sending: Sending, to: Address, runs: Path, /) -> Awaitable[Totals]:
        """Check and cut all rows, and count."""
        ...


@dataclass(frozen=True, slots=True)
class Planning:
    """A job, what it is counted with, and a folder for what counting leaves behind."""

    job: Job
    places: Places
    count: Counter
    folder: Path

    async def plan(self) -> dict[str, Any]:
        """Count every step. Asks the service only for what the job says is there already.

        Raises InputError's children for sources that cannot be read, ChecksFailed when the job is
        all or nothing and a row is rejected.
        """
        # What an earlier process left half done may be of sources that have been mended since.
        shutil.rmtree(self.folder / NOWHERE, ignore_errors=True)
        media, features = await self._project(), await self._features()
        if self.job.dataset.id:
            await self.places.dataset(self.job.dataset.id)
        data_rows = await self._counted(self.job.data_rows, f"dataset/{DATASET}")
        batches = -(-data_rows.planned // MOST_DATA_ROWS)
        await self._require_free(batches)
        annotations = None
        if self.job.annotations is not None:
            shaping = self.job.annotations.shaping
            ontology = orjson.dumps(features).decode()
            ruling = replace(shaping.ruling or Ruling(), kind=self.job.annotations.kind)
            shaping = replace(shaping, ruling=ruling.in_project(media, ontology))
            sending = replace(self.job.annotations, shaping=shaping)
            annotations = await self._counted(sending, NOWHERE)
        shutil.rmtree(self.folder / NOWHERE, ignore_errors=True)
        self._require_whole([data_rows, *([annotations] if annotations else [])])
        counted = sum(len(features.get(group) or ()) for group in GROUPS)
        queued, tier, new = data_rows.planned, self.job.tier, self.job.ontology.features is not None
        plan = {
            "dataset": asdict(self.job.dataset),
            "data rows": _told(data_rows) | _held_to(of_data_rows(data_rows, tier)),
            "ontology": {"features": counted} | _held_to(of_ontology(counted, tier, new=new)),
            "project": {"media_type": media, **_named(self.job.project)},
            "batches": {"batches": batches, "prefix": self.job.batches.prefix}
            | _held_to(of_batches(queued, batches)),
        }
        if annotations is not None and self.job.annotations is not None:
            limits = of_annotations(annotations, queued, kind=self.job.annotations.kind, tier=tier)
            plan["annotations"] = _told(annotations) | _held_to(limits)
        requests = self.places.pace.settings.requests_per_minute
        return plan | {"account": {"plan": tier or ""} | _held_to(of_account(requests, tier))}

    async def _require_free(self, batches: int) -> None:
        """Raise before anything is made when a project that is there has a batch of a name."""
        names = {self.job.batches.name(number) for number in range(batches)}
        project = self.job.project
        if not isinstance(project, ProjectWanted):
            there = self.places.account.batches(project.id)
            require_new(names, await self.places.ask(there.list))

    async def _project(self) -> str | None:
        project = self.job.project
        if isinstance(project, ProjectWanted):
            return project.media_type
        return (await self.places.project(project.id)).media_type

    async def _features(self) -> dict[str, Any]:
        wanted = self.job.ontology
        if wanted.features is not None:
            return dict(wanted.features)
        source = wanted.project or getattr(self.job.project, "id", "")
        identity = wanted.id or (await self.places.project(source)).ontology
        return (await self.places.ontology(identity)).normalized if identity else {}

    async def _counted(self, sending: Sending, place: str) -> Totals:
        return await self.count(sending, Address(LABELBOX, place), self.folder / NOWHERE)

    def _require_whole(self, counted: list[Totals]) -> None:
        rejected = sum(totals.rejected for totals in counted)
        if self.job.all_or_nothing and rejected:
            raise ChecksFailed(
                f"{rejected:,} rows are rejected, so nothing is made",
                remedy="mend them (`bulkimport check` names them), or drop all_or_nothing",
            )


def _told(totals: Totals) -> dict[str, Any]:
    return {
        "read": totals.read,
        "planned": totals.planned,
        "rejected": totals.rejected,
        "held": totals.held,
        "data_rows": totals.data_rows,
        "shards": totals.shards,
        "bytes": totals.bytes,
        "rejected_by_slug": totals.by_slug,
    }


def _held_to(limits: Iterable[Limit]) -> dict[str, Any]:
    return {"limits": [limit.told for limit in limits]}


def _named(project: object) -> dict[str, Any]:
    names = {name: getattr(project, name, "") for name in ("name", "id")}
    return {name: text for name, text in names.items() if text}
