"""The report for a tired person at the end of a run: what happened, where to look, what next.

Plain text that makes sense without colour, for stderr; a program reads document.py's object.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bulkimport.formats.losses import loss_sentence
from bulkimport.report.document import Report
from bulkimport.report.numbers import counted, duration, size
from bulkimport.report.tally import RunState, unfinished_rows

MOST_LISTED: Final = 20


def text(report: Report) -> str:
    """Give the whole report, lines ended, without a line end after the last."""
    parts = (
        [headline(report)],
        list(_account(report)),
        list(_by_slug("rejected by rule", report.counts.rejected_by_slug)),
        list(_by_slug("warnings", report.counts.warnings)),
        lost_lines(report.counts.objects, report.counts.lost),
        list(_unknown(report.unknown_shards)),
        list(_double(report)),
        list(_effort(report)),
        list(_next(report)),
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def headline(report: Report) -> str:
    """Say in one line how it went."""
    account, state = report.account, report.state.value
    if report.state is RunState.FINISHED and account.accepted == account.read:
        every = "all " if account.read > 1 else ""
        done = f"{every}{counted(account.read, 'row')} accepted" if account.read else "no rows"
    else:
        done = f"{account.accepted:,} of {counted(account.read, 'row')} accepted"
    return f"{state}: {done}" + (f"; {report.reason}" if report.reason else "")


def resume_command(run: str) -> str:
    """Give the command that goes on with a run, ready to be pasted into a shell."""
    return f"bulkimport resume {shlex.quote(run)}"


def lost_lines(objects: Mapping[str, int], lost: Mapping[str, int]) -> list[str]:
    """Say what the sources held and what of it rows cannot carry; nothing of sources of rows."""
    lines = []
    if objects:
        held = ", ".join(counted(count, *_words(name)) for name, count in objects.items())
        lines.append(f"converted from {held}")
    if lost:
        width = len(f"{max(lost.values()):,}")
        lines.append("lost or changed on the way")
        lines += [
            f"  {count:>{width},}  {name}: {loss_sentence(name)}" for name, count in lost.items()
        ]
    return lines


def _words(name: str) -> tuple[str, str]:
    """One and many of what sources hold: `data_rows` are data row and data rows."""
    many = name.replace("_", " ")
    one = many.removesuffix("ies") + "y" if many.endswith("ies") else many.removesuffix("s")
    return one, many


def _account(report: Report) -> Iterator[str]:
    account, folder = report.account, Path(report.run)
    doubt = (
        f"; {report.in_doubt:,} of them may have arrived, which going on will find out first"
        if report.in_doubt
        else ""
    )
    meanings = {
        "read": "",
        "accepted": "",
        "rejected": f"against our rules, see {folder / 'rejected.ndjson'}",
        "held": f"kept back with rejected rows of the same data row, see {folder / 'held.ndjson'}",
        "failed": f"refused by the destination, see {folder / 'failed.ndjson'}",
        "unsent": f"not sent{doubt}",
        "pending": "sent, and the destination has not finished with them",
        "unknown": f"sent, and their fate cannot be learned, see {folder / 'unknown'}",
    }
    numbers = {name: getattr(account, name) for name in meanings}
    width = len(f"{account.read:,}")
    for name, meaning in meanings.items():
        if numbers[name] or name in {"read", "accepted"}:
            yield f"  {name:<8}  {numbers[name]:>{width},}  {meaning}".rstrip()
    if report.counts.present:
        there = counted(report.counts.present, "data row")
        yield f"  {there} left as before"


def _by_slug(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield title
    ranked = sorted(counts.items(), key=lambda slug: (-slug[1], slug[0]))
    width = len(f"{ranked[0][1]:,}")
    yield from _listed([f"{number:>{width},}  {slug}" for slug, number in ranked])


def _unknown(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield "fate unknown: look for these imports at the destination before sending them again"
        yield from _listed(names)


def _double(report: Report) -> Iterator[str]:
    if report.counts.double_shards:
        yield (
            "possibly double: sent again after a send without an answer; their images are in "
            f"{Path(report.run) / 'double'} once they are accepted"
        )
        yield from _listed(report.counts.double_shards)


def _listed(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:MOST_LISTED]:
        yield f"  {line}"
    if len(lines) > MOST_LISTED:
        yield f"  and {len(lines) - MOST_LISTED:,} more in report.json"


def _effort(report: Report) -> Iterator[str]:
    planned, effort = report.size, report.effort
    yield (
        f"{counted(planned.data_rows, 'data row')} in {counted(planned.shards, 'shard')}, "
        f"{size(planned.bytes)}"
    )
    if effort.seconds:
        rate = f" ({effort.settled / effort.seconds:,.0f} rows/s)" if effort.settled else ""
        yield (
            f"{duration(effort.seconds)}{rate}, {counted(effort.requests, 'request')}, "
            f"{counted(effort.retries, 'retry', 'retries')}"
        )


def _next(report: Report) -> Iterator[str]:
    yield f"run folder: {report.run}"
    if report.state is not RunState.RUNNING and unfinished_rows(report.account):
        yield f"to go on:   {resume_command(report.run)}"
