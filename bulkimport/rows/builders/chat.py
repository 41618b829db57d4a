"""Evaluations of a chat: which answer of which model was chosen, and how answers rank."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from uuid import UUID

from bulkimport.rows.builders.features import DataRow, Feature, Row, begin


@dataclass(frozen=True, slots=True)
class Message:
    """An answer in a chat, and the configuration of the model that gave it."""

    message_id: str
    model: str

    def members(self) -> Row:
        """The answer, as an evaluation has it."""
        return {"messageId": self.message_id, "modelConfigName": self.model}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What all evaluations share: a tool of the ontology, and the prompt that was answered."""

    feature: str | Feature
    parent_message_id: str
    _: KW_ONLY
    uuid: UUID | str | None = None

    def said(self) -> tuple[str, Row]:
        """The evaluation's format and what it says beside its prompt."""
        raise NotImplementedError

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        row = begin(data_row, self.feature, self.uuid)
        kind, said = self.said()
        data = {"parentMessageId": self.parent_message_id, **said}
        row["messageEvaluationTask"] = {"format": kind, "data": data}
        return row


@dataclass(frozen=True, slots=True)
class SingleSelection(Evaluation):
    """The one best answer to a prompt."""

    selected: Message

    def said(self) -> tuple[str, Row]:
        """One answer."""
        return "message-single-selection", self.selected.members()


@dataclass(frozen=True, slots=True)
class MultiSelection(Evaluation):
    """All good answers to a prompt."""

    selected: Sequence[Message]

    def said(self) -> tuple[str, Row]:
        """Some answers."""
        chosen = [message.members() for message in self.selected]
        return "message-multi-selection", {"selectedMessages": chosen}


@dataclass(frozen=True, slots=True)
class Ranking(Evaluation):
    """The answers to a prompt, the best first: their order is numbered from 1 without a gap."""

    ranked: Sequence[Message]

    def said(self) -> tuple[str, Row]:
        """All answers with their rank."""
        ranked = [
            {**message.members(), "order": order} for order, message in enumerate(self.ranked, 1)
        ]
        return "message-ranking", {"rankedMessages": ranked}
