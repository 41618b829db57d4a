"""A thing is made once: what the service says, and what follows, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from support.virtual import VirtualClock, run_virtual, virtual

from bulkimport.errors import CredentialsRefused, DestinationRefused, FateUnknown
from bulkimport.events import to_nobody
from bulkimport.model import Accepted, NameTaken, Receipt, Refused, TryLater, Verdict
from bulkimport.settings import Settings
from bulkimport.uploads.making import Identities, Intent, Making, make_once
from bulkimport.uploads.pace import Pace

WINDOW = 60.0
BUSY = TryLater("busy", doubt=False)
LOST = TryLater("no answer", doubt=True)


@dataclass
class Service:
    """Makes a thing at each call, or says what its script says; a lost answer may commit later."""

    clock: VirtualClock
    script: list[Verdict | tuple[Verdict, float]] = field(default_factory=list)
    made: list[float] = field(default_factory=list)
    asked: int = 0
    slow: float = 0.0

    async def create(self) -> Verdict:
        """Take the next step of the script; at its end make the thing at once."""
        self.asked += 1
        await self.clock.sleep(self.slow)
        step = self.script.pop(0) if self.script else Accepted(Receipt("n", ""))
        verdict, after = step if isinstance(step, tuple) else (step, 0.0)
        if isinstance(step, tuple) or isinstance(verdict, Accepted):
            self.made.append(self.clock.monotonic() + after)
        if isinstance(verdict, Accepted):
            return Accepted(Receipt("n", f"id-{len(self.made)}"))
        return verdict

    async def named(self) -> Identities:
        """The ids of what is there now."""
        now = self.clock.monotonic()
        return frozenset(f"id-{number}" for number, at in enumerate(self.made, 1) if at <= now)


async def made_by(service: Service, *, before: Sequence[str] = (), in_doubt: bool = False) -> str:
    """Make one thing."""
    pace = Pace(settings=Settings(), clock=service.clock, chance=lambda: 0.5, listener=to_nobody)
    making = Making("dataset 'd'", service.create, service.named)
    intent = Intent(frozenset(before), in_doubt=in_doubt)
    return await make_once(making, intent=intent, pace=pace, window=WINDOW)


@virtual
async def test_what_is_accepted_is_made() -> None:
    """One call."""
    service = Service(VirtualClock())

    assert await made_by(service) == "id-1"
    assert service.asked == 1


async def test_passing_trouble_without_doubt_is_tried_again_and_not_looked_for() -> None:
    """Nothing was begun, so nothing can be there."""
    service = Service(VirtualClock(), [BUSY, BUSY])

    assert await made_by(service) == "id-1"
    assert service.asked == 3


@pytest.mark.parametrize("after", [0.0, 5.0, 59.0])
def test_a_lost_answer_whose_thing_comes_within_the_window_makes_no_second(after: float) -> None:
    """It is looked for until the window is over."""

    async def story() -> None:
        service = Service(VirtualClock(), [(LOST, after)])
        assert await made_by(service) == "id-1"
        assert service.asked == 1

    run_virtual(story())


@virtual
async def test_a_lost_answer_that_made_nothing_is_tried_again_after_the_window() -> None:
    """Only then."""
    clock = VirtualClock()
    service = Service(clock, [LOST])

    assert await made_by(service) == "id-1"
    assert clock.monotonic() >= WINDOW


@virtual
async def test_what_an_earlier_process_made_is_taken_and_what_was_there_before_is_not() -> None:
    """Names need not be unique; the ids from before the intent are a stranger's."""
    service = Service(VirtualClock(), made=[0.0, 0.0])

    assert await made_by(service, before=["id-1"], in_doubt=True) == "id-2"
    assert service.asked == 0


@virtual
async def test_several_that_could_be_ours_are_named() -> None:
    """Never guessed."""
    service = Service(VirtualClock(), made=[0.0, 0.0])

    with pytest.raises(FateUnknown, match="id-1, id-2"):
        await made_by(service, in_doubt=True)


@virtual
async def test_a_refusal_is_final_unless_an_earlier_send_made_the_thing() -> None:
    """The name may be taken by our own earlier try."""
    refused = Refused(CredentialsRefused("no"), fatal=True)
    with pytest.raises(CredentialsRefused):
        await made_by(Service(VirtualClock(), [refused]))
    with pytest.raises(DestinationRefused, match="taken"):
        await made_by(Service(VirtualClock(), [NameTaken()]))

    # The window is over before the thing is there; the second try meets its name.
    service = Service(VirtualClock(), [(LOST, 61.0), NameTaken()])
    service.slow = 2.0
    assert await made_by(service) == "id-1"
