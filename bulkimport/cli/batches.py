"""`bulkimport labelbox batches`: queue data rows to a project, and list its batches."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import DEFAULT_RUNS, run
from bulkimport.cli.asking import AskingFlags
from bulkimport.cli.groups import with_groups
from bulkimport.cli.options import Patience, Runs, flag
from bulkimport.cli.output import print_json
from bulkimport.destinations.labelbox.batches import LOWEST_PRIORITY, Consensus
from bulkimport.engine.queueing import Queueing
from bulkimport.errors import UsageError
from bulkimport.places import queue_data_rows

app = typer.Typer(help="Batches: data rows queued to a project.", no_args_is_help=True)

ProjectId = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")]
Prefix = Annotated[str, flag("--prefix", "Their names are this and four digits, from 0000 on.")]
Keys = Annotated[Path | None, flag("--keys", "A file of global keys, one a line.")]
Ids = Annotated[Path | None, flag("--ids", "A file of ids of data rows, one a line.")]
DatasetId = Annotated[
    str | None, flag("--dataset", "A dataset: what of it the project lacks is queued.")
]
OfRun = Annotated[
    Path | None, flag("--run", "A run of data rows with --keep-accepted: what it made or found.")
]
Priority = Annotated[int, flag("--priority", "1 (first) to 5 (last).", min=1, max=5)]
Labels = Annotated[int | None, flag("--labels", "Consensus: labels a data row gets.", min=1)]
Share = Annotated[float | None, flag("--share", "Consensus: share of the data rows, 0 to 1.")]


@dataclass(frozen=True)
class QueueingFlags(AskingFlags):
    """The same where there is much to ask: a service that is away is waited for longer."""

    patience: Patience = "15m"


@app.command("create")
@with_groups
def create(
    project: ProjectId,
    prefix: Prefix,
    keys: Keys = None,
    ids: Ids = None,
    dataset: DatasetId = None,
    of_run: OfRun = None,
    priority: Priority = LOWEST_PRIORITY,
    labels: Labels = None,
    share: Share = None,
    runs: Runs = DEFAULT_RUNS,
    *,
    asking: QueueingFlags,
) -> None:
    """Queue data rows, 100,000 to a batch; again to resume.

    Prints a line for each batch: how many data rows were asked for it, and how many it has; they
    differ by those that other batches of the project have.
    """
    wanted = Queueing(project, prefix, priority, _consensus(labels, share))
    made = run(
        queue_data_rows(
            wanted,
            global_keys=keys,
            data_rows=ids,
            dataset=dataset,
            of_run=of_run,
            options=asking.options(runs),
        )
    )
    for each in made:
        print_json(each)


@app.command("list")
@with_groups
def list_batches(
    project: ProjectId,
    *,
    asking: AskingFlags,
) -> None:
    """List the batches of a project, one a line."""
    asking.answer(lambda places: places.batches(project))


def _consensus(labels: int | None, share: float | None) -> Consensus | None:
    if (labels is None) != (share is None):
        raise UsageError("consensus needs both", place="--labels, --share")
    return None if labels is None or share is None else Consensus(labels, share)
