"""Makers of `labelbox.types`, for those who have that package; others skip what imports this."""

import copy
from typing import Any

import numpy as np
import pytest

lb_types: Any = pytest.importorskip("labelbox.types", exc_type=ImportError)
converter: Any = pytest.importorskip("labelbox.data.serialization.ndjson.converter")

ID = "c" * 25


def serialised(*labels: Any) -> list[dict[str, Any]]:
    """What the SDK's own serialiser writes, of copies: it changes what it is given."""
    return list(converter.NDJsonConverter.serialize(copy.deepcopy(list(labels))))


def label(*annotations: Any, **more: Any) -> Any:
    """A label on an asset."""
    more.setdefault("data", {"global_key": "a"})
    return lb_types.Label(annotations=list(annotations), **more)


def point(x: float, y: float) -> Any:
    """A point."""
    return lb_types.Point(x=x, y=y)


def box(*corners: float, **more: Any) -> Any:
    """A box by two corners."""
    start, end = point(*corners[:2]), point(*corners[2:])
    return lb_types.Rectangle(start=start, end=end, **more)


def an_object(value: Any, **more: Any) -> Any:
    """An object."""
    return lb_types.ObjectAnnotation(name="n", value=value, **more)


def option(name: str, **more: Any) -> Any:
    """A chosen option."""
    return lb_types.ClassificationAnswer(name=name, **more)


def question(value: Any, name: str = "q", **more: Any) -> Any:
    """A question."""
    return lb_types.ClassificationAnnotation(name=name, value=value, **more)


def below() -> list[Any]:
    """Two questions, three deep."""
    text = question(lb_types.Text(answer="words", classifications=[question(radio("x"), "leaf")]))
    chosen = option("b", classifications=[text], confidence=0, custom_metrics=[metric()])
    return [
        question(lb_types.Checklist(answer=[option("a"), chosen]), "list"),
        question(radio("c"), feature_schema_id=ID),
    ]


def radio(name: str, **more: Any) -> Any:
    """A radio answer."""
    return lb_types.Radio(answer=option(name, **more))


def metric() -> dict[str, Any]:
    """A custom metric."""
    return {"name": "iou", "value": 0.5}


def mask(colour: Any, **image: Any) -> Any:
    """A mask of one colour."""
    return lb_types.Mask(mask=lb_types.MaskData(**image), color=colour)


def image() -> Any:
    """An image of three by two pixels with two colours."""
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 1] = (9, 8, 7)
    pixels[1, 2] = (4, 4, 4)
    return pixels


def png() -> bytes:
    """The same image as a PNG."""
    return bytes(lb_types.MaskData(arr=image()).np_to_bytes(image()))


def document_box() -> Any:
    """A box on a page."""
    return lb_types.DocumentRectangle(
        start=point(1, 2), end=point(3, 4), page=2, unit=lb_types.RectangleUnit.INCHES
    )


def document_entity() -> Any:
    """Tokens of a page."""
    selection = lb_types.DocumentTextSelection(token_ids=["t1", "t2"], group_id="g", page=1)
    return lb_types.DocumentEntity(text_selections=[selection])


def conversation_entity() -> Any:
    """Characters of a message."""
    return lb_types.ConversationEntity(start=1, end=4, message_id="m1")


def message(name: str, **more: Any) -> Any:
    """An answer of a model."""
    kind = lb_types.OrderedMessageInfo if more else lb_types.MessageInfo
    return kind(message_id=name, model_config_name=f"model {name}", **more)


def task(value: Any) -> Any:
    """An evaluation of a chat."""
    return lb_types.MessageEvaluationTaskAnnotation(name="n", value=value)


def seen(name: str, frame: int, value: Any, segment: int | None = 0, **more: Any) -> Any:
    """An object in one frame."""
    more.setdefault("keyframe", True)
    return lb_types.VideoObjectAnnotation(
        name=name, frame=frame, segment_index=segment, value=value, **more
    )


def said(name: str, frame: int, value: Any, segment: int | None = 0, **more: Any) -> Any:
    """An answer in one frame."""
    return lb_types.VideoClassificationAnnotation(
        name=name, frame=frame, segment_index=segment, value=value, **more
    )
