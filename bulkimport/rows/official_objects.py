"""Objects of the official SDK: geometry, masks, entities."""

from collections.abc import Callable

from bulkimport.errors import UsageError
from bulkimport.rows.builders.document import DocumentBox, DocumentEntity, TextSelection, Unit
from bulkimport.rows.builders.features import Shape
from bulkimport.rows.builders.geometry import Box, Line, Point, Polygon
from bulkimport.rows.builders.masks import BinaryMask, UrlMask
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.text import ConversationEntity, TextEntity
from bulkimport.rows.official_classifications import questions_below
from bulkimport.rows.official_parts import (
    Official,
    confidence_of,
    feature_of,
    metrics_of,
    official_kind,
)


def object_of(annotation: Official, *, uuid: str | None) -> Object:
    """An ObjectAnnotation, with the `uuid` of its row."""
    return Object(
        feature_of(annotation),
        shape_of(annotation.value),
        questions_below(annotation),
        uuid=uuid,
        confidence=confidence_of(annotation),
        metrics=metrics_of(annotation),
    )


def shape_of(value: Official) -> Shape:
    """The shape that a value of the SDK is. Raises UsageError for what is none."""
    make = _SHAPES.get(official_kind(value) or "")
    if make is None:
        raise UsageError(f"{type(value).__name__} is no shape of an object")
    return make(value)


def _point(value: Official) -> Point:
    return Point(value.x, value.y)


def _box(value: Official) -> Box:
    return Box.between(_point(value.start), _point(value.end))


def _document_box(value: Official) -> DocumentBox:
    return DocumentBox(_box(value), value.page, Unit(value.unit.value))


def _line(value: Official) -> Line:
    return Line([_point(point) for point in value.points])


def _polygon(value: Official) -> Polygon:
    return Polygon([_point(point) for point in value.points])


def _mask(value: Official) -> Shape:
    """A mask by URL stays one; of any other the pixels of its colour, as the SDK decodes it."""
    colour = value.color
    if value.mask.url is not None:
        red, green, blue = (colour,) * 3 if isinstance(colour, int) else colour
        return UrlMask(value.mask.url, (red, green, blue))
    return BinaryMask.where(value.mask.value, colour)


def _text(value: Official) -> TextEntity:
    return TextEntity(value.start, value.end)


def _conversation(value: Official) -> ConversationEntity:
    return ConversationEntity(value.message_id, value.start, value.end)


def _document(value: Official) -> DocumentEntity:
    return DocumentEntity(
        [
            TextSelection(selection.group_id, selection.token_ids, selection.page)
            for selection in value.text_selections
        ]
    )


_SHAPES: dict[str, Callable[[Official], Shape]] = {
    "Point": _point,
    "Rectangle": _box,
    "DocumentRectangle": _document_box,
    "Line": _line,
    "Polygon": _polygon,
    "Mask": _mask,
    "TextEntity": _text,
    "ConversationEntity": _conversation,
    "DocumentEntity": _document,
}
