"""What an export holds and rows cannot carry is counted by kind; a sentence says what it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.converted import Outcome
from support.exported import data_row

from bulkimport.formats.losses import SENTENCES, Loss, Losses, loss_sentence

Convert = Callable[..., Outcome]
JSON = dict[str, Any]
BOX = {"top": 1, "left": 2, "height": 3, "width": 4}


def label_of(one: JSON) -> JSON:
    """The only label of a data row."""
    [found] = one["projects"]["project-1"]["labels"]
    return found  # type: ignore[no-any-return]


def project(one: JSON) -> JSON:
    """The project of a data row."""
    found: JSON = one["projects"]["project-1"]
    return found


def drawn(one: JSON) -> JSON:
    """The only object of its label."""
    [found] = label_of(one)["annotations"]["objects"]
    return found  # type: ignore[no-any-return]


LOST: dict[str, tuple[Callable[[JSON], object], int]] = {
    "label-details": (lambda one: label_of(one).update(label_details={"created_by": "x"}), 1),
    "reviews": (lambda one: label_of(one)["label_details"].update(reviews=[{}, {}]), 2),
    "performance": (lambda one: label_of(one).update(performance_details={"seconds": 1}), 1),
    "benchmarks": (
        lambda one: label_of(one).update(performance_details={"benchmark_reference_label": "x"}),
        1,
    ),
    "workflow": (lambda one: project(one).update(project_details={"workflow_status": "DONE"}), 1),
    "issues": (lambda one: label_of(one).update(issues=[{}]), 1),
    "attachments": (lambda one: one.update(attachments=[{}, {}, {}]), 3),
    "metadata": (lambda one: one.update(metadata_fields=[{}]), 1),
    "embeddings": (lambda one: one.update(embeddings=[{}]), 1),
    "predictions": (
        lambda one: one.update(
            experiments={"m": {"runs": {"r": {"labels": [{}], "predictions": [{}, {}]}}}}
        ),
        3,
    ),
    "scores": (lambda one: drawn(one).update(confidence=0.5), 1),
    "unanswered": (
        lambda one: drawn(one).update(classifications=[{"name": "q"}, {"name": "r"}]),
        2,
    ),
    "mask-urls": (
        lambda one: drawn(one).update(bounding_box=None, mask={"url": "https://h/m.png"}),
        1,
    ),
    "mask-order": (
        lambda one: drawn(one).update(
            bounding_box=None, composite_mask={"url": "https://h/m.png", "color_rgb": [1, 2, 3]}
        ),
        1,
    ),
    "document-units": (lambda one: drawn(one).update(page_number=1), 1),
    "informative": (lambda one: drawn(one).update(page_number=1, page_dimensions={}), 1),
    "token-lengths": (
        lambda one: drawn(one).update(
            bounding_box=None, location={"start": 2, "end": 3, "token": "three"}
        ),
        1,
    ),
    "no-row-form: ImageCuboid": (
        lambda one: drawn(one).update(bounding_box=None, annotation_kind="ImageCuboid"),
        1,
    ),
    "label-ids": (lambda _: None, 1),
    "feature-ids": (lambda _: None, 1),
    "schema-ids": (lambda _: None, 1),
}


@pytest.mark.parametrize("name", LOST)
def test_a_loss_is_counted(name: str, convert: Convert) -> None:
    """Under its own name, and the row that is left goes."""
    change, count = LOST[name]
    one = data_row([[{"name": "car", "uuid": "f", "bbox": BOX}]])
    change(one)

    outcome = convert([one])

    assert outcome.lost[name] == count
    assert outcome.refused == []


def test_an_astral_token_fits_in_either_count_of_characters(convert: Convert) -> None:
    """Whether offsets count code points or UTF-16 units is documented nowhere."""
    for end in (0, 1):
        one = data_row([[{"name": "car", "uuid": "f", "bbox": BOX}]])
        drawn(one).update(bounding_box=None, location={"start": 0, "end": end, "token": "𝄞"})
        assert "token-lengths" not in convert([one]).lost


def test_data_rows_without_a_label_are_counted(convert: Convert) -> None:
    """They have no row."""
    assert convert([data_row([])]).lost == {"unlabelled-data-rows": 1}


def test_nothing_is_counted_of_what_is_refused() -> None:
    """Counts made on the way to an error are forgotten, those before it stay."""
    losses = Losses()
    losses.add(Loss.REVIEWS, 2)

    def counted_and_raised() -> None:
        with losses.all_or_none():
            losses.add(Loss.REVIEWS)
            losses.add_kind("Cuboid")
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        counted_and_raised()

    assert losses.counts() == {"reviews": 2}


def test_nothing_lost_is_no_loss() -> None:
    """Zero is not told."""
    losses = Losses()
    losses.add(Loss.REVIEWS, 0)

    assert losses.counts() == {}


def test_every_loss_has_a_sentence() -> None:
    """For people; also a kind without a row form."""
    assert set(SENTENCES) == {*(loss.value for loss in Loss), "no-row-form"}
    assert loss_sentence("no-row-form: ImageCuboid") == SENTENCES["no-row-form"]
    assert all(10 < len(loss_sentence(name)) < 80 for name in SENTENCES)


def test_the_page_says_what_may_be_lost() -> None:
    """Every kind, with its sentence."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "conversion.md").read_text()

    for name, sentence in SENTENCES.items():
        shown = "no-row-form: KIND" if name == "no-row-form" else str(name)
        assert f"| `{shown}` | {sentence} |" in page
