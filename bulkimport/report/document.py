"""The final object of `--json`, which is also RUN/report.json.

run, state, exit_code, reason                                    what happened
read, accepted, rejected, held, failed, unsent, pending, unknown the account; they add up
in_doubt                     rows among `unsent` that may have arrived
data_rows, shards, bytes     the size of the plan
seconds, requests, retries   the effort of this process
by_kind, rejected_by_slug, warnings   numbers by name
objects, lost                what the sources held and rows cannot carry, when they were no rows
present                      data rows that were there before, and are left as they are
unknown_shards               import names to look for at the destination
double_shards                import names that may be there twice, where it cannot be asked
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from bulkimport.disk import disk_trouble_at, replace_file
from bulkimport.errors import SourceUnreadable
from bulkimport.model import Account
from bulkimport.report.tally import RunState

FILE_NAME: Final = "report.json"
Part = TypeVar("Part", Account, "Size", "Effort", "Counts")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the plan is; `bytes` are those of all bodies."""

    data_rows: int = 0
    shards: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """What this process spent on the run; `settled` counts the rows it brought to their fate."""

    seconds: float = 0.0
    requests: int = 0
    retries: int = 0
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by kind, rejected rows and warnings by slug; of conversions, objects and losses.

    `present` are data rows that were there before and are left as they are; `double_shards` are the
    names of those that may be there twice.
    """

    by_kind: Mapping[str, int] = field(default_factory=dict)
    rejected_by_slug: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    present: int = 0
    double_shards: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that is said at the end of a run.

    `run` is the run's folder, `reason` one line on why it stopped, without secrets.
    """

    run: str
    state: RunState
    exit_code: int
    account: Account
    size: Size = field(default_factory=Size)
    effort: Effort = field(default_factory=Effort)
    counts: Counts = field(default_factory=Counts)
    in_doubt: int = 0
    unknown_shards: Sequence[str] = ()
    reason: str = ""


def document(report: Report) -> dict[str, object]:
    """Lay the report out as one flat object."""
    return {
        "run": report.run,
        "state": report.state.value,
        "exit_code": report.exit_code,
        "reason": report.reason,
        **asdict(report.account),
        "in_doubt": report.in_doubt,
        **asdict(report.size),
        **asdict(report.effort),
        **asdict(report.counts),
        "unknown_shards": list(report.unknown_shards),
    }


def write_report(folder: Path, report: Report) -> None:
    """Put RUN/report.json in place, durably and all at once."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    replace_file(folder / FILE_NAME, orjson.dumps(document(report), option=options))


def read_report(folder: Path) -> Report | None:
    """Read RUN/report.json, or None when the run has none yet.

    Raises SourceUnreadable when something else lies there.
    """
    path = folder / FILE_NAME
    try:
        with disk_trouble_at(path):
            content = path.read_bytes() if path.exists() else None
        return None if content is None else _report_of(orjson.loads(content))
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError) as error:
        raise SourceUnreadable("this is no report of a run", place=str(path)) from error


def _report_of(found: dict[str, Any]) -> Report:
    return Report(
        run=found["run"],
        state=RunState(found["state"]),
        exit_code=found["exit_code"],
        reason=found["reason"],
        account=_part(Account, found),
        in_doubt=found["in_doubt"],
        size=_part(Size, found),
        effort=_part(Effort, found),
        counts=_counts(found),
        unknown_shards=tuple(found["unknown_shards"]),
    )


def _counts(found: dict[str, Any]) -> Counts:
    double = tuple(found.get("double_shards", ()))
    return _part(Counts, {**found, "present": found.get("present", 0), "double_shards": double})


def _part(kind: type[Part], found: dict[str, Any]) -> Part:
    return kind(**{one.name: found[one.name] for one in fields(kind)})
