"""One parcel becomes one import, whatever the wire does."""

import pytest
from support.scripted import Answer, ScriptedDestination, Vanish, parcel_of
from support.story import WINDOW, Story, now
from support.virtual import EPOCH, virtual

from bulkimport.errors import (
    CredentialsRefused,
    DestinationRefused,
    FateUnknown,
    RunMismatch,
)
from bulkimport.events import BytesSent
from bulkimport.model import Accepted, NameTaken, Parcel, Receipt, Refused, TooLarge, TryLater
from bulkimport.model import Unknown as UnknownFate
from bulkimport.uploads.submit import Intent, confirm_single, submit

BUSY = TryLater("too many requests", doubt=False, pushback=True)
BROKEN = TryLater("internal error", doubt=False)


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

    async def full(intent: Intent) -> None:
        raise OSError(intent.sent_at)

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
async def test_a_doubt_outlasts_an_outage() -> None:
    """The look-up that decides is one that was answered after the window."""
    destination = ScriptedDestination([Vanish(commits_after=100.0)], away=[(1.0, 300.0)])
    story = Story(destination)

    outcome = await story.submit(parcel_of("one"))

    assert outcome == Accepted(Receipt("one", "import-0"), adopted=True)
    assert len(destination.sends) == 1
