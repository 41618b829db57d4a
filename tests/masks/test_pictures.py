"""PNGs of every mode against Pillow and NumPy, and hostile ones, which get a name each."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bulkimport.masks.pictures import (
    Fault,
    Limits,
    Picture,
    Trouble,
    pack,
    read_colours,
    read_masks,
    read_pixels,
    unpack,
)
from bulkimport.masks.runs import RunLengths
from bulkimport.native import write_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: NDArray[Any], mode: str | None = None, **options: Any) -> bytes:
    """Pillow's PNG of an array."""
    image = Image.fromarray(pixels)
    if mode == "P":
        image = Image.fromarray(pixels).convert("L")
        image = Image.frombytes("P", image.size, image.tobytes())
        image.putpalette([part for entry in range(256) for part in (entry, 255 - entry, 7)])
    elif mode:
        image = image.convert(mode)
    file = BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def handmade(
    lines: bytes, width: int, height: int, *, bits: int = 8, colour: int = 0, interlace: int = 0
) -> bytes:
    """A PNG of these lines, each beginning with its filter."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace)
    body = chunk(b"IDAT", zlib.compress(lines))
    return SIGNATURE + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def blocks(shape: tuple[int, ...], most: int, seed: int = 3) -> NDArray[np.uint8]:
    """Labels in blocks, as masks have them; of no even size."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, most, shape).astype(np.uint8)
    return np.ascontiguousarray(coarse.repeat(7, 0).repeat(9, 1)[:-3, :-4])


def expected(labels: NDArray[Any]) -> dict[int, tuple[int, ...]]:
    """Count and box of each label by NumPy."""
    found = {}
    for label in np.unique(labels):
        rows, columns = np.nonzero(labels == label)
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        found[int(label)] = (len(rows), *(int(side) for side in box))
    return found


def told(picture: Picture) -> dict[int, tuple[int, ...]]:
    """Count and box of each label by us."""
    fields = ("count", "left", "top", "right", "bottom")
    return {int(one["label"]): tuple(int(one[name]) for name in fields) for one in picture.colours}


def read(data: bytes) -> Picture:
    """The colours of a good picture, which are those of its masks."""
    picture = read_colours(data)
    assert isinstance(picture, Picture)
    masks = read_masks(data)
    assert not isinstance(masks, Fault)
    assert told(masks[0]) == told(picture)
    assert {label: runs.area() for label, runs in masks[1].items()} == {
        label: found[0] for label, found in told(picture).items()
    }
    return picture


GREY = blocks((5, 6), 200)
RGB = blocks((5, 6, 3), 3)
SIXTEEN = GREY.astype(np.uint16) * 300
CASES: dict[str, tuple[bytes, str, int, NDArray[Any]]] = {
    "grey": (png(GREY), "grey", 8, GREY),
    "grey of 16 bits": (png(SIXTEEN), "grey", 16, SIXTEEN),
    "grey of 1 bit": (png((GREY > 99).astype(np.uint8) * 255, "1"), "grey", 1, GREY > 99),
    "palette": (png(GREY, "P"), "palette", 8, GREY),
    "palette of 2 bits": (png(GREY % 4, "P", bits=2), "palette", 2, GREY % 4),
    "palette of 4 bits": (png(GREY % 16, "P", bits=4), "palette", 4, GREY % 16),
    "grey and alpha": (png(GREY, "LA"), "grey-alpha", 8, GREY),
    "rgb": (png(RGB), "rgb", 8, pack(RGB)),
    "rgba": (png(RGB, "RGBA"), "rgba", 8, pack(RGB)),
    "one pixel": (png(GREY[:1, :1]), "grey", 8, GREY[:1, :1]),
    "one row": (png(RGB[:1]), "rgb", 8, pack(RGB[:1])),
    "one column": (png(RGB[:, :1]), "rgb", 8, pack(RGB[:, :1])),
    "65,536 wide": (
        png(GREY[:1].repeat(1300, 1)[:, :65_536]),
        "grey",
        8,
        GREY[:1].repeat(1300, 1)[:, :65_536],
    ),
}


@pytest.mark.parametrize(("data", "mode", "bits", "labels"), CASES.values(), ids=CASES)
def test_every_mode_has_the_counts_and_boxes_of_numpy(
    data: bytes, mode: str, bits: int, labels: NDArray[Any]
) -> None:
    """Colours, boxes, masks and pixels are all of the same picture."""
    picture = read(data)
    pixels = read_pixels(data)
    masks = read_masks(data)

    assert (picture.mode, picture.bits) == (mode, bits)
    assert (picture.height, picture.width) == labels.shape
    assert told(picture) == expected(labels)
    assert not isinstance(pixels, Fault)
    assert not isinstance(masks, Fault)
    flat = pack(pixels[1]) if pixels[1].ndim == 3 else pixels[1]
    assert np.array_equal(flat, labels)
    for label, runs in masks[1].items():
        assert runs.counts.tolist() == RunLengths.of(labels == label).counts.tolist()


def test_noise_has_the_colours_of_numpy() -> None:
    """Runs of one pixel each, and more colours than a table begins with."""
    noise = np.random.default_rng(1).integers(0, 40, (97, 103, 3)).astype(np.uint8)
    values, counts = np.unique(pack(noise), return_counts=True)
    picture = read(png(noise))

    assert picture.colours["label"].tolist() == values.tolist()
    assert picture.colours["count"].tolist() == counts.tolist()


@pytest.mark.parametrize(
    ("colour", "bits", "channels"),
    [(0, 8, 1), (2, 8, 3), (2, 16, 3), (6, 16, 4), (4, 16, 2), (0, 4, 1)],
)
def test_samples_that_pillow_does_not_write_are_read(colour: int, bits: int, channels: int) -> None:
    """Colours of 16 bits keep their upper halves; alpha is dropped."""
    raw = np.random.default_rng(2).integers(0, 256, (4, 6 * channels * bits // 8)).astype(np.uint8)
    lines = b"".join(b"\0" + line.tobytes() for line in raw)
    found = read_pixels(handmade(lines, 6, 4, bits=bits, colour=colour))

    assert not isinstance(found, Fault)
    samples = raw if bits != 16 else raw.reshape(4, -1, 2)[..., 0]
    if bits == 4:
        samples = np.stack([raw >> 4, raw & 15], -1).reshape(4, -1)
    elif colour == 4:
        wide = raw.reshape(4, 6, 2, 2).astype(np.uint16)
        assert found[1].tolist() == (wide[:, :, 0, 0] << 8 | wide[:, :, 0, 1]).tolist()
        return
    wanted = samples.reshape(4, 6, channels)[..., : min(channels, 3)]
    assert found[1].tolist() == (wanted[..., 0] if channels == 1 else wanted).tolist()


def test_an_interlaced_picture_is_read() -> None:
    """Lines that come in seven passes give the same labels."""
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    parts = [GREY[top::down, left::across] for left, top, across, down in passes]
    lines = b"".join(b"\0" + line.tobytes() for part in parts for line in part if line.size)
    data = handmade(lines, GREY.shape[1], GREY.shape[0], interlace=1)

    assert told(read(data)) == expected(GREY)


def test_a_palette_shows_its_colours() -> None:
    """The label is the entry; what is shown is its colour."""
    picture = read(png(np.array([[0, 3], [3, 9]], np.uint8), "P"))

    assert unpack(picture.shown).tolist() == [[0, 255, 7], [3, 252, 7], [9, 246, 7]]
    assert picture.show(np.array([300], np.uint32)).tolist() == [0]


def test_grey_of_few_bits_is_spread() -> None:
    """The 1 of one bit is white; 16 bits show their upper half."""
    one = read(png(np.array([[0, 255]], np.uint8), "1"))
    wide = read(png(np.array([[0x1234]], np.uint16)))

    assert one.shown.tolist() == [0, 0xFFFFFF]
    assert wide.shown.tolist() == [0x121212]


def test_too_many_colours_are_told_and_the_wanted_are_counted() -> None:
    """A photograph costs no memory, and the question that was asked has its answer."""
    noise = (
        np.arange(3 * 30 * 40, dtype=np.uint8).reshape(30, 40, 3)
        + np.arange(30, dtype=np.uint8)[:, None, None]
    )
    last = int(pack(noise)[-1, -1])
    picture = read_colours(png(noise), limits=Limits(labels=10), wanted=[last, 1])

    assert isinstance(picture, Picture)
    assert not picture.complete
    assert last in picture.colours["label"]
    assert len(picture.colours) <= 12
    assert isinstance(read_masks(png(noise), limits=Limits(labels=10)), Fault)


GOOD = png(RGB)
LARGE = SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 65_535, 65_537, 8, 2, 0, 0, 0))
HOSTILE = {
    "nothing": (b"", Trouble.NOT_PNG),
    "a JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 100, Trouble.NOT_PNG),
    "text": (b"<html>not found</html>", Trouble.NOT_PNG),
    "4 billion pixels": (LARGE + chunk(b"IDAT", b"\0" * 50), Trouble.TOO_LARGE),
    "sides of four billion": (handmade(b"\0", 2**32 - 1, 2**32 - 1), Trouble.TOO_LARGE),
    "the widest line": (handmade(b"\0", 2**31 - 1, 1), Trouble.TOO_LARGE),
    "no pixels": (handmade(b"\0", 0, 5), Trouble.CORRUPT),
    "half a signature": (SIGNATURE[:4], Trouble.TRUNCATED),
    "half a header": (GOOD[:20], Trouble.TRUNCATED),
    "half a stream": (GOOD[: len(GOOD) // 2], Trouble.TRUNCATED),
    "few lines": (handmade(b"\0\1\1\1" * 2, 3, 5), Trouble.CORRUPT),
    "no such mode": (handmade(b"\0\1\1\1", 3, 1, colour=5), Trouble.CORRUPT),
    "no palette": (handmade(b"\0\1\1\1", 3, 1, colour=3), Trouble.CORRUPT),
    "no such filter": (handmade(b"\11\1\1\1", 3, 1), Trouble.CORRUPT),
    "a bit turned": (GOOD[:60] + bytes([GOOD[60] ^ 16]) + GOOD[61:], Trouble.CORRUPT),
    "no picture": (SIGNATURE + chunk(b"IEND", b""), Trouble.CORRUPT),
}


@pytest.mark.parametrize(("data", "trouble"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("ask", [read_colours, read_masks, read_pixels])
def test_a_hostile_picture_is_named(ask: Any, data: bytes, trouble: Trouble) -> None:
    """Each way to be wrong has its name, whatever was asked."""
    found = ask(data)

    assert isinstance(found, Fault)
    assert found.trouble is trouble
    assert found.found


def test_limits_are_kept() -> None:
    """A bomb is known by its header, before a line is inflated."""
    bomb = handmade(b"\0" * (20_001 * 2_000), 20_000, 2_000)

    assert isinstance(read_colours(bomb), Picture)
    for limits in (Limits(pixels=39_999_999), Limits(inflated=39_999_999)):
        found = read_colours(bomb, limits=limits)
        assert isinstance(found, Fault)
        assert found.trouble is Trouble.TOO_LARGE


def test_no_damage_crashes() -> None:
    """Every byte turned and every length cut: a picture or a fault."""
    for at in range(len(GOOD)):
        assert isinstance(read_colours(GOOD[:at]), Fault) or at > len(GOOD) - 30
        for data in (GOOD[:at] + bytes([GOOD[at] ^ 0xA5]) + GOOD[at + 1 :],):
            assert isinstance(read_colours(data), Picture | Fault)


@pytest.mark.parametrize(("mode", "pixels"), [("grey", GREY), ("rgb", RGB), ("palette", GREY % 5)])
def test_our_pictures_are_read_by_pillow(mode: str, pixels: NDArray[np.uint8]) -> None:
    """What is written is what anybody reads."""
    palette = bytes(range(15)) if mode == "palette" else b""
    height, width = pixels.shape[:2]
    data = write_png(
        pixels.tobytes(), width=width, height=height, mode=mode, bits=8, palette=palette
    )

    assert np.array_equal(np.asarray(Image.open(BytesIO(data))), pixels)
    assert isinstance(read_pixels(data), tuple)
