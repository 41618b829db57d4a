"""How many requests a minute: says how long the next request must wait."""

from collections import deque
from typing import Final

from bulkimport.errors import UsageError

MINUTE: Final = 60.0


class Rate:
    """No minute, wherever it begins, sees more requests than the rate.

    Half of a minute's requests may go at once, since a service counts by the minute and a short run
    need not wait for what a long one would use up; the other half is spread over that minute, so
    that there is never a long silence. Callers that come too early are given places in a row, first
    come first served. Memory: the moments of one minute's requests.
    """

    def __init__(self, *, requests_per_minute: int, now: float) -> None:
        """Start at `now`, in seconds of a clock that never goes back."""
        if requests_per_minute < 1:
            raise UsageError(f"{requests_per_minute} requests a minute are too few to send any")
        self._at_once = requests_per_minute // 2
        self._gap = MINUTE / (requests_per_minute - self._at_once)
        self._latest = now
        self._minute: deque[float] = deque()

    def take(self, now: float) -> float:
        """Take the next place and return how many seconds to wait for it; zero means go."""
        moment = max(now, self._latest)
        while self._minute and self._minute[0] <= moment - MINUTE:
            self._minute.popleft()
        if (beyond := len(self._minute) - self._at_once) > 0:
            # With the rate used up, this is when the first of the minute is a minute old.
            moment = max(moment, self._minute[0] + beyond * self._gap)
        self._minute.append(moment)
        self._latest = moment
        return max(0.0, moment - now)
