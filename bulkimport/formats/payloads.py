"""Objects of an export as payloads of rows: all media but video.

Kinds are told by the member that holds the payload, since the names of kinds are not all known.

| in the export                                   | in the row                              |
|-------------------------------------------------|-----------------------------------------|
| bounding_box, polygon, line, point              | bbox, polygon, line, point              |
| bounding_box with page_number                   | bbox, page, unit (points when not said) |
| composite_mask {url, color_rgb}                 | mask {instanceURI, colorRGB}            |
| mask {url}, older: one white image              | mask {instanceURI, colorRGB: white}     |
| location {start, end}                           | location                                |
| location {groups}                               | textSelections                          |
| conversational_location {message_id, location}  | messageId, location                     |
| selected_message(s), ranked_messages            | messageEvaluationTask                   |
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.shape import JSON, list_of, object_of, objects_of
from bulkimport.formats.tasks import multiple, ranking, single

SIDES: Final = ("top", "left", "height", "width")
WHITE: Final = (255, 255, 255)
POINTS: Final = "points"


def payload_of(thing: JSON, losses: Losses) -> JSON | None:
    """The members of a row that hold its payload; None when the kind has no row form."""
    for member, make in PAYLOADS.items():
        if thing.get(member) is not None:
            return make(thing, losses)
    return None


def box_of(thing: JSON) -> JSON:
    """A bounding box: its four sides."""
    box = object_of(thing["bounding_box"], "bounding_box")
    return {side: box[side] for side in SIDES if side in box}


def _bounding_box(thing: JSON, losses: Losses) -> JSON:
    if thing.get("page_number") is None:
        return {"bbox": box_of(thing)}
    box = object_of(thing["bounding_box"], "bounding_box")
    unit = box.get("unit") or thing.get("unit") or POINTS
    losses.add(Loss.DOCUMENT_UNITS)
    losses.add(Loss.INFORMATIVE, int("page_dimensions" in thing))
    return {"bbox": box_of(thing), "page": thing["page_number"], "unit": str(unit).upper()}


def _as_it_is(member: str) -> Callable[[JSON, Losses], JSON]:
    return lambda thing, _: {member: thing[member]}


def _composite_mask(thing: JSON, losses: Losses) -> JSON:
    mask = object_of(thing["composite_mask"], "composite_mask")
    losses.add(Loss.MASK_URLS)
    losses.add(Loss.MASK_ORDER)
    return {"mask": {"instanceURI": mask.get("url"), "colorRGB": mask.get("color_rgb")}}


def _own_mask(thing: JSON, losses: Losses) -> JSON:
    mask = object_of(thing["mask"], "mask")
    losses.add(Loss.MASK_URLS)
    return {"mask": {"instanceURI": mask.get("url"), "colorRGB": list(WHITE)}}


def _location(thing: JSON, losses: Losses) -> JSON:
    location = object_of(thing["location"], "location")
    if "groups" not in location:
        return {"location": _span(location, losses)}
    groups = objects_of(location["groups"], "groups")
    losses.add(Loss.INFORMATIVE, sum("text" in group for group in groups))
    return {"textSelections": [_selection(group) for group in groups]}


def _span(location: JSON, losses: Losses) -> JSON:
    span: JSON = {end: location[end] for end in ("start", "end") if end in location}
    token = location.get("token")
    if isinstance(token, str):
        losses.add(Loss.INFORMATIVE)
        lengths = (len(token), len(token.encode("utf-16-le", "surrogatepass")) // 2)
        whole = all(type(end) is int for end in span.values()) and len(span) == len(lengths)
        fits = whole and span["end"] - span["start"] + 1 in lengths
        losses.add(Loss.TOKENS, int(not fits))
    return span


def _selection(group: JSON) -> JSON:
    tokens = list_of(group.get("tokens"), "tokens")
    ids = [token.get("id") if isinstance(token, dict) else token for token in tokens]
    return {"groupId": group.get("id"), "tokenIds": ids, "page": group.get("page_number")}


def _in_message(thing: JSON, losses: Losses) -> JSON:
    place = object_of(thing["conversational_location"], "conversational_location")
    location = object_of(place.get("location"), "location")
    return {"messageId": place.get("message_id"), "location": _span(location, losses)}


PAYLOADS: Final[Mapping[str, Callable[[JSON, Losses], JSON]]] = MappingProxyType(
    {
        "bounding_box": _bounding_box,
        "polygon": _as_it_is("polygon"),
        "line": _as_it_is("line"),
        "point": _as_it_is("point"),
        "composite_mask": _composite_mask,
        "mask": _own_mask,
        "conversational_location": _in_message,
        "location": _location,
        "selected_message": lambda thing, _: single(thing),
        "selected_messages": lambda thing, _: multiple(thing),
        "ranked_messages": lambda thing, _: ranking(thing),
    }
)
