"""Parcels on their way to a scripted destination, and everything that was told meanwhile."""

import asyncio

from support.scripted import ScriptedDestination
from support.virtual import VirtualClock

from bulkimport.events import Event
from bulkimport.model import Parcel
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.submit import Intent, Outcome, submit

WINDOW = 60.0
SETTINGS = Settings()


class Story:
    """A destination, a pace and everything that was told."""

    def __init__(self, destination: ScriptedDestination, settings: Settings = SETTINGS) -> None:
        """Wire them as the engine does."""
        self.destination = destination
        self.events: list[Event] = []
        self.intents: list[float] = []
        self.pace = Pace(
            settings=settings,
            clock=VirtualClock(),
            chance=lambda: 0.5,
            listener=self.events.append,
        )

    async def intend(self, intent: Intent) -> None:
        """Write the intent down, which takes a moment."""
        await asyncio.sleep(0)
        self.intents.append(intent.sent_at)

    async def submit(
        self, parcel: Parcel, *, in_doubt: bool = False, since: float | None = None
    ) -> Outcome:
        """Submit one parcel."""
        return await submit(
            parcel,
            destination=self.destination,
            pace=self.pace,
            on_intend=self.intend,
            in_doubt=in_doubt,
            window=WINDOW,
            since=since,
        )

    def told(self, kind: type[Event]) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


def now() -> float:
    """Virtual seconds since the test began."""
    return asyncio.get_running_loop().time()
