"""Evaluations of a chat."""

import pytest
from support.checked import faults

from bulkimport.rows.builders.chat import (
    Evaluation,
    Message,
    MultiSelection,
    Ranking,
    SingleSelection,
)
from bulkimport.rows.builders.features import DataRow
from bulkimport.rows.builders.label import Label

A, B = Message("a", "M1"), Message("b", "M2")
A_WIRE = {"messageId": "a", "modelConfigName": "M1"}
B_WIRE = {"messageId": "b", "modelConfigName": "M2"}


@pytest.mark.parametrize(
    ("evaluation", "task"),
    [
        (
            SingleSelection("n", "p", A),
            {"format": "message-single-selection", "data": {"parentMessageId": "p", **A_WIRE}},
        ),
        (
            MultiSelection("n", "p", [A, B]),
            {
                "format": "message-multi-selection",
                "data": {"parentMessageId": "p", "selectedMessages": [A_WIRE, B_WIRE]},
            },
        ),
        (
            Ranking("n", "p", [B, A], uuid="00000000-0000-0000-0000-000000000001"),
            {
                "format": "message-ranking",
                "data": {
                    "parentMessageId": "p",
                    "rankedMessages": [{**B_WIRE, "order": 1}, {**A_WIRE, "order": 2}],
                },
            },
        ),
    ],
)
def test_an_evaluation_is_its_task(evaluation: Evaluation, task: dict[str, object]) -> None:
    """A ranking is numbered by its order."""
    label = Label(DataRow(id="c" * 25), [evaluation])

    (row,) = label.__rows__()

    assert row["messageEvaluationTask"] == task
    assert faults([label], media="chat") == []
