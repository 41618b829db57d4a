"""The flags that pace a run: how much at once, how far it goes, how long it waits."""

from dataclasses import dataclass
from typing import Annotated

from bulkimport.cli.options import (
    Grace,
    MaxInFlight,
    Memory,
    Patience,
    QuietWindow,
    RequestsPerMinute,
    Timeout,
    flag,
)
from bulkimport.cli.quantities import Share, parse_seconds, parse_share, parse_size
from bulkimport.engine.work import Limits
from bulkimport.settings import MOST_REJECTIONS, Settings


@dataclass(frozen=True)
class LimitFlags:
    """Flags that say how much at most."""

    max_failed: Annotated[
        str | None, flag("--max-failed", "Stop when more rows than this failed: 500 or 1%.")
    ] = None
    max_in_flight: MaxInFlight = 16
    requests_per_minute: RequestsPerMinute = 1400
    max_duration: Annotated[
        str | None, flag("--max-duration", "Stop after this long, resumable.")
    ] = None
    max_bytes: Annotated[str | None, flag("--max-bytes", "Send no more than this, resumable.")] = (
        None
    )
    memory: Memory = "1GiB"


@dataclass(frozen=True)
class WaitFlags:
    """Flags that say how long the service is waited for, and what is learned of it."""

    no_wait: Annotated[
        bool, flag("--no-wait", "Do not wait for the service's verdict on each row.")
    ] = False
    grace: Grace = "25s"
    quiet_window: QuietWindow = "60s"
    patience: Patience = "15m"
    timeout: Timeout = "6h"
    bisect: Annotated[
        bool,
        flag("--bisect", "Split a shard that fails as a whole until the bad data row is alone."),
    ] = False
    keep_accepted: Annotated[
        bool,
        flag("--keep-accepted", "Write accepted rows down too, in RUN/accepted, a file a shard."),
    ] = False


def read_settings(
    most: LimitFlags,
    waits: WaitFlags,
    *,
    ca_bundle: str | None,
    max_rejections: int = MOST_REJECTIONS,
) -> Settings:
    """How much, how long, how many. Raises UsageError for what is no size or time."""
    return Settings(
        max_rejections=max_rejections,
        max_in_flight=most.max_in_flight,
        requests_per_minute=most.requests_per_minute,
        max_duration=parse_seconds(most.max_duration, place="--max-duration")
        if most.max_duration
        else None,
        bytes_in_flight=parse_size(most.memory, place="--memory"),
        grace=parse_seconds(waits.grace, place="--grace"),
        quiet_window=parse_seconds(waits.quiet_window, place="--quiet-window"),
        outage_patience=parse_seconds(waits.patience, place="--patience"),
        settle_deadline=parse_seconds(waits.timeout, place="--timeout"),
        ca_bundle=ca_bundle,
    )


def read_limits(most: LimitFlags, waits: WaitFlags) -> Limits:
    """How far the run goes. Raises UsageError for what is no size or share."""
    share = parse_share(most.max_failed, place="--max-failed") if most.max_failed else Share()
    return Limits(
        max_failed=share.rows,
        max_failed_percent=share.percent,
        max_bytes=parse_size(most.max_bytes, place="--max-bytes") if most.max_bytes else None,
        wait=not waits.no_wait,
        bisect=waits.bisect,
        keep_accepted=waits.keep_accepted,
    )
