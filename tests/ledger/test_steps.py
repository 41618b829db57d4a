"""Steps are on disk when the call that writes them returns, and belong to one piece of work."""

from pathlib import Path

import pytest

from bulkimport.errors import RunMismatch
from bulkimport.ledger.steps import Step, Steps, StepState


def test_what_is_written_is_read_by_the_next_process(tmp_path: Path) -> None:
    """In the order of their first writing, with their facts."""
    steps = Steps.open(tmp_path, digest="work")
    steps.intend("dataset", before=["a"])
    steps.finish("plan", rows=3)
    steps.finish("dataset", id="b")

    found = Steps.open(tmp_path, digest="work").all()

    assert list(found) == ["dataset", "plan"]
    assert found["dataset"] == Step(StepState.DONE, {"id": "b"})
    assert found["plan"].facts == {"rows": 3}


def test_a_step_of_which_nothing_is_written_is_planned(tmp_path: Path) -> None:
    """And opening alone writes nothing."""
    steps = Steps.open(tmp_path, digest="work")

    assert steps["any"] == Step()
    assert steps["any"].state is StepState.PLANNED
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_has_begun_may_have_happened(tmp_path: Path) -> None:
    """It is neither planned nor done."""
    Steps.open(tmp_path, digest="work").intend("batch", before=[])

    found = Steps.open(tmp_path, digest="work")["batch"]

    assert found.intended
    assert not found.done


def test_steps_of_other_work_are_refused(tmp_path: Path) -> None:
    """The remedy is to ask as before, or to begin anew."""
    Steps.open(tmp_path, digest="work").finish("plan")

    with pytest.raises(RunMismatch, match="has changed"):
        Steps.open(tmp_path, digest="other")
