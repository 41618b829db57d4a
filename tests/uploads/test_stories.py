"""Every story in tests/scenarios ends as it says, on a clock that jumps."""

from pathlib import Path
from typing import Any

import pytest
from support.stories import FOLDER, Played, best_fixed, play, read

STORIES = sorted(FOLDER.glob("*.toml"))


def measured(played: Played, expected: dict[str, Any], story: dict[str, Any]) -> dict[str, float]:
    """What was seen of each measure that a story speaks of."""
    between = expected["between"]
    seen: dict[str, float] = {}
    for measure in expected.keys() - {"between"}:
        if measure in ("limit", "in_flight"):
            values = played.seen(measure, between)
            seen[measure] = sum(values) / len(values)
        elif measure == "goodput":
            best = best_fixed(story, story["fixed"], between)
            seen[measure] = played.destination.goodput(between) / best
        elif measure == "waste":
            seen[measure] = played.requests(between) / played.useful(between)
        elif measure == "requests":
            seen[measure] = played.requests(between)
        elif measure == "probes":
            seen[measure] = played.probes()
    return seen


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_ends_as_it_says(path: Path) -> None:
    """Each measure lies in its range, in each stretch of time that is spoken of."""
    story = read(path)
    played = play(story)

    for expected in story["expect"]:
        seen = measured(played, expected, story)
        assert seen.keys() == expected.keys() - {"between"}
        for measure, value in seen.items():
            least, most = expected[measure]
            assert least <= value <= most, (measure, expected["between"], value)


def test_a_story_is_the_same_every_time() -> None:
    """Nothing in it depends on the machine or the day."""
    story = read(FOLDER / "outage.toml")

    first, second = play(story), play(story)

    assert first.samples == second.samples
    assert first.events == second.events
