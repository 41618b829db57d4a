"""All shards together: how fast, when again, and what an outage costs."""

import asyncio

import pytest
from support.scripted import Answer, ScriptedDestination, Vanish, parcel_of
from support.story import SETTINGS, Story, now
from support.virtual import virtual

from bulkimport.errors import DestinationAway
from bulkimport.events import LimitChanged, OutageBegan, OutageEnded, Retried
from bulkimport.model import Accepted, Receipt, TryLater
from bulkimport.settings import Settings
from bulkimport.uploads.gate import FAILURES_IN_A_ROW

BUSY = TryLater("too many requests", doubt=False, pushback=True)
BROKEN = TryLater("internal error", doubt=False)


@virtual
async def test_trouble_without_doubt_is_waited_out_without_a_question() -> None:
    """Nothing was committed, so there is nothing to ask."""
    story = Story(ScriptedDestination([Answer(BROKEN)] * 3))

    assert await story.submit(parcel_of("one")) == Accepted(Receipt("one", "import-0"))
    assert story.destination.sends == [0.0, 0.25, 0.75, 1.75]
    assert story.destination.questions == []
    assert [event.delay for event in story.told(Retried)] == [0.25, 0.5, 1.0]


@virtual
async def test_the_service_is_never_asked_earlier_than_it_wants() -> None:
    """Retry-After holds for the shard that was told and for all others."""
    busy = TryLater("too many requests", doubt=False, pushback=True, retry_after=30.0)
    story = Story(ScriptedDestination([Answer(busy)]))

    first = asyncio.create_task(story.submit(parcel_of("one")))
    await story.pace.clock.sleep(1)
    second = asyncio.create_task(story.submit(parcel_of("two")))
    await asyncio.gather(first, second)

    told, *later = story.destination.sends
    assert told == 0.0
    assert all(30.0 <= at <= 33.0 for at in later)
    assert [event.delay for event in story.told(Retried)] == [30.0]


@virtual
async def test_retry_after_is_kept_by_questions_too() -> None:
    """A reply in doubt that asks to come later is not followed by a look-up at once."""
    doubtful = TryLater("bad gateway", doubt=True, retry_after=20.0)
    story = Story(ScriptedDestination([Answer(doubtful)]))

    await story.submit(parcel_of("one"))

    assert min(at for _, at in story.destination.questions) >= 20.0


@virtual
async def test_no_permit_is_held_while_waiting() -> None:
    """Others use the wire while a shard in doubt waits for its window."""
    story = Story(ScriptedDestination([Vanish()]), Settings(max_in_flight=1))
    waiting = asyncio.create_task(story.submit(parcel_of("one")))
    await story.pace.clock.sleep(1)

    await story.submit(parcel_of("two"))

    assert now() < 2
    await waiting


@pytest.mark.parametrize("moment", [0.0, 0.5, 1.0, 1.2, 30.0, 61.5])
@virtual
async def test_cancelling_at_any_moment_gives_all_permits_back(moment: float) -> None:
    """While sending, waiting for a permit, backing off or asking."""
    story = Story(
        ScriptedDestination([Vanish(), Answer(BROKEN)], service=1.0), Settings(max_in_flight=1)
    )
    tasks = [asyncio.create_task(story.submit(parcel_of(name))) for name in "abc"]
    await story.pace.clock.sleep(moment)

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert story.pace.statistics().permits.in_flight == 0
    assert story.destination.on_the_wire == 0
    assert await story.submit(parcel_of("d")) == Accepted(
        Receipt("d", f"import-{len(story.destination.commits) - 1}")
    )


@virtual
async def test_an_outage_costs_what_was_in_flight_and_probes() -> None:
    """Sixty shards wait ten minutes for the price of the first few failures and the probes."""
    story = Story(ScriptedDestination(away=[(10.0, 610.0)], service=4.0))
    parcels = [parcel_of(f"{number}") for number in range(60)]

    outcomes = await asyncio.gather(*(story.submit(parcel) for parcel in parcels))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(story.destination.commits) == 60
    in_vain = [at for at in story.destination.sends if 10 <= at < 610]
    (ended,) = story.told(OutageEnded)
    assert len(in_vain) <= SETTINGS.max_in_flight + ended.probes
    assert ended.probes <= 25
    assert len(story.told(OutageBegan)) == 1


@virtual
async def test_an_outage_longer_than_the_patience_ends_everything() -> None:
    """All that wait are told so, soon after the patience has ended."""
    story = Story(ScriptedDestination(away=[(0.0, 1e9)]))
    tasks = [asyncio.create_task(story.submit(parcel_of(f"{number}"))) for number in range(30)]

    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {DestinationAway}
    assert SETTINGS.outage_patience <= now() <= SETTINGS.outage_patience + 60
    assert str(outcomes[0]).startswith("nothing succeeded for 900 s: connection refused")
    assert len(story.destination.sends) <= 45
    assert story.pace.statistics().permits.in_flight == 0


@virtual
async def test_an_empty_budget_parks_the_work_though_some_succeeds() -> None:
    """Every second submit fails, so nothing fails five times in a row, and it is an outage still.

    When it is over the budget is half full, and serves for another while.
    """
    story = Story(
        ScriptedDestination(
            [step for _ in range(60) for step in (Answer(BROKEN), None)], service=1.0
        )
    )
    for number in range(40):
        await story.submit(parcel_of(f"{number}"))

    began = story.told(OutageBegan)
    assert began[0] == OutageBegan("too many submits must be repeated: internal error")
    assert 2 <= len(began) <= 3
    assert len(story.told(OutageEnded)) == len(began)


@virtual
async def test_a_limit_begins_at_half_of_what_was_good_after_an_outage() -> None:
    """And listeners are told."""
    story = Story(ScriptedDestination(away=[(30.0, 60.0)], service=1.0), Settings(max_in_flight=8))
    parcels = [parcel_of(f"{number}") for number in range(400)]

    await asyncio.gather(*(story.submit(parcel) for parcel in parcels))

    limits = [event.limit for event in story.told(LimitChanged)]
    ended = story.events.index(story.told(OutageEnded)[0])
    after = [event.limit for event in story.events[ended:] if isinstance(event, LimitChanged)]
    assert limits[0] == 8
    assert after[:2] == [4, 8]


@virtual
async def test_what_went_over_the_wire_is_counted() -> None:
    """Submits, those to be repeated, and questions."""
    story = Story(ScriptedDestination([Answer(BROKEN), Vanish(commits_after=0.0)]))

    await story.submit(parcel_of("one"))

    counted = story.pace.statistics()
    assert (counted.submits, counted.retries, counted.questions) == (2, 2, 2)
    assert (counted.permits.peak, counted.permits.waiting) == (1, 0)


@virtual
async def test_a_question_that_is_pushed_back_is_asked_again_when_wanted() -> None:
    """Retry-After of a question is kept too, and is no sign of an outage."""
    story = Story(ScriptedDestination())
    wishes = [40.0] * FAILURES_IN_A_ROW
    asked = []

    async def question() -> str:
        asked.append(now())
        if wishes:
            raise DestinationAway("too many requests", retry_after=wishes.pop())
        return "answer"

    assert await story.pace.ask(question) == "answer"

    assert asked == [40.0 * number for number in range(FAILURES_IN_A_ROW + 1)]
    assert story.told(OutageBegan) == []


@virtual
@pytest.mark.parametrize("wish", [None, 3.0])
async def test_nobody_waits_past_the_end_of_patience(wish: float | None) -> None:
    """However long the gap before the next question would be, and be it an outage or pushback."""
    settings = Settings(outage_patience=5.0, backoff_base=4.0)
    story = Story(ScriptedDestination(), settings=settings)
    asked = []

    async def question() -> str:
        asked.append(now())
        raise DestinationAway("away", retry_after=wish)

    with pytest.raises(DestinationAway, match="nothing succeeded for 5 s"):
        await story.pace.ask(question)

    assert len(asked) > 1
    assert now() <= 5.0
