"""The Python door to whole migrations: `run(migrate("job.toml"))`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bulkimport.api import (
    Options,
    endpoint_of,
    import_rows,
    plan_rows,
)
from bulkimport.clock import SystemClock
from bulkimport.engine.job import Sending, read_job
from bulkimport.engine.migrate import ANNOTATIONS, DATA_ROWS, Migrated, Migration
from bulkimport.engine.migration_plan import Planning
from bulkimport.engine.shutdown import Stop
from bulkimport.engine.step_folder import held_steps
from bulkimport.events import Listener, to_nobody
from bulkimport.ledger.lock import command_words
from bulkimport.model import Address, Kind
from bulkimport.places import open_places
from bulkimport.report.document import Report
from bulkimport.report.tally import SOME_ROWS_REFUSED, RunState
from bulkimport.settings import Secret
from bulkimport.shards.identity import endpoint_identity
from bulkimport.shards.plan import Totals

PLAN = "plan"


async def migrate(
    job: str | Path,
    *,
    plan_only: bool = False,
    options: Options | None = None,
    listener: Listener = to_nobody,
    stop: Stop | None = None,
) -> Migrated:
    """Carry out the migration that the file `job` describes; the same call again goes on.

    Dataset, data rows, ontology, project, batches, annotations: each step is planned before the
    first thing is made, written down in a folder of `options.runs`, and skipped when done. With
    `plan_only` nothing is made. Raises what makes a beginning impossible, RunMismatch when the
    file has changed since the migration began.
    """
    options = options or Options()
    asked, folder = read_job(Path(job)), _folder(Path(job), options)
    runs = _Runs(options, listener, stop or Stop())
    with held_steps(
        folder, digest=asked.digest, clock=SystemClock(), command=command_words()
    ) as steps:
        async with open_places(options, listener=listener) as places:
            if not steps[PLAN].done:
                steps.finish(PLAN, **await Planning(asked, places, runs.count, folder).plan())
            if plan_only:
                plan = dict(steps[PLAN].facts)
                return Migrated(str(folder), RunState.STOPPED, _code(plan), {PLAN: plan})
            return await Migration(asked, places, runs.send, steps, folder, runs.stop).run()


def _code(plan: Mapping[str, Any]) -> int:
    """As `plan` of a single import: some rows would not go."""
    counted = [plan[name] for name in (DATA_ROWS, ANNOTATIONS) if name in plan]
    refused = sum(each["rejected"] + each["held"] for each in counted)
    return SOME_ROWS_REFUSED if refused else 0


def _folder(job: Path, options: Options) -> Path:
    """One migration has one folder: by its file and the service, whatever the file says."""
    identity = f"{job.absolute()}\n{endpoint_identity(endpoint_of(options))}"
    key = hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
    return options.runs.absolute() / f"migrate-{job.stem}-{key}"


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of their own for the steps that carry rows."""

    options: Options
    listener: Listener
    stop: Stop

    async def count(self, sending: Sending, to: Address, runs: Path) -> Totals:
        """Plan without a key: nothing is asked or sent."""
        offline = replace(self.options, key=Secret(""), runs=runs, shaping=sending.shaping)
        made = await plan_rows(
            list(sending.sources), to=to, kind=sending.kind, options=offline, stop=self.stop
        )
        return made.plan.totals

    async def send(self, sending: Sending, to: Address) -> Report:
        """Import; of data rows those that are accepted are kept, to be queued."""
        limits = replace(self.options.limits, keep_accepted=sending.kind is Kind.DATA_ROWS)
        own = replace(self.options, shaping=sending.shaping, iam=sending.iam, limits=limits)
        return await import_rows(
            list(sending.sources),
            to=to,
            kind=sending.kind,
            options=own,
            listener=self.listener,
            stop=self.stop,
        )
