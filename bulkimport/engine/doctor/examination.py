"""All that is looked at before an import: the machine, the way, the service."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bulkimport.clock import Clock
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.diagnosis import Diagnosis
from bulkimport.destinations.labellerr.wire import Wire
from bulkimport.destinations.reach import reach
from bulkimport.engine.doctor.finding import Check, Finding, State
from bulkimport.engine.doctor.labelbox import DATASET, look_at_labelbox
from bulkimport.engine.doctor.labellerr import look_at_labellerr
from bulkimport.engine.doctor.machine import (
    look_at_clock,
    look_at_disk,
    look_at_handles,
    look_at_route,
)
from bulkimport.errors import CredentialsRefused
from bulkimport.model import Address
from bulkimport.settings import LabellerrKeys, Secret, Settings

_ASKED: Final = (Check.CREDENTIALS, Check.PERMISSION, Check.PROJECT, Check.ONTOLOGY, Check.MEDIA)
_OF_DATASETS: Final = (Check.CREDENTIALS, Check.DATASET)
_OF_LABELLERR: Final = (Check.CREDENTIALS, Check.CLIENT, *_ASKED[1:], Check.DATASET, Check.LIMITS)

Look = Callable[[HttpClient], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Examination:
    """What an import would use: `endpoint` the service's address, `runs` the folder of the runs."""

    endpoint: str
    runs: Path
    settings: Settings
    clock: Clock

    async def labelbox(
        self, address: Address, key: Secret, *, media: str | None = None
    ) -> list[Finding]:
        """Look at all that an import into Labelbox needs. Raises UsageError, and nothing else."""

        async def look(http: HttpClient) -> Sequence[Finding]:
            diagnosis = Diagnosis(endpoint=self.endpoint, key=key, http=http, clock=self.clock)
            rate = self.settings.requests_per_minute
            return await look_at_labelbox(
                diagnosis, address.place, requests_per_minute=rate, media=media
            )

        asked = _OF_DATASETS if address.place.startswith(DATASET) else _ASKED
        return await self._all(look, (*asked, Check.LIMITS))

    async def labellerr(self, address: Address, keys: LabellerrKeys) -> list[Finding]:
        """Look at all that an import into Labellerr needs. Raises UsageError, and nothing else."""

        async def look(http: HttpClient) -> Sequence[Finding]:
            wire = Wire(endpoint=self.endpoint, keys=keys, http=http, clock=self.clock)
            return await look_at_labellerr(wire, address.place)

        return await self._all(look, _OF_LABELLERR)

    async def _all(self, look: Look, asked: Sequence[Check]) -> list[Finding]:
        """Look at everything; what the service was not asked for the lack of something is said."""
        http = HttpClient(settings=self.settings, clock=self.clock)
        try:
            reached = await reach(http, self.endpoint)
            route = look_at_route(reached)
            found = [route, look_at_clock(self.clock.now(), reached.date)]
            if route.state is State.GOOD:
                found += await _without_raising(look, http)
        finally:
            await http.close()
        found += [look_at_disk(self.runs), look_at_handles()]
        return complete(found, asked)


async def _without_raising(look: Look, http: HttpClient) -> Sequence[Finding]:
    try:
        return await look(http)
    except CredentialsRefused as error:
        return [Finding.bad(Check.CREDENTIALS, error)]


def complete(found: Sequence[Finding], asked: Sequence[Check]) -> list[Finding]:
    """Add what was not looked at, and why; all in the order of Check."""
    first = next((finding for finding in found if finding.state is State.BAD), None)
    known = {finding.check for finding in found}
    words = f"not looked at, since {first.check} is bad" if first else "not looked at"
    more = [Finding.unknown(check, words) for check in asked if check not in known]
    order = list(Check)
    return sorted([*found, *more], key=lambda finding: order.index(finding.check))
