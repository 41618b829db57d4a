"""How many requests a minute: a token bucket that says how long the next request must wait."""

from bulkimport.errors import UsageError


class Rate:
    """A bucket of one second's worth of requests that fills at the given rate.

    A burst can use what the bucket holds, so any minute sees at most the rate and one second's
    worth more. Callers that come too early are given places in a row, first come first served.
    """

    def __init__(self, *, requests_per_minute: int, now: float) -> None:
        """Start with a full bucket at `now`, in seconds of a clock that never goes back."""
        if requests_per_minute < 1:
            raise UsageError(f"{requests_per_minute} requests a minute are too few to send any")
        self._per_second = requests_per_minute / 60.0
        self._capacity = max(1.0, self._per_second)
        self._tokens = self._capacity
        self._filled_at = now

    def take(self, now: float) -> float:
        """Take the next place and return how many seconds to wait for it; zero means go."""
        gained = max(0.0, now - self._filled_at) * self._per_second
        self._filled_at = max(now, self._filled_at)
        self._tokens = min(self._capacity, self._tokens + gained) - 1.0
        return max(0.0, -self._tokens / self._per_second)
