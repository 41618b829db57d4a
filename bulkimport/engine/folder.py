"""Which run folder a command means, and whether to begin, go on or only report.

RUNS/<kind>-<place>-<key>        the first sending
RUNS/<kind>-<place>-<key>-2      a second one: sources changed (pre-labels), or --again
RUNS/<name>.pruned.json          the plan of finished labels whose folder was removed: their stone
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bulkimport.disk import make_folder, replace_file
from bulkimport.engine.request import Request
from bulkimport.errors import RunMismatch
from bulkimport.model import Kind
from bulkimport.shards.identity import endpoint_identity, run_key, run_name
from bulkimport.shards.plan import FILE_NAME, Plan


class Course(StrEnum):
    """What to do with the run that a command finds."""

    BEGIN = "begin"
    GO_ON = "go on"
    REPORT = "report"
    BEGIN_ANEW = "begin anew"
    STOP_UNFINISHED = "stop: unfinished, source changed"
    STOP_DOUBLED = "stop: finished, source changed, labels would be doubled"


def choose_course(
    *, planned: bool, finished: bool, changed: bool, kind: Kind, again: bool
) -> Course:
    """Decide by the table of the design (section 4).

    | planned | finished | changed | kind      | again | course          |
    |---------|----------|---------|-----------|-------|-----------------|
    | no      | any      | any     | any       | any   | begin           |
    | yes     | no       | no      | any       | any   | go on           |
    | yes     | no       | yes     | any       | any   | stop unfinished |
    | yes     | yes      | no      | any       | no    | report          |
    | yes     | yes      | any     | any       | yes   | begin anew      |
    | yes     | yes      | yes     | prelabels | no    | begin anew      |
    | yes     | yes      | yes     | data-rows | no    | begin anew      |
    | yes     | yes      | yes     | labels    | no    | stop doubled    |
    """
    if not planned:
        return Course.BEGIN
    if not finished:
        return Course.STOP_UNFINISHED if changed else Course.GO_ON
    if again:
        return Course.BEGIN_ANEW
    if not changed:
        return Course.REPORT
    return Course.STOP_DOUBLED if kind is Kind.LABELS else Course.BEGIN_ANEW


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's place on disk and what makes it this run."""

    path: Path
    key: str
    generation: int

    @property
    def holds_plan(self) -> bool:
        """Whether the folder is a run already."""
        return (self.path / FILE_NAME).exists()

    @property
    def stone(self) -> Path:
        """Where it is remembered that the run's labels were sent, when its folder is gone."""
        return self.path.with_name(f"{self.path.name}.pruned.json")

    @property
    def is_taken(self) -> bool:
        """Whether the folder is a run, or was one whose labels were sent."""
        return self.holds_plan or self.stone.exists()

    def leave_stone(self) -> None:
        """Remember the run, before its folder is removed."""
        replace_file(self.stone, (self.path / FILE_NAME).read_bytes())

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.path / "lock"

    @property
    def ledger(self) -> Path:
        """The durable record."""
        return self.path / "ledger.sqlite"

    @property
    def failed(self) -> Path:
        """Rows that the destination refused."""
        return self.path / "failed.ndjson"


def find_folder(request: Request, source_names: list[str], *, salt: str = "") -> RunFolder:
    """Find the newest run of this command, or the place for its first one.

    `salt` makes a run of a stream its own: a stream cannot be read again. A later folder without
    a plan is what is left of an --again that never began: it counts only when asked for again.
    Raises RunMismatch when the newest run was pruned, unless it is to be sent again.
    """
    key = run_key(
        [*source_names, salt] if salt else source_names,
        destination=request.destination,
        endpoint=request.endpoint,
        kind=request.kind,
        options=request.shaping.options(),
    )
    folder = _folder(request, key, 1)
    while (later := _folder(request, key, folder.generation + 1)).is_taken:
        folder = later
    if folder.stone.exists() and not folder.holds_plan:
        if not request.again:
            raise RunMismatch(
                "was imported as labels, and its run was pruned; sending it would double them",
                place=", ".join(source_names),
                remedy="import only what is new, or --again to send it all",
            )
        folder = later
    make_folder(folder.path)
    return folder


def next_generation(request: Request, folder: RunFolder) -> RunFolder:
    """The place for sending once more; made at once."""
    later = _folder(request, folder.key, folder.generation + 1)
    make_folder(later.path)
    return later


def open_folder(path: Path) -> tuple[RunFolder, Plan]:
    """Open an existing run by its folder. Raises RunMismatch when it holds no plan."""
    plan = Plan.read(path)
    if plan is None:
        raise RunMismatch(
            "this folder holds no planned run",
            place=str(path),
            remedy="`bulkimport runs list` names those that do",
        )
    return RunFolder(path.absolute(), plan.key, plan.generation), plan


def require_endpoint(plan: Plan, endpoint: str) -> None:
    """Raise RunMismatch when `endpoint` is another service than the one the run was planned for.

    Half of the run's shards are there already, and the other would be asked for them in vain.
    """
    if endpoint_identity(endpoint) != endpoint_identity(plan.endpoint):
        raise RunMismatch(
            f"the run sends to {plan.endpoint}",
            place=endpoint,
            remedy="go on with that endpoint, or begin a run of its own for this one",
        )


def refuse_changed(course: Course, source: str, folder: RunFolder) -> RunMismatch:
    """Say why a changed source stops the run, and what to do."""
    if course is Course.STOP_DOUBLED:
        return RunMismatch(
            "was imported as labels and has changed since; sending it would double its labels",
            place=source,
            remedy="import only what is new, or --again to send it all",
        )
    return RunMismatch(
        "has changed since the run was planned",
        place=source,
        remedy=f"restore it, or remove {folder.path} to begin anew",
    )


def _folder(request: Request, key: str, generation: int) -> RunFolder:
    name = run_name(
        kind=request.kind, destination=request.destination, key=key, generation=generation
    )
    return RunFolder((request.runs / name).absolute(), key, generation)
