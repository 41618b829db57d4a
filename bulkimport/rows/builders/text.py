"""Places in a text: characters of a text, and characters of one message of a conversation."""

from dataclasses import dataclass
from typing import Self

from bulkimport.rows.builders.features import Row


@dataclass(frozen=True, slots=True)
class TextEntity:
    """Characters of a text, from `start` to `end`, both counted from 0 and both included."""

    start: int
    end: int

    @classmethod
    def until(cls, start: int, stop: int) -> Self:
        """From `start` up to but not with `stop`, as Python's slices and most NLP tools count."""
        return cls(start, stop - 1)

    def members(self) -> Row:
        """The payload of an entity row."""
        return {"location": {"start": self.start, "end": self.end}}


@dataclass(frozen=True, slots=True)
class ConversationEntity:
    """Characters of one message, counted like those of a TextEntity within its content."""

    message_id: str
    start: int
    end: int

    @classmethod
    def until(cls, message_id: str, start: int, stop: int) -> Self:
        """From `start` up to but not with `stop`."""
        return cls(message_id, start, stop - 1)

    def members(self) -> Row:
        """The payload of an entity row, and its message."""
        return {
            "location": {"start": self.start, "end": self.end},
            "messageId": self.message_id,
        }
