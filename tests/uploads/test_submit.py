"""One parcel becomes one import, whatever the wire does."""

import asyncio

import pytest
from support.scripted import Answer, ScriptedDestination, Vanish, parcel_of
from support.virtual import EPOCH, VirtualClock, virtual

from bulkimport.errors import (
    CredentialsRefused,
    DestinationAway,
    DestinationRefused,
    FateUnknown,
    RunMismatch,
)
from bulkimport.events import BytesSent, Event, OutageBegan, OutageEnded, Retried
from bulkimport.model import Accepted, NameTaken, Parcel, Receipt, Refused, TooLarge, TryLater
from bulkimport.model import Unknown as UnknownFate
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace
from bulkimport.uploads.submit import Outcome, confirm_single, submit

WINDOW = 60.0
SETTINGS = Settings()
BUSY = TryLater("too many requests", doubt=False, pushback=True)
BROKEN = TryLater("internal error", doubt=False)


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

    async def intend(self, at: float) -> None:
        """Write the intent down, which takes a moment."""
        await asyncio.sleep(0)
        self.intents.append(at)

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


@virtual
async def test_a_parcel_that_is_accepted_is_sent_once() -> None:
    """One intent, one send, no question."""
    story = Story(ScriptedDestination())

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"))
    assert story.intents == [EPOCH]
    assert (len(story.destination.sends), story.destination.questions) == (1, [])


@virtual
async def test_a_lost_reply_is_adopted_and_not_sent_again() -> None:
    """The import is there under our name with our bytes: it is ours."""
    story = Story(ScriptedDestination([Vanish(commits_after=0.0)]))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(story.destination.sends) == 1
    assert len(story.destination.commits) == 1


@pytest.mark.parametrize("seconds", [1.0, 17.0, 59.9])
@virtual
async def test_a_commit_within_the_window_is_adopted(seconds: float) -> None:
    """The service is asked until the window has passed, so a late commit is seen."""
    story = Story(ScriptedDestination([Vanish(commits_after=seconds)], unique=False))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(story.destination.sends) == 1


@virtual
async def test_what_was_never_committed_is_sent_again_after_the_window() -> None:
    """The last question is asked when the window has passed, the send comes after it."""
    story = Story(ScriptedDestination([Vanish()]))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"))
    first, second = story.destination.sends
    last_question = story.destination.questions[-1][1]
    assert second >= last_question >= first + WINDOW
    assert len(story.intents) == 2


@virtual
async def test_questions_over_the_window_are_few() -> None:
    """Gaps grow, so a window costs a handful of requests."""
    story = Story(ScriptedDestination([Vanish()]))

    await story.submit(parcel_of("one"))

    assert 3 <= len(story.destination.questions) <= 10


@virtual
async def test_a_commit_after_the_window_under_names_that_are_not_unique_is_found_out() -> None:
    """Nobody can see it coming; when the shard settles, the names are counted."""
    story = Story(ScriptedDestination([Vanish(commits_after=WINDOW + 5)], unique=False))
    outcome = await story.submit(parcel_of("one"))
    await story.pace.clock.sleep(60)

    doubled = await confirm_single("one", destination=story.destination, pace=story.pace)

    assert outcome == Accepted(Receipt("one", "import-0"))
    assert len(story.intents) == 2
    assert doubled == UnknownFate("the destination holds 2 imports of this name")


@virtual
async def test_a_name_that_is_there_once_is_confirmed() -> None:
    """Nothing is said of a resent shard that is there once."""
    story = Story(ScriptedDestination([Vanish()]))
    await story.submit(parcel_of("one"))

    assert await confirm_single("one", destination=story.destination, pace=story.pace) is None


@virtual
async def test_a_commit_after_the_window_under_unique_names_is_adopted() -> None:
    """The second send meets the name of the first one and adopts it."""
    story = Story(ScriptedDestination([Vanish(commits_after=WINDOW + 0.5)], service=1.0))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(story.destination.sends) == 2
    assert len(story.destination.commits) == 1


@virtual
async def test_our_own_import_from_an_earlier_run_is_adopted() -> None:
    """Names are made from content, so the name of a lost run folder's import is ours."""
    story = Story(ScriptedDestination())
    receipt = story.destination.put("one", b"row\n")

    assert await story.submit(parcel_of("one")) == Accepted(receipt, adopted=True)


@virtual
async def test_a_strangers_import_under_our_name_is_refused() -> None:
    """Its bytes are not ours, and nothing of ours was committed."""
    story = Story(ScriptedDestination())
    story.destination.put("one", b"other\n")

    outcome = await story.submit(parcel_of("one"))

    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, DestinationRefused)
    assert str(outcome.error) == (
        "one: an import of this name exists and carries other rows than ours"
    )
    assert not outcome.fatal


@virtual
async def test_a_strangers_import_leaves_a_shard_in_doubt_unknown() -> None:
    """Ours may be there too, behind the stranger's."""
    story = Story(ScriptedDestination())
    story.destination.put("one", b"other\n")

    outcome = await story.submit(parcel_of("one"), in_doubt=True)

    assert isinstance(outcome, UnknownFate)
    assert story.destination.sends == []


@virtual
async def test_a_name_that_is_taken_by_nobody_is_unknown() -> None:
    """The service contradicts itself over the whole window."""
    story = Story(ScriptedDestination([Answer(NameTaken())]))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == UnknownFate("the name is taken, but no import of this name is shown")
    assert len(story.destination.sends) == 1
    assert now() >= WINDOW


@virtual
async def test_an_import_whose_input_cannot_be_compared_is_unknown() -> None:
    """It may be ours, and nobody can tell any more."""

    class Expired(ScriptedDestination):
        async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:
            raise FateUnknown("its input is gone")

    story = Story(Expired([Vanish(commits_after=0.0)]))

    assert await story.submit(parcel_of("one")) == UnknownFate("its input is gone")


@virtual
async def test_a_refusal_after_a_doubt_is_checked_by_name() -> None:
    """The first send was committed after all, and the second is refused because of it."""
    refused = Refused(DestinationRefused("validation failed"), fatal=False)
    script = [Vanish(commits_after=WINDOW + 0.5), Answer(refused)]
    story = Story(ScriptedDestination(script, service=1.0))

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(story.destination.sends) == 2


@pytest.mark.parametrize(
    "verdict",
    [
        TooLarge("413"),
        Refused(CredentialsRefused("wrong key"), fatal=True),
        Refused(DestinationRefused("no such project"), fatal=True),
    ],
)
@virtual
async def test_a_definite_answer_ends_it(verdict: TooLarge | Refused) -> None:
    """What will be answered the same again is not asked again."""
    story = Story(ScriptedDestination([Answer(verdict)]))

    assert await story.submit(parcel_of("one")) is verdict
    assert (len(story.destination.sends), story.destination.questions) == (1, [])


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


@virtual
async def test_retry_after_is_kept_by_questions_too() -> None:
    """A reply in doubt that asks to come later is not followed by a look-up at once."""
    doubtful = TryLater("bad gateway", doubt=True, retry_after=20.0)
    story = Story(ScriptedDestination([Answer(doubtful)]))

    await story.submit(parcel_of("one"))

    assert min(at for _, at in story.destination.questions) >= 20.0


@virtual
async def test_a_resumed_shard_is_asked_for_before_it_is_sent() -> None:
    """Over the whole window from now, as nobody knows when the earlier process ended."""
    story = Story(ScriptedDestination())

    outcome = await story.submit(parcel_of("one"), in_doubt=True)

    assert outcome == Accepted(Receipt("one", "import-0"))
    assert story.destination.sends[0] >= WINDOW


@pytest.mark.parametrize(("ago", "waits"), [(10.0, 50.0), (60.0, 0.0), (4000.0, 0.0), (-5.0, 60.0)])
@virtual
async def test_the_window_counts_from_the_last_possible_send(ago: float, waits: float) -> None:
    """What has passed since then is not waited again; a clock set back gains nothing."""
    story = Story(ScriptedDestination())

    await story.submit(parcel_of("one"), in_doubt=True, since=EPOCH - ago)

    assert story.destination.sends == [waits]
    assert story.destination.questions[-1] == ("find", waits)


@virtual
async def test_the_intent_is_written_before_every_send() -> None:
    """At the moment of a send as many intents are known as sends were made."""

    class Watchful(ScriptedDestination):
        async def send(self, parcel: Parcel) -> Accepted | TryLater:
            assert len(story.intents) == len(self.sends) + 1
            return await super().send(parcel)

    story = Story(Watchful([Answer(BROKEN), Vanish(), Answer(BUSY)]))

    await story.submit(parcel_of("one"))

    assert len(story.intents) == 4


@virtual
async def test_nothing_is_sent_when_the_intent_cannot_be_written() -> None:
    """A full disk stops the send and gives the permit back."""
    story = Story(ScriptedDestination())

    async def full(at: float) -> None:
        raise OSError(at)

    with pytest.raises(OSError, match="1750000000"):
        await submit(
            parcel_of("one"),
            destination=story.destination,
            pace=story.pace,
            on_intend=full,
            window=WINDOW,
        )

    assert story.destination.sends == []
    assert story.pace.statistics().permits.in_flight == 0


@virtual
async def test_bytes_of_a_failed_attempt_are_taken_back() -> None:
    """What listeners add up is what the accepted attempt carried."""
    body = b"0123456789\n"
    story = Story(ScriptedDestination([Answer(BROKEN), Answer(BUSY, after_body=False)]))

    await story.submit(parcel_of("one", body))

    sizes = [event.bytes for event in story.told(BytesSent)]
    assert sizes == [4, 4, 3, -11, 4, 4, 3]


@virtual
async def test_a_source_that_changed_ends_the_submit_with_nothing_committed() -> None:
    """The stream notices before its last slice leaves; the permit is given back."""

    async def changed() -> object:
        yield b"row"
        raise RunMismatch("the source changed")

    story = Story(ScriptedDestination())
    parcel = Parcel("one", 1, 4, "digest", changed)

    with pytest.raises(RunMismatch):
        await story.submit(parcel)

    assert story.destination.commits == []
    assert story.pace.statistics().permits.in_flight == 0
    assert [event.bytes for event in story.told(BytesSent)] == [3, -3]


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
async def test_a_doubt_outlasts_an_outage() -> None:
    """The look-up that decides is one that was answered after the window."""
    destination = ScriptedDestination([Vanish(commits_after=100.0)], away=[(1.0, 300.0)])
    story = Story(destination)

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(destination.sends) == 1
