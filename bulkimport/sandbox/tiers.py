"""The public limits of an account's plan, to be switched on.

| tier       | requests a minute | data rows  | ontologies |
|------------|-------------------|------------|------------|
| free       | 1,500             | 10,000,000 | 25         |
| starter    | 5,000             | no limit   | no limit   |
| enterprise | 20,000            | no limit   | no limit   |

Source: docs.labelbox.com/docs/limits.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MINUTE: Final = 60.0


class Tier(StrEnum):
    """The plan of an account."""

    FREE = "free"
    STARTER = "starter"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account may have; None is no limit."""

    requests_per_minute: int | None = None
    data_rows: int | None = None
    ontologies: int | None = None


NO_LIMITS: Final = Limits()
LIMITS: Final = {
    None: NO_LIMITS,
    Tier.FREE: Limits(1_500, 10_000_000, 25),
    Tier.STARTER: Limits(5_000),
    Tier.ENTERPRISE: Limits(20_000),
}


@dataclass(slots=True)
class Turnstile:
    """Counts requests, minute by minute."""

    limit: int | None
    _minute: float = field(default=0.0, init=False)
    _passed: int = field(default=0, init=False)

    def wait(self, now: float) -> float:
        """Let a request pass and return 0, or return the seconds after which it may come again."""
        if self.limit is None:
            return 0.0
        if now - self._minute >= MINUTE:
            self._minute, self._passed = now, 0
        if self._passed >= self.limit:
            return self._minute + MINUTE - now
        self._passed += 1
        return 0.0
