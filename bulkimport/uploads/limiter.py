"""How many submits may be in flight: observations in, limit out; waits for nothing, reads no clock.

The signal is *goodput*, bytes accepted per second over all submits together, and the pushback of
the service. Time per request is not: a body of 64 MiB takes longer when several share the link
while nobody queues at the service, so a limiter that watches round trips throttles itself for
nothing.

    what a whole window showed                         limit               next
    limit was not reached                              stays               no evidence
    at rest, windows of rest left                      stays               rest goes on
    at rest, rest is over                              raised by step      a trial
    trial, goodput rose by more than GAIN              kept                step doubles, next trial
    trial, it did not                                  back to the base    least step, rest
    a pushback during a trial                          back to the base    least step, rest
    a pushback otherwise                               times SHRINK, less  least step, one window
    an outage ended                                    half the last good  step is the limit, trial

The first step is the limit itself and steps double while they pay, so the beginning is a slow start
that doubles per window; the least step is one (an eighth of the limit, where one more could not be
told from noise). Holding at rest is what keeps the service unburdened, trying again after a few
windows is what finds new capacity.

A window begins anew at each change of the limit. It first lets the change take hold, until a submit
that started after the change has ended, then measures the time of as many acceptances as the limit
is wide: one for each slot, so a full turn of the wheel whatever the phases. Measuring from the
change itself would count the queue's filling up as progress and raise the limit for ever.
"""

from typing import Final

GAIN: Final = 1.03
SHRINK: Final = 0.75
REST: Final = 8
FIRST: Final = 4


class Limiter:
    """The adaptive limit of submits in flight, never under 1 nor over the ceiling.

    All times are monotonic seconds, given by the caller. Each submit is announced by `started`
    and ended by exactly one of `succeeded`, `pushed_back` and `ended`.
    """

    def __init__(self, *, ceiling: int, first: int = FIRST) -> None:
        """Begin a slow start at `first`."""
        self._ceiling = max(1, ceiling)
        self._limit = self._base = self._good = max(1, min(first, self._ceiling))
        self._trial = _Trial(step=self._limit)
        self._window = _Window()
        self._in_flight = 0
        self._shrunk_at = float("-inf")

    @property
    def limit(self) -> int:
        """How many submits may be in flight now."""
        return self._limit

    def started(self, now: float) -> None:
        """Note that a submit went on the wire."""
        self._in_flight += 1
        self._window.reached |= self._in_flight >= self._limit
        if self._in_flight == 1:
            self._window.take_hold(now)

    def ended(self) -> None:
        """Note a submit that ended with no evidence: failed, refused or given up."""
        self._in_flight -= 1

    def succeeded(self, now: float, *, began: float, size: int) -> None:
        """Note that a submit of `size` bytes that began at `began` was accepted."""
        self._in_flight -= 1
        window = self._window
        if window.count(now, began=began, size=size) >= self._limit and window.goodput(now) > 0:
            self._conclude(now)

    def pushed_back(self, now: float, *, began: float) -> None:
        """Note that the service asked for less; submits begun before a shrink say nothing new."""
        self._in_flight -= 1
        if began < self._shrunk_at:
            return
        self._shrunk_at = now
        if self._limit > self._base:
            self._fall_back(now)
        else:
            # Rounding down makes sure that it really shrinks.
            self._base = max(1, int(self._limit * SHRINK))
            self._trial.reference = None
            self._fall_back(now, rest=1)

    def begin_again(self, now: float) -> None:
        """Start slowly after an outage, from half of what was good before it."""
        self._base = max(1, self._good // 2)
        self._trial = _Trial(step=self._base)
        self._change(self._base, now)

    def _conclude(self, now: float) -> None:
        goodput, reached = self._window.goodput(now), self._window.reached
        self._window.measure_from(now, full=self._in_flight + 1 >= self._limit)
        if not reached:
            return
        if self._limit == self._base:
            self._rest_or_raise(goodput, now)
        elif self._trial.pays(goodput):
            self._base = self._good = self._limit
            self._raise(now)
        else:
            self._fall_back(now)

    def _rest_or_raise(self, goodput: float, now: float) -> None:
        self._good = self._base
        self._trial.learn(goodput)
        if self._trial.rest > 0:
            self._trial.rest -= 1
        else:
            self._raise(now)

    def _raise(self, now: float) -> None:
        raised = min(self._ceiling, self._limit + self._trial.step)
        if raised > self._limit:
            self._change(raised, now)

    def _fall_back(self, now: float, *, rest: int = REST) -> None:
        self._trial.step = max(1, self._base // 8)
        self._trial.rest = rest
        self._change(self._base, now)

    def _change(self, limit: int, now: float) -> None:
        self._limit = limit
        self._window = _Window(changed_at=now)
        if self._in_flight == 0:
            self._window.take_hold(now)


class _Trial:
    """What is tried next, and the goodput it is compared with."""

    def __init__(self, *, step: int) -> None:
        self.step = step
        self.rest = 0
        self.reference: float | None = None

    def learn(self, goodput: float) -> None:
        """Follow the goodput at the base, smoothed: one window is noisy."""
        known = self.reference
        self.reference = goodput if known is None else known + (goodput - known) / 4

    def pays(self, goodput: float) -> bool:
        """Tell whether the trial earned its keep; if so, it sets the mark for the next."""
        if self.reference is not None and goodput <= GAIN * self.reference:
            return False
        self.reference = goodput
        self.step *= 2
        return True


class _Window:
    """Acceptances since the present limit took hold."""

    def __init__(self, *, changed_at: float = float("-inf")) -> None:
        self._changed_at = changed_at
        self._held_at: float | None = None
        self._accepted = 0
        self._bytes = 0
        self.reached = False

    def take_hold(self, now: float) -> None:
        """Begin to measure at once: nothing older is in flight."""
        if self._held_at is None:
            self._held_at = now

    def count(self, now: float, *, began: float, size: int) -> int:
        """Count an acceptance and return how many are measured."""
        if self._held_at is not None:
            self._accepted += 1
            self._bytes += size
        elif began >= self._changed_at:
            self._held_at = now
        return self._accepted

    def goodput(self, now: float) -> float:
        """Return bytes per second since the limit took hold, 0 when no time has passed."""
        elapsed = 0.0 if self._held_at is None else now - self._held_at
        return self._bytes / elapsed if elapsed > 0 else 0.0

    def measure_from(self, now: float, *, full: bool) -> None:
        """Begin a new measurement under the same limit."""
        self._held_at, self._accepted, self._bytes = now, 0, 0
        self.reached = full
