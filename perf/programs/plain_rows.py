"""The rules over one row of an image, in plain Python: what a careful person writes first.

For boxes, polygons, points and answers, with names held to an ontology. A test holds it to what
`bulkimport check` says.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

Json = Any
Object = Mapping[str, Any]
Point = tuple[float, float]
Edge = tuple[Point, Point]
# Behind a rule: the lesser case of it, which only warns.
MILD = "?"

PAYLOADS = {
    "bbox": dict,
    "polygon": list,
    "line": list,
    "point": dict,
    "mask": dict,
    "masks": dict,
    "segments": list,
    "location": dict,
    "textSelections": list,
    "relationship": dict,
    "answer": (str, dict, list),
    "answers": list,
    "messageEvaluationTask": dict,
    "metricValue": object,
}
OTHERS = {
    *("dataRow", "uuid", "name", "schemaId", "classifications", "confidence", "customMetrics"),
    *("messageId", "page", "unit", "groupKey", "frames", "isBenchmarkReferenceLabel"),
    *("metricName", "featureName", "subclassName", "aggregation"),
}
TOOL_OF_KIND = {"bbox": "rectangle", "polygon": "polygon", "point": "point"}
HEX = re.compile(r"[0-9a-fA-F]{32}")
CUID = re.compile(r"[0-9a-zA-Z]{25}")
SIDES = ("top", "left", "height", "width")


class Features:
    """An ontology's features by name, and the questions below tools and options."""

    def __init__(self, ontology: Object) -> None:
        """Index what stands at the top."""
        self.tools = {tool["name"]: tool for tool in ontology["tools"]}
        self.questions = {one["name"]: one for one in ontology["classifications"]}


def broken(row: Json, features: Features) -> list[str]:
    """Every rule that a row breaks; a row that cannot be read at all breaks one alone."""
    envelope = next(_envelope(row), None)
    return [envelope] if envelope else list(_inside(row, features))


def data_row(row: Object) -> tuple[str, str]:
    """Which data row it belongs to: global keys do not care for case."""
    reference = row["dataRow"]
    if reference.get("id"):
        return "id", reference["id"]
    return "globalKey", reference["globalKey"].lower()


def payload(row: Object) -> str:
    """What the row carries."""
    return next(key for key in PAYLOADS if row.get(key) is not None)


def _envelope(row: Json) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "R-FILE-1"
        return
    yield from _reference(row.get("dataRow"))
    uuid = row.get("uuid")
    if uuid is not None and not (isinstance(uuid, str) and _is_uuid(uuid)):
        yield "R-ID-1"
    found = [key for key in PAYLOADS if row.get(key) is not None]
    if not found:
        yield "R-KIND-1"
    elif len(found) > 1:
        yield "R-KIND-2"
    elif found == ["metricValue"]:
        yield "R-MODE-2"
    elif not isinstance(row[found[0]], PAYLOADS[found[0]]):
        yield "R-KIND-5"
    else:
        yield from _named(row)


def _reference(reference: Json) -> Iterator[str]:
    if not isinstance(reference, dict):
        yield "R-DR-1"
        return
    names = [reference.get(name) for name in ("id", "globalKey")]
    if any(name is not None and not isinstance(name, str) for name in names):
        yield "R-DR-3"
    elif sum(map(bool, names)) != 1:
        yield "R-DR-2"
    elif names[1] and len(names[1]) > 200:
        yield "R-DR-5"


def _is_uuid(text: str) -> bool:
    bare = text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text
    return bool(HEX.fullmatch(bare.replace("-", "")))


def _named(row: Object) -> Iterator[str]:
    name, schema_id = row.get("name"), row.get("schemaId")
    for text in (name, schema_id):
        if text is not None and not isinstance(text, str):
            yield "R-KIND-5"
    if name is None and schema_id is None:
        yield "R-NAME-1"
    elif name == "":
        yield "R-NAME-4"
    elif schema_id is not None and len(schema_id) != 25:
        yield "R-NAME-2"


def _inside(row: Object, features: Features) -> Iterator[str]:
    if row.get("uuid") is None:
        yield "R-ID-5"
    own_id = row["dataRow"].get("id")
    if own_id and not CUID.fullmatch(own_id):
        yield "R-DR-4"
    if any(key not in PAYLOADS and key not in OTHERS for key in row):
        yield "R-KIND-3"
    kind = payload(row)
    if kind in ("masks", "segments", "location", "textSelections", "messageEvaluationTask"):
        yield "R-KIND-4"
        yield from _tool(row, features, "")
    elif kind in TOOL_OF_KIND:
        yield from GEOMETRY[kind](row[kind])
        yield from _tool(row, features, TOOL_OF_KIND[kind])
    elif kind in ("answer", "answers"):
        yield from _question(row, features)


def _tool(row: Object, features: Features, wanted: str) -> Iterator[str]:
    tool = features.tools.get(row["name"])
    if tool is None:
        yield "R-ONT-2" if row["name"] in features.questions else "R-ONT-1"
    elif tool["tool"] != wanted:
        yield "R-ONT-2"
    else:
        below = {one["name"]: one for one in tool.get("classifications", ())}
        for question in row.get("classifications") or ():
            yield from _below(question, below)


def _question(row: Object, features: Features) -> Iterator[str]:
    question = features.questions.get(row["name"])
    if question is None:
        yield "R-ONT-2" if row["name"] in features.tools else "R-ONT-1"
    answer = row["answer"] if row.get("answer") is not None else row["answers"]
    yield from _answer(answer, question)


def _answer(answer: Json, question: Object | None) -> Iterator[str]:
    form = question["type"] if question else None
    if isinstance(answer, str):
        if form in ("radio", "checklist"):
            yield "R-CLS-2"
        elif not answer:
            yield "R-CLS-6"
    elif isinstance(answer, dict):
        if form in ("text", "checklist"):
            yield "R-CLS-2" if form == "text" else f"R-CLS-2{MILD}"
        yield from _option(answer, question)
    elif isinstance(answer, list):
        if not answer:
            yield "R-CLS-3"
        elif form in ("text", "radio"):
            yield f"R-CLS-2{MILD}" if form == "radio" and len(answer) == 1 else "R-CLS-2"
        names = [option.get("name") for option in answer if isinstance(option, dict)]
        if len(set(names)) < len(names):
            yield "R-CLS-4"
        for option in answer:
            yield from _option(option, question)
    else:
        yield "R-CLS-1"


def _option(option: Json, question: Object | None) -> Iterator[str]:
    if not isinstance(option, dict):
        yield "R-CLS-1"
        return
    if not isinstance(option.get("name"), str):
        yield "R-NAME-1" if option.get("name") is None else "R-KIND-5"
        return
    if not option["name"]:
        yield "R-NAME-4"
        return
    known = {one["label"]: one for one in question["options"]} if question else {}
    if question and option["name"] not in known:
        yield "R-CLS-5"
    below = {one["name"]: one for one in known.get(option["name"], {}).get("options", ())}
    for asked in option.get("classifications") or ():
        yield from _below(asked, below if option["name"] in known else None)


def _below(asked: Json, below: Mapping[str, Object] | None) -> Iterator[str]:
    if not isinstance(asked, dict):
        yield "R-KIND-5"
        return
    if asked.get("name") is None:
        yield "R-NAME-1"
        return
    if any(key in asked for key in ("dataRow", "uuid", "bbox", "polygon", "point")):
        yield "R-CLS-7"
    if below is not None and asked["name"] not in below:
        yield "R-ONT-3"
    if asked.get("answer") is None:
        yield "R-CLS-1"
    else:
        yield from _answer(asked["answer"], (below or {}).get(asked["name"]))


def _box(box: Object) -> Iterator[str]:
    if set(box) != set(SIDES):
        yield "R-BBOX-1"
    sides = [box[side] for side in SIDES if side in box]
    if not all(map(_is_number, sides)):
        yield "R-KIND-5"
    elif len(sides) == len(SIDES):
        top, left, height, width = sides
        if height < 0 or width < 0:
            yield "R-BBOX-2"
        elif height == 0 or width == 0:
            yield "R-BBOX-3"
        if top < 0 or left < 0:
            yield "R-BBOX-4"


def _point(point: Json) -> Iterator[str]:
    if not isinstance(point, dict) or not {"x", "y"} <= set(point):
        yield "R-POINT-1"
    elif not all(map(_is_number, (point["x"], point["y"]))):
        yield "R-KIND-5"


def _polygon(vertices: list[Any]) -> Iterator[str]:
    faults = [fault for vertex in vertices for fault in _vertex(vertex)]
    if faults:
        yield from faults
        return
    points = [(vertex["x"], vertex["y"]) for vertex in vertices]
    if len(points) < 3:
        yield "R-POLY-1"
        return
    ring = points[:-1] if points[0] == points[-1] else points
    if len(set(ring)) < 3:
        yield "R-POLY-3"
    elif _crosses(ring):
        yield "R-POLY-4"
    elif _area(ring) == 0:
        yield "R-POLY-3"


def _vertex(vertex: Json) -> Iterator[str]:
    if not isinstance(vertex, dict) or not {"x", "y"} <= set(vertex):
        yield "R-POLY-1"
    elif not all(map(_is_number, (vertex["x"], vertex["y"]))):
        yield "R-KIND-5"


def _crosses(ring: list[Point]) -> bool:
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    return any(_cross(one, other) for one, other in combinations(edges, 2))


def _cross(one: Edge, other: Edge) -> bool:
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return math.copysign(1, turn) if (turn := _turn(a, b, c)) else 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(ring: Iterable[Point]) -> float:
    points = list(ring)
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum(x * down - across * y for (x, y), (across, down) in pairs)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


GEOMETRY = {"bbox": _box, "polygon": _polygon, "point": _point}
