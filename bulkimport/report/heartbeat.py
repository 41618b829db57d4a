"""A sign of life a minute where there is no terminal: a line, or an object for programs."""

from collections.abc import Callable
from typing import Final

import orjson

from bulkimport.clock import Clock
from bulkimport.events import Event
from bulkimport.report.numbers import counted, duration, size
from bulkimport.report.progress import Progress, Stage

EVERY: Final = 60.0


def line(progress: Progress, at: float) -> str:
    """Say in one line how far the run is at the time `at`; a terminal may show the same."""
    parts = [part for part in _parts(progress, at) if part]
    return f"{_head(progress)}: {', '.join(parts)}" if parts else _head(progress)


def facts(progress: Progress, at: float) -> dict[str, object]:
    """Give the same as an object; what cannot be told yet is null."""
    scanned, planned, wire, done = progress.scanned, progress.planned, progress.wire, progress.done
    return {
        "stage": progress.stage.value,
        "fraction": progress.fraction,
        "scanned_rows": scanned and scanned.rows,
        "rejected": planned.rejected if planned else scanned and scanned.rejected,
        "pictures": progress.pictures and progress.pictures.pictures,
        "rows": planned and planned.rows,
        "settled_rows": progress.settled_rows,
        "failed": done.failed,
        "unknown": done.unknown,
        "bytes": planned and planned.bytes,
        "sent_bytes": progress.sent_bytes,
        "rows_per_second": progress.rows_per_second(at),
        "seconds_left": progress.seconds_left(at),
        "in_flight": len(wire.shards),
        "limit": wire.limit,
        "retries": wire.retries,
        "outage": progress.outage or None,
        "stopping": progress.stopping or None,
    }


class Heartbeat:
    """Listens to a run and writes a line every so often, also when nothing happens."""

    def __init__(
        self,
        clock: Clock,
        write: Callable[[str], None],
        *,
        as_json: bool = False,
        every: float = EVERY,
    ) -> None:
        """Write each line, without its line end, by `write`; `every` is in seconds."""
        self.progress = Progress()
        self._clock = clock
        self._write = write
        self._as_json = as_json
        self._every = every

    def __call__(self, event: Event, /) -> None:
        """Take one event."""
        self.progress = self.progress.after(event, self._clock.monotonic())

    async def run(self) -> None:
        """Beat until cancelled; the first beat comes after one interval."""
        while True:
            await self._clock.sleep(self._every)
            self._write(self.beat())

    def beat(self) -> str:
        """Give the line of this moment."""
        at = self._clock.monotonic()
        if self._as_json:
            return orjson.dumps({"time": self._clock.now(), **facts(self.progress, at)}).decode()
        return line(self.progress, at)


def _head(progress: Progress) -> str:
    fraction = progress.fraction
    if progress.stage in {Stage.SCANNING, Stage.PICTURES, Stage.SENDING} and fraction is not None:
        return f"{progress.stage.value} {int(fraction * 100)}%"
    return progress.stage.value


def _parts(progress: Progress, at: float) -> list[str]:
    if progress.planned is None and progress.resumed is None:
        parts = _scanning(progress)
    else:
        parts = [progress.stopping, *_sending(progress, at)]
    return [f"destination away ({progress.outage})" if progress.outage else "", *parts]


def _scanning(progress: Progress) -> list[str]:
    scanned, pictures = progress.scanned, progress.pictures
    if pictures is not None:
        return [counted(pictures.pictures, "picture")]
    if scanned is None:
        return []
    rejected = f"{scanned.rejected:,} rejected" if scanned.rejected else ""
    return [counted(scanned.rows, "row"), rejected]


def _sending(progress: Progress, at: float) -> list[str]:
    planned, wire, done = progress.planned, progress.wire, progress.done
    rate, left = progress.rows_per_second(at), progress.seconds_left(at)
    of_rows = f" of {planned.rows:,}" if planned else ""
    of_bytes = f" of {size(planned.bytes)}" if planned else ""
    busy = progress.stage is Stage.SENDING
    of_limit = f" of {wire.limit}" if wire.limit is not None else ""
    return [
        f"{progress.settled_rows:,}{of_rows} rows settled",
        f"{done.failed:,} failed" if done.failed else "",
        f"{done.unknown:,} unknown" if done.unknown else "",
        f"{size(progress.sent_bytes)}{of_bytes} sent",
        f"{rate:,.0f} rows/s" if busy and rate is not None else "",
        f"{duration(left)} left" if left is not None else "",
        f"{len(wire.shards)}{of_limit} in flight" if busy else "",
        counted(wire.retries, "retry", "retries") if wire.retries else "",
    ]
