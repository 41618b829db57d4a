"""Pictures are fetched ahead, in order, within bounds, and with the patience of uploads."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from support.virtual import VirtualClock, virtual

from bulkimport.destinations.pictures import MOST_BYTES, Lack, Missing
from bulkimport.engine.fetching import AHEAD_BYTES, ATTEMPTS, GIVEN_UP, Fetching
from bulkimport.engine.shutdown import Stop
from bulkimport.errors import BudgetReached, DestinationAway
from bulkimport.events import Event, OutageBegan, OutageEnded
from bulkimport.settings import Settings

TOGETHER = 4
AWAY = Missing("status 503", Lack.AWAY)
BROKEN = Missing("status 500", Lack.BROKEN)
GONE = Missing("status 404", Lack.FOR_GOOD)

Answers = Callable[[str, int], bytes | Missing]


@dataclass
class ScriptedPictures:
    """Answers by address and attempt, a second each; counts what is under way."""

    answers: Answers
    under_way: int = 0
    most_under_way: int = 0
    asked: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)

    async def attempt(self, address: str, *, most: int) -> bytes | Missing:
        """Take a second."""
        self.asked.append(address)
        self.limits.append(most)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(1)
        finally:
            self.under_way -= 1
        found = self.answers(address, Counter(self.asked)[address])
        if isinstance(found, bytes) and len(found) > most:
            return Missing("large", Lack.LARGE)
        return found

    async def close(self) -> None:
        """Have nothing to give back."""


def fetching(
    answers: Answers, *, told: list[Event] | None = None, stop: Stop | None = None
) -> tuple[Fetching, ScriptedPictures]:
    """One with scripted pictures and half chances."""
    pictures = ScriptedPictures(answers)
    heard: list[Event] = [] if told is None else told
    fetch = Fetching(
        pictures,  # type: ignore[arg-type]
        settings=Settings(max_in_flight=TOGETHER),
        clock=VirtualClock(),
        chance=lambda: 0.5,
        listener=heard.append,
        stop=stop or Stop(),
    )
    return fetch, pictures


def addresses(count: int) -> list[str]:
    """So many of one host."""
    return [f"https://pictures.test/{number}" for number in range(count)]


async def all_of(fetch: Fetching, wanted: Sequence[str]) -> list[bytes | Missing]:
    """Expected, then taken one after another."""
    fetch.expect(wanted)
    return [await fetch.take(address) for address in wanted]


def itself(address: str, attempt: int) -> bytes:
    """The address as its picture."""
    del attempt
    return address.encode()


def gone_after(seconds: float) -> Answers:
    """A host that is there for so long."""

    def answers(address: str, attempt: int) -> bytes | Missing:
        del attempt
        return address.encode() if asyncio.get_running_loop().time() < seconds else AWAY

    return answers


@virtual
async def test_pictures_are_fetched_side_by_side_each_once_in_order() -> None:
    """As many at once as may be; forty take the time of ten."""
    fetch, pictures = fetching(itself)
    wanted = addresses(40)

    assert await all_of(fetch, wanted) == [address.encode() for address in wanted]
    assert pictures.asked == wanted
    assert pictures.most_under_way == TOGETHER
    assert asyncio.get_running_loop().time() == 40 / TOGETHER


@virtual
async def test_nothing_is_fetched_faster_than_it_is_taken() -> None:
    """Who looks slowly is waited for: the window moves with him."""
    fetch, pictures = fetching(itself)
    fetch.expect(addresses(40))
    await asyncio.sleep(100)

    assert len(pictures.asked) == TOGETHER
    await fetch.take(addresses(1)[0])
    await asyncio.sleep(100)
    assert len(pictures.asked) == TOGETHER + 1
    await fetch.close()


@virtual
async def test_what_is_too_large_to_wait_is_fetched_again_at_its_turn() -> None:
    """So memory is bounded by the window, and by one picture."""
    large = b"x" * (AHEAD_BYTES // TOGETHER + 1)
    fetch, pictures = fetching(lambda *_: large)

    assert await all_of(fetch, addresses(1)) == [large]
    assert pictures.limits == [AHEAD_BYTES // TOGETHER, MOST_BYTES]


@virtual
async def test_what_nobody_comes_for_does_not_stand_in_the_way() -> None:
    """Rows that were refused before their turn are passed over, also a whole window of them."""
    fetch, pictures = fetching(itself)
    wanted = addresses(20)
    fetch.expect(wanted)
    await asyncio.sleep(0)

    assert await fetch.take(wanted[10]) == wanted[10].encode()
    assert [await fetch.take(one) for one in wanted[11:]] == [one.encode() for one in wanted[11:]]
    assert pictures.most_under_way == TOGETHER
    assert await fetch.take(wanted[0]) == wanted[0].encode()


@pytest.mark.parametrize(
    ("found", "attempts"), [(GONE, 1), (BROKEN, ATTEMPTS), (AWAY, ATTEMPTS)], ids=str
)
@virtual
async def test_a_picture_that_cannot_be_had_is_a_fault_after_so_many_attempts(
    found: Missing, attempts: int
) -> None:
    """So it is where the host has never answered: it may not exist."""
    fetch, pictures = fetching(lambda *_: found)

    assert await all_of(fetch, addresses(1)) == [found]
    assert len(pictures.asked) == attempts


@virtual
async def test_one_bad_picture_does_not_hold_up_the_others() -> None:
    """Its host gives others, so it is about this picture, whatever the host says."""
    wanted = addresses(30)
    fetch, pictures = fetching(lambda one, _: AWAY if one == wanted[7] else one.encode())
    found = await all_of(fetch, wanted)

    assert [at for at, one in enumerate(found) if isinstance(one, Missing)] == [7]
    assert Counter(pictures.asked)[wanted[7]] == ATTEMPTS


@virtual
async def test_a_host_that_never_answers_is_given_up() -> None:
    """A thousand rows that name it cost little more than some."""
    fetch, pictures = fetching(lambda *_: AWAY)
    found = await all_of(fetch, addresses(1_000))

    assert all(isinstance(one, Missing) for one in found)
    assert len(pictures.asked) < GIVEN_UP + TOGETHER


@virtual
async def test_an_outage_is_waited_for() -> None:
    """Minutes without an answer make no row's fault, and few requests."""
    told: list[Event] = []

    def answers(address: str, attempt: int) -> bytes | Missing:
        del attempt
        return AWAY if 10 < asyncio.get_running_loop().time() < 300 else address.encode()

    fetch, pictures = fetching(answers, told=told)
    wanted = addresses(100)

    assert await all_of(fetch, wanted) == [address.encode() for address in wanted]
    assert [type(event) for event in told] == [OutageBegan, OutageEnded]
    assert "pictures.test" in getattr(told[0], "reason", "")
    assert len(pictures.asked) < 2 * len(wanted)


@virtual
async def test_patience_ends() -> None:
    """Rows are not rejected for it: the run stops, to be started again."""
    wanted = addresses(10)
    fetch, _ = fetching(gone_after(1.5))

    with pytest.raises(DestinationAway, match="nothing succeeded"):
        await all_of(fetch, wanted)
    await fetch.close()


@virtual
async def test_whoever_waits_for_a_picture_can_be_stopped() -> None:
    """At once, however long the host is away."""
    stop = Stop()
    wanted = addresses(2)
    fetch, _ = fetching(gone_after(1.5), stop=stop)
    await fetch.take(wanted[0])
    waiting = asyncio.ensure_future(fetch.take(wanted[1]))
    await asyncio.sleep(60)
    stop.because(DestinationAway("somebody asked"))

    with pytest.raises(BudgetReached):
        await waiting
    assert asyncio.get_running_loop().time() < 62
    await fetch.close()
