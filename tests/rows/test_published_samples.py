"""What the official SDK publishes and writes passes the check: no false rejection.

Its sdist has sample rows in its tests. BULKIMPORT_SDK_SDIST names the unpacked folder; without it
only what the installed serialiser writes is checked.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import official_page
from support.checked import faults
from support.official_types import (
    an_object,
    below,
    box,
    conversation_entity,
    document_box,
    document_entity,
    image,
    label,
    lb_types,
    mask,
    message,
    option,
    point,
    question,
    radio,
    serialised,
    task,
)

FOLDER = Path(os.environ.get("BULKIMPORT_SDK_SDIST", "")) / "tests/data/assets/ndjson"
# The beginnings of the files' names; what is not named is on images.
MEDIA = {
    "video": "video",
    "text_entity": "text",
    "pdf": "document",
    "conversation": "conversational",
    "mmc": "chat",
}
# Rows of the samples that are no rows the service takes, by file and rule.
KNOWN = {
    # A URL without a colour: of which instance is it?
    ("image_import.json", "R-MASK-1"): 1,
    ("image_import_name_only.json", "R-MASK-1"): 1,
    # Letters beyond f in what should be hexadecimal.
    ("mmc_import.json", "uuid-form"): 2,
    # Metrics have had nowhere to go since model runs take no predictions.
    ("custom_confusion_matrix_import.json", "metric"): 3,
    ("custom_scalar_import.json", "metric"): 3,
    ("metric_import.json", "metric"): 1,
}


def samples() -> list[Path]:
    """The files of sample rows; one that is not there when the folder is not named."""
    return sorted(FOLDER.glob("*.json")) or [FOLDER / "none.json"]


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_sample_rows_of_the_sdist_pass(path: Path) -> None:
    """But for those that break a rule which the service has."""
    if not path.exists():
        pytest.skip("BULKIMPORT_SDK_SDIST is not set")
    media = next(
        (medium for begin, medium in MEDIA.items() if path.name.startswith(begin)), "image"
    )

    found = faults(json.loads(path.read_text()), media=media)

    known = {slug: count for (name, slug), count in KNOWN.items() if name == path.name}
    assert {slug: found.count(slug) for slug in found} == known


def polygon() -> Any:
    """A triangle, which the serialiser closes."""
    return lb_types.Polygon(points=[point(0, 0), point(4, 0), point(4, 4)])


def checklist() -> Any:
    """Two options, one with questions below it."""
    return lb_types.Checklist(answer=[option("a"), option("b", classifications=below())])


LABELS: dict[str, tuple[str, Any]] = {
    "boxes": ("image", lambda: [an_object(box(1, 2, 5, 6), classifications=below())]),
    "polygons": ("image", lambda: [an_object(polygon())]),
    "lines": ("image", lambda: [an_object(lb_types.Line(points=[point(0, 0), point(4, 0)]))]),
    "points": ("image", lambda: [an_object(point(0.5, 1))]),
    "masks by url": ("image", lambda: [an_object(mask((9, 8, 7), url="https://m.example/m.png"))]),
    "masks by pixels": ("image", lambda: [an_object(mask((9, 8, 7), arr=image()))]),
    "tiles": ("geo", lambda: [an_object(box(-99.2, 19.3, -99.1, 19.4))]),
    "radio": ("html", lambda: [question(radio("c"))]),
    "checklist": ("audio", lambda: [question(checklist())]),
    "text": ("text", lambda: [question(lb_types.Text(answer="words"))]),
    "entities": ("text", lambda: [an_object(lb_types.TextEntity(start=0, end=4))]),
    "conversations": ("conversational", lambda: [an_object(conversation_entity())]),
    "document boxes": ("document", lambda: [an_object(document_box())]),
    "document entities": ("document", lambda: [an_object(document_entity())]),
    "one chosen message": (
        "chat",
        lambda: [
            task(
                lb_types.MessageSingleSelectionTask(
                    message_id="a", model_config_name="m", parent_message_id="p"
                )
            )
        ],
    ),
    "ranked messages": (
        "chat",
        lambda: [
            task(
                lb_types.MessageRankingTask(
                    parent_message_id="p",
                    ranked_messages=[message("a", order=1), message("b", order=2)],
                )
            )
        ],
    ),
    **{
        f"video page: {name}": ("video", lambda made=made: made)
        for name, made in official_page.lists().items()
    },
}


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize("name", LABELS)
def test_what_the_official_serialiser_writes_passes(name: str) -> None:
    """For the medium of its annotations."""
    media, make = LABELS[name]
    rows = serialised(label(*make()))

    assert rows
    assert faults(rows, media=media) == []
