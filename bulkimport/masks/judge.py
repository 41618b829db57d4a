"""The payloads of mask rows against their pictures: what is wrong, each with its place.

The payload has passed the rules over single rows, so its members have the right types.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from bulkimport.masks.gallery import Gallery, Seen
from bulkimport.masks.pictures import BITS_OF_A_BYTE, Fault, Picture, Trouble

Payload = dict[str, Any]
Size = tuple[float, float]

MOST_SET = 1
UNKNOWN: Size = (float("nan"), float("nan"))


class Flaw(StrEnum):
    """What can be wrong with a mask; `engine` knows the rules."""

    NOT_PNG = Trouble.NOT_PNG.value
    TOO_LARGE = Trouble.TOO_LARGE.value
    TRUNCATED = Trouble.TRUNCATED.value
    CORRUPT = Trouble.CORRUPT.value
    UNREACHABLE = Trouble.UNREACHABLE.value
    COLOUR_MISSING = "colour-missing"
    COLOUR_UNNAMED = "colour-unnamed"
    WRONG_SIZE = "wrong-size"
    NOT_BINARY = "not-binary"
    EMPTY = "empty"
    PALETTE = "palette"
    ALPHA_OR_DEEP = "alpha-or-deep"


@dataclass(frozen=True, slots=True)
class Flawed:
    """One flaw: its JSON path in the row, and what was found."""

    flaw: Flaw
    path: str
    found: str


def judge_mask(mask: Payload, gallery: Gallery, size: Size = UNKNOWN) -> list[Flawed]:
    """Everything that is wrong with the payload of an image's mask.

    `size` is the asset's width and height, NaN where unknown.
    """
    if "png" in mask:
        return _binary(gallery.embedded(mask["png"]).picture, size)
    if "counts" in mask:
        height, width = mask["size"]
        flaws = _size((width, height), size, "$.mask.size")
        empty = not any(mask["counts"][1::2])
        return flaws + [Flawed(Flaw.EMPTY, "$.mask.counts", "no pixel")] * empty
    member = "imBytes" if "imBytes" in mask else "instanceURI"
    path = f"$.mask.{member}"
    seen, flaws = _look(mask, member, gallery, path=path)
    if seen is None or isinstance(seen.picture, Fault):
        return flaws
    flaws += _size((seen.picture.width, seen.picture.height), size, path)
    if not seen.name(label(mask["colorRGB"])) and seen.picture.complete:
        flaws.append(Flawed(Flaw.COLOUR_MISSING, "$.mask.colorRGB", str(mask["colorRGB"])))
    return flaws


def judge_masks(masks: Payload, gallery: Gallery, size: Size = UNKNOWN) -> list[Flawed]:
    """Everything that is wrong with the payload of a video's masks.

    Colours are judged only when all frames can be seen.
    """
    flaws: list[Flawed] = []
    labels = [label(instance["colorRGB"]) for instance in masks["instances"]]
    found: set[int] = set()
    whole = True
    for index, frame in enumerate(masks["frames"]):
        member = "imBytes" if "imBytes" in frame else "instanceURI"
        path = f"$.masks.frames[{index}].{member}"
        seen, wrong = _look(frame, member, gallery, path=path)
        flaws += wrong
        if seen is None or isinstance(seen.picture, Fault):
            whole = False
            continue
        if not np.isfinite(size).all():
            # Frames of one video are of one size, whatever it is.
            size = (seen.picture.width, seen.picture.height)
        flaws += _size((seen.picture.width, seen.picture.height), size, path)
        whole &= seen.picture.complete
        for colour in labels:
            seen.name(colour)
        found.update(seen.labels.tolist())
        unnamed = sorted(set(seen.labels.tolist()) - {0, *labels})
        if unnamed:
            flaws.append(Flawed(Flaw.COLOUR_UNNAMED, path, _some(unnamed)))
    if whole:
        flaws += [
            Flawed(
                Flaw.COLOUR_MISSING,
                f"$.masks.instances[{index}].colorRGB",
                str(masks["instances"][index]["colorRGB"]),
            )
            for index, colour in enumerate(labels)
            if colour not in found
        ]
    return flaws


def addresses(payload: Payload) -> Iterator[str]:
    """The pictures that the judging of a row looks for elsewhere, in its order."""
    for holder in [payload["mask"]] if "mask" in payload else payload["masks"]["frames"]:
        if not {"png", "counts", "imBytes"} & holder.keys() and "instanceURI" in holder:
            yield holder["instanceURI"]


def label(colour: Sequence[int]) -> int:
    """The label of a colour: red + 256 green + 65,536 blue."""
    red, green, blue = colour
    return red | green << 8 | blue << 16


def _look(
    payload: Payload, member: str, gallery: Gallery, *, path: str
) -> tuple[Seen | None, list[Flawed]]:
    if member == "imBytes":
        seen = gallery.embedded(payload[member])
    else:
        fetched = gallery.fetched(payload[member])
        if fetched is None:
            return None, []
        seen = fetched
    if isinstance(seen.picture, Fault):
        return seen, [_fault(seen.picture, path)]
    return seen, _mode(seen.picture, path)


def _binary(picture: Picture | Fault, size: Size) -> list[Flawed]:
    path = "$.mask.png"
    if isinstance(picture, Fault):
        return [_fault(picture, path)]
    labels = picture.colours["label"]
    flaws = _size((picture.width, picture.height), size, path)
    if picture.mode != "grey" or picture.bits > BITS_OF_A_BYTE or labels.max() > MOST_SET:
        found = f"{picture.mode} of {picture.bits} bits up to {labels.max()}"
        return [*flaws, Flawed(Flaw.NOT_BINARY, path, found)]
    return flaws + [Flawed(Flaw.EMPTY, path, "no pixel")] * (not labels.any())


def _mode(picture: Picture, path: str) -> list[Flawed]:
    found = f"{picture.mode} of {picture.bits} bits"
    if picture.mode == "palette":
        return [Flawed(Flaw.PALETTE, path, found)]
    if picture.mode in {"rgba", "grey-alpha"} or picture.bits > BITS_OF_A_BYTE:
        return [Flawed(Flaw.ALPHA_OR_DEEP, path, found)]
    return []


def _size(found: tuple[int, int], wanted: Size, path: str) -> list[Flawed]:
    # A comparison with NaN is true, so what is unknown is asked for first.
    same = all(
        not np.isfinite(side) or is_side == side
        for is_side, side in zip(found, wanted, strict=True)
    )
    width, height = found
    return [] if same else [Flawed(Flaw.WRONG_SIZE, path, f"{width} by {height}")]


def _fault(fault: Fault, path: str) -> Flawed:
    return Flawed(Flaw(fault.trouble.value), path, fault.found)


def _some(labels: list[int]) -> str:
    colours = [[label & 255, label >> 8 & 255, label >> 16] for label in labels[:3]]
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""  # noqa: PLR2004
    return ", ".join(map(str, colours)) + more
