"""How many submits may be in flight: observations in, limit out; waits for nothing, reads no clock.

The signal is *goodput*, bytes accepted per second over all submits together, and the pushback of
the service. Time per request is not: a body of 64 MiB takes longer when several share the link
while nobody queues at the service, so a limiter that watches round trips throttles itself for
nothing.

    what a whole window showed       limit               step        next
    limit was not reached            stays               stays       measure again
    at rest                          stays               stays       a trial when rest is over
    raised, and it paid              kept                doubles     raise again
    raised, and it did not pay       back to the base    halves      raise; at the least step, rest
    lowered, and as much went on     kept                least       lower again
    lowered, and less went on        back to the base    least       rest
    a pushback while raised          back to the base    least       rest
    a pushback otherwise             times SHRINK, less  least       rest of one window
    an outage ended                  half the last good  the limit   raise after one window

Raising pays when goodput rose by more than GAIN, and by more than half the square of the raise: by
half when the limit doubles, so that noise is not taken for progress. The first step is the limit
itself, so the beginning is a slow start that doubles per window, and it finds its end by halving.
The least step is one (an eighth of the limit, where one more could not be told from noise).

After a rest the trial is in turn to raise, which finds new capacity, and to lower, which gives back
what chance or a busier day has raised: more in flight than the service can use only fills its
queue. Limits under LOWER_FROM are not lowered, as there is little to give back and much to lose.

A window begins with each change of the limit, or with the end of the window before, and knows only
the submits that began in it; it ends when as many of them are accepted as the limit is wide. Its
goodput is what was in flight times the bytes per second of one submit (Little's law), which is
far less noisy than counting what ends in the window: few submits are many bytes. What began under
another limit is no evidence for this one.
"""

from typing import Final

GAIN: Final = 0.03
SHRINK: Final = 0.75
REST: Final = 6
FIRST: Final = 4
LOWER_FROM: Final = 8


class Limiter:
    """The adaptive limit of submits in flight, never under 1 nor over the ceiling.

    All times are monotonic seconds, given by the caller. Each submit is announced by `started`
    and ended by exactly one of `succeeded`, `pushed_back` and `failed`.
    """

    def __init__(self, *, ceiling: int, first: int = FIRST) -> None:
        """Begin a slow start at `first`."""
        self._ceiling = max(1, ceiling)
        self._limit = self._base = self._good = max(1, min(first, self._ceiling))
        self._trial = _Trial(step=self._limit)
        self._window = _Window(0.0)
        self._in_flight = 0
        self._shrunk_at = float("-inf")

    @property
    def limit(self) -> int:
        """How many submits may be in flight now."""
        return self._limit

    def started(self, now: float) -> None:
        """Note that a submit went on the wire."""
        self._pass_until(now)
        self._in_flight += 1
        self._window.reached |= self._in_flight >= self._limit

    def failed(self, now: float, *, began: float) -> None:
        """Note a submit that began at `began` and came to nothing, for whatever reason."""
        self._end(now, began=began)

    def succeeded(self, now: float, *, began: float, size: int) -> None:
        """Note that a submit of `size` bytes that began at `began` was accepted."""
        self._end(now, began=began, size=size)
        if self._window.accepted >= self._limit:
            self._conclude(now)

    def pushed_back(self, now: float, *, began: float) -> None:
        """Note that the service asked for less; submits begun before a shrink say nothing new."""
        self._end(now, began=began)
        if began <= self._shrunk_at:
            return
        self._shrunk_at = now
        if self._limit > self._base:
            self._rest(now)
        else:
            # Rounding down makes sure that it really shrinks.
            self._base = max(1, int(self._limit * SHRINK))
            self._trial.reference = 0.0
            self._rest(now, windows=1)

    def begin_again(self, now: float) -> None:
        """Start slowly after an outage, from half of what was good before it."""
        self._base = max(1, self._good // 2)
        self._trial = _Trial(step=self._base)
        self._change(self._base, now)

    def _end(self, now: float, *, began: float, size: int | None = None) -> None:
        self._pass_until(now)
        self._in_flight -= 1
        self._window.end(now, began=began, size=size)

    def _pass_until(self, now: float) -> None:
        # What is left over from a higher limit says nothing about this one.
        self._window.pass_until(now, in_flight=min(self._in_flight, self._limit))

    def _conclude(self, now: float) -> None:
        window, self._window = self._window, _Window(now)
        goodput = window.goodput()
        if not window.reached:
            return
        if self._limit == self._base:
            self._end_window_of_rest(goodput, now)
        elif self._limit < self._base and self._trial.spares(goodput):
            self._base = self._good = self._limit
            self._lower(now)
        elif self._limit < self._base:
            self._rest(now)
        elif self._trial.pays(goodput, raised=self._limit / self._base - 1.0):
            self._base = self._good = self._limit
            self._trial.step *= 2
            self._raise(now)
        elif self._trial.step > self._least_step():
            self._trial.step //= 2
            self._limit = self._base
            self._raise(now)
        else:
            self._rest(now)

    def _end_window_of_rest(self, goodput: float, now: float) -> None:
        self._good = self._base
        self._trial.learn(goodput)
        if self._trial.rest > 0:
            self._trial.rest -= 1
        elif self._trial.lowers and self._base >= LOWER_FROM:
            self._trial.lowers = False
            self._lower(now)
        else:
            self._trial.lowers = True
            self._raise(now)

    def _least_step(self) -> int:
        return max(1, self._base // 8)

    def _raise(self, now: float) -> None:
        raised = min(self._ceiling, self._limit + self._trial.step)
        if raised > self._limit:
            self._change(raised, now)
        else:
            self._trial.rest = REST

    def _lower(self, now: float) -> None:
        if self._base >= LOWER_FROM:
            self._change(self._base - self._least_step(), now)
        else:
            self._trial.rest = REST

    def _rest(self, now: float, *, windows: int = REST) -> None:
        self._trial.step = self._least_step()
        self._trial.rest = windows
        self._change(self._base, now)

    def _change(self, limit: int, now: float) -> None:
        self._limit = limit
        self._window = _Window(now)


class _Trial:
    """What is tried next, and the goodput it is compared with."""

    def __init__(self, *, step: int) -> None:
        self.step = step
        self.rest = 0
        self.lowers = False
        self.reference = 0.0

    def learn(self, goodput: float) -> None:
        """Follow the goodput at the base, smoothed: one window is noisy."""
        known = self.reference or goodput
        self.reference = known + (goodput - known) / 4

    def spares(self, goodput: float) -> bool:
        """Tell whether as much goes through with a lower limit."""
        return goodput > (1.0 - GAIN) * self.reference

    def pays(self, goodput: float, *, raised: float) -> bool:
        """Tell whether a limit raised by this share paid; if so, it sets the mark for the next."""
        if goodput <= (1.0 + max(GAIN, raised**2 / 2)) * self.reference:
            return False
        self.reference = goodput
        return True


class _Window:
    """The submits that began at `began` or later."""

    def __init__(self, began: float) -> None:
        self._began = self._seen = began
        self._busy = 0.0
        self._work = 0.0
        self._bytes = 0
        self._seconds = 0.0
        self.accepted = 0
        self.reached = False

    def pass_until(self, now: float, *, in_flight: int) -> None:
        """Note how many were in flight until now; time with none is nobody's evidence."""
        if in_flight:
            self._busy += now - self._seen
            self._work += (now - self._seen) * in_flight
        self._seen = now

    def end(self, now: float, *, began: float, size: int | None) -> None:
        """Note the end of a submit, with its size if it was accepted."""
        if began >= self._began:
            self._seconds += now - began
            self._bytes += size or 0
            self.accepted += size is not None

    def goodput(self) -> float:
        """Return bytes per second, of all that were in flight together."""
        if not (self._busy and self._seconds):
            return 0.0
        return self._work / self._busy * self._bytes / self._seconds
