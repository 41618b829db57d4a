"""What the project says of its rows, asked before anything is planned."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from bulkimport.destinations.base import Destination, Place
from bulkimport.engine.request import DocumentShaping, Request
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import BudgetReached, DestinationAway
from bulkimport.uploads.pace import Pace


@dataclass(slots=True)
class Asking:
    """Asks for the project when it is called; keeps in `away` why there was no answer."""

    destination: Destination
    pace: Pace
    stop: Stop
    away: DestinationAway | None = None

    async def __call__(self) -> Place | None:
        """Ask with the patience that an outage gets; None when that has ended.

        Raises BudgetReached when asked to stop, and what `Destination.examine` raises.
        """
        asking = asyncio.ensure_future(self.pace.ask(self.destination.examine))
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return self._patient(asking.result())
            raise BudgetReached("stopped before planning", remedy="run the same command again")
        except DestinationAway as error:
            self.away = error
            return None
        finally:
            asking.cancel()
            stopping.cancel()

    def _patient(self, place: Place) -> Place:
        """Let the listing of files, which the place may offer, be asked for with the patience."""
        listing = place.list_files
        if listing is None:
            return place

        async def patiently(to: Path) -> None:
            await self.pace.ask(lambda: listing(to))

        return replace(place, list_files=patiently)


def knows_its_rules(request: Request) -> bool:
    """Whether medium and ontology, or the project's files, are given, or none are asked for."""
    shaping = request.shaping
    if isinstance(shaping, DocumentShaping):
        return shaping.documents.files is not None or not shaping.needs_files()
    ruling = request.shaping.ruling
    return ruling is None or ruling.known
