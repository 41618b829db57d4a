"""Tasks of a chat evaluation: which messages of a model were chosen, and in which order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bulkimport.formats.shape import JSON, object_of, objects_of

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "message_id": "messageId",
        "model_config_name": "modelConfigName",
        "parent_message_id": "parentMessageId",
        "order": "order",
    }
)


def single(thing: JSON) -> JSON:
    """One message is the best."""
    return _task("message-single-selection", _renamed(_inside(thing, "selected_message")))


def multiple(thing: JSON) -> JSON:
    """Several messages are good."""
    return _task("message-multi-selection", _several(thing, "selected_messages", "messages"))


def ranking(thing: JSON) -> JSON:
    """All messages in an order."""
    return _task("message-ranking", _several(thing, "ranked_messages", "ranked_messages"))


def _several(thing: JSON, member: str, inside: str) -> JSON:
    found = _inside(thing, member)
    name = "rankedMessages" if member == "ranked_messages" else "selectedMessages"
    messages = [_renamed(message) for message in objects_of(found.get(inside), inside)]
    return {"parentMessageId": found.get("parent_message_id"), name: messages}


def _task(task: str, data: JSON) -> JSON:
    return {"messageEvaluationTask": {"format": task, "data": data}}


def _inside(thing: JSON, member: str) -> JSON:
    return object_of(thing[member], member)


def _renamed(message: JSON) -> JSON:
    return {new: message[old] for old, new in WORDS.items() if old in message}
