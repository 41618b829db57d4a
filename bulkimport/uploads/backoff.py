"""When to try again: pure arithmetic on a number of failures, chance and what the service asks."""

from collections.abc import Callable

from bulkimport.settings import Settings

Chance = Callable[[], float]

_HIGHEST_POWER = 62


def retry_delay(
    failures: int, *, settings: Settings, chance: Chance, retry_after: float | None = None
) -> float:
    """Return the seconds before attempt `failures + 1`; never less than the service asked for.

    Full jitter: anything from nothing to `backoff_base * 2**(failures - 1)`, so that many who
    failed together do not come back together. `chance` gives numbers in [0, 1).
    """
    jitter = chance() * _ceiling(failures, settings)
    return max(jitter, retry_after or 0.0)


def probe_gap(failures: int, *, settings: Settings, chance: Chance) -> float:
    """Return the seconds before the next probe of a destination that is away.

    Between half and all of a ceiling that grows by half each time, so that its return is seen
    within about a third of the time it was away. One probe at a time goes: there is no crowd to
    spread, and a gap near zero would only add requests.
    """
    return (1.0 + chance()) / 2.0 * _ceiling(failures, settings, growth=1.5)


def _ceiling(failures: int, settings: Settings, *, growth: float = 2.0) -> float:
    power = min(max(failures - 1, 0), _HIGHEST_POWER)
    return min(settings.backoff_most, settings.backoff_base * growth**power)


class RetryBudget:
    """How many retries all shards together may still make; successes earn them.

    A token bucket (Brooker 2022; the AWS SDK's standard mode), because back-off alone does not
    lower the load when many fail: each waits, and all come back. With these prices one failure
    in six submits is carried for ever; above that the bucket runs dry. A call would then fail. A
    bulk job does not: its gate closes and everybody waits for a probe to succeed.
    """

    MOST = 100.0
    FAILURE = 5.0
    PUSHBACK = 2.0
    SUCCESS = 1.0

    def __init__(self) -> None:
        """Begin full."""
        self._tokens = self.MOST

    @property
    def tokens(self) -> float:
        """What is left."""
        return self._tokens

    def take(self, *, pushback: bool) -> bool:
        """Pay for one retry. False, and nothing is left, when there was not enough."""
        price = self.PUSHBACK if pushback else self.FAILURE
        paid = self._tokens >= price
        self._tokens = max(0.0, self._tokens - price)
        return paid

    def earn(self) -> None:
        """Count one submit that the service took."""
        self._tokens = min(self.MOST, self._tokens + self.SUCCESS)

    def refill(self) -> None:
        """Fill half: after an outage the first new failure must not close the gate again."""
        self._tokens = max(self._tokens, self.MOST / 2)
