"""Judges one COCO document as the platform does: the first of its faults fails it whole.

Nothing here is shared with the checks that documents pass before they are sent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import orjson

from bulkimport.sandbox.labellerr.shapes import Canvas, check_shapes
from bulkimport.sandbox.verdicts import Unfit, invalid

LISTS: Final = ("images", "annotations", "categories")
TOLD: Final = 10

Node = Mapping[str, Any]


@dataclass(kw_only=True)
class Document:
    """A document that is fit: its annotations by the `file_name` of their image.

    `images` holds every name, with annotations or without.
    """

    images: list[str] = field(default_factory=list)
    annotations: dict[str, list[Node]] = field(default_factory=dict)


def judged(body: bytes, classes: Collection[str] = ()) -> Document:
    """Return a document by file names; raises Unfit with the faults found, ten at most.

    Only category names in `classes` pass when there are any. Costs some ten times the body.
    """
    document = read(body)
    faults = islice(_faults(document, classes), TOLD)
    if found := list(faults):
        raise Unfit("ValidationError", "; ".join(found))
    return _by_name(document)


def read(body: bytes) -> Mapping[str, list[Any]]:
    """Return the three lists of a document; raises Unfit when it is none."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(f"The file is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise invalid("The file is not a JSON object")
    lacking = [name for name in LISTS if not isinstance(document.get(name), list)]
    if lacking:
        raise invalid(f"The file has no list of {', '.join(lacking)}")
    return {name: document[name] for name in LISTS}


def written(annotations: list[Node]) -> bytes:
    """Return annotations as JSON; raises Unfit for what could be read but not written.

    For one image at a time: what orjson writes takes some kilobytes however short it is.
    """
    try:
        return orjson.dumps(annotations)
    except orjson.JSONEncodeError as error:
        raise invalid("an annotation is nested too deeply") from error


def _by_name(document: Mapping[str, list[Any]]) -> Document:
    names = {image["id"]: image["file_name"] for image in document["images"]}
    fit = Document(images=sorted(set(names.values())))
    for annotation in document["annotations"]:
        fit.annotations.setdefault(names[annotation["image_id"]], []).append(annotation)
    return fit


def _faults(document: Mapping[str, list[Any]], classes: Collection[str]) -> Iterable[str]:
    """Yield every fault of a document, one sentence each."""
    for name in LISTS:
        yield from _twice(document[name], name)
    for number, image in enumerate(document["images"]):
        if not isinstance(image, dict) or not _is_name(image.get("file_name")):
            yield f"images[{number}] has no file_name"
    for number, category in enumerate(document["categories"]):
        if not isinstance(category, dict) or not _is_name(category.get("name")):
            yield f"categories[{number}] has no name"
        elif classes and category["name"] not in classes:
            yield f"category {category['name']!r} is no class of the project"
    images, categories = _by_id(document["images"]), _by_id(document["categories"])
    canvases = {identity: Canvas.of(image) for identity, image in images.items()}
    for number, annotation in enumerate(document["annotations"]):
        fault = _fault_of(annotation, canvases, categories)
        if fault:
            yield f"annotations[{number}]: {fault}"


def _fault_of(
    annotation: object, canvases: Mapping[int, Canvas], categories: Mapping[int, Node]
) -> str | None:
    """Return what is wrong with one annotation, None when nothing is."""
    if not isinstance(annotation, dict):
        return "it is not an object"
    image, category = annotation.get("image_id"), annotation.get("category_id")
    if type(image) is not int or image not in canvases:
        return f"image_id {image!r} is not in images"
    if type(category) is not int or category not in categories:
        return f"category_id {category!r} is not in categories"
    try:
        check_shapes(annotation, canvases[image], categories[category])
    except Unfit as unfit:
        return unfit.message
    return None


def _twice(elements: list[Any], name: str) -> Iterable[str]:
    """Yield a fault for each element without an id of its own."""
    seen: set[int] = set()
    for number, element in enumerate(elements):
        identity = element.get("id") if isinstance(element, dict) else None
        if type(identity) is not int:
            yield f"{name}[{number}] has no id that is a whole number"
        elif identity in seen:
            yield f"{name}[{number}] has the id {identity} of another"
        else:
            seen.add(identity)


def _by_id(elements: list[Any]) -> dict[int, Node]:
    return {
        element["id"]: element
        for element in elements
        if isinstance(element, dict) and type(element.get("id")) is int
    }


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)
