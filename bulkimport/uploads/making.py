"""Make one thing at the destination, once, though its answer may be lost.

Datasets, ontologies and projects have names that need not be unique, and ids that only the answer
tells. So the ids of that name which are there before are written down with the intent; what has
the name later, and was not there before, is ours. For batches a name is unique, which only makes
the same rule stronger.

the service's answer          what follows
accepted                      done
try later, nothing committed  wait, send again
try later, in doubt           look by name over the quiet window; one new: adopted; several: it
                              cannot be known which is ours; none: send again
name taken                    as in doubt when an earlier send was; else refused
refused                       refused, after one look when an earlier send was in doubt
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from bulkimport.errors import DestinationRefused, FateUnknown
from bulkimport.events import Retried
from bulkimport.model import Accepted, Refused, TryLater, Verdict
from bulkimport.uploads.pace import Pace, already_intended

Identities = frozenset[str]


@dataclass(frozen=True, slots=True)
class Making:
    """One thing to be made: one attempt at it, and the ids of all that have its name now."""

    what: str
    create: Callable[[], Awaitable[Verdict]]
    named: Callable[[], Awaitable[Identities]]


@dataclass(frozen=True, slots=True)
class Intent:
    """What was there `before` the first send; `in_doubt` if an earlier process may have sent."""

    before: Identities
    in_doubt: bool = False


async def make_once(making: Making, *, intent: Intent, pace: Pace, window: float) -> str:
    """Bring one thing into being and return its id; `intent` must be durable before the call.

    `window` is the quiet window in seconds. Raises what a definite no means, FateUnknown when
    several things could be ours, DestinationAway when the patience with an outage has ended.
    Cancelling is safe at any moment.
    """
    doubted = intent.in_doubt
    if doubted:
        found = await _look(making, intent.before, pace=pace, window=window)
        if found is not None:
            return found
    for failures in count(1):
        verdict = await pace.submit(making.create, size=0, intend=already_intended)
        if isinstance(verdict, Accepted):
            return verdict.receipt.import_id
        if isinstance(verdict, TryLater):
            delay = pace.delay(failures, retry_after=verdict.retry_after)
            pace.listener(Retried(making.what, verdict.reason, delay))
            rested = await pace.rest(delay)
            doubted = doubted or verdict.doubt
            looked = window - rested if verdict.doubt else None
        else:
            looked = 0.0 if doubted else None
        if looked is not None:
            found = await _look(making, intent.before, pace=pace, window=looked)
            if found is not None:
                return found
        if not isinstance(verdict, TryLater):
            raise _refusal(verdict, making.what)
    raise AssertionError("unreachable")


async def _look(making: Making, before: Identities, *, pace: Pace, window: float) -> str | None:
    """Look by name until `window` seconds have passed; None when nothing new is there."""
    clock = pace.clock
    ends = clock.monotonic() + window
    for asked in count():
        left = ends - clock.monotonic()
        new = await pace.ask(making.named) - before
        if len(new) > 1:
            raise FateUnknown(
                f"{making.what} was asked for once and is there {len(new)} times: {_ids(new)}",
                remedy="delete what is not wanted",
            )
        if new:
            return min(new)
        if left <= 0:
            return None
        await clock.sleep(min(left, pace.settings.backoff_base * 2**asked))
    raise AssertionError("unreachable")


def _ids(identities: Identities) -> str:
    return ", ".join(sorted(identities))


def _refusal(verdict: Verdict, what: str) -> Exception:
    if isinstance(verdict, Refused):
        return verdict.error
    return DestinationRefused(f"{what}: the name is taken", remedy="choose another name")
