"""PNGs and mask rows for tests."""

import json
import struct
import zlib
from base64 import b64encode
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: NDArray[Any], mode: str | None = None) -> bytes:
    """Pillow's PNG of an array."""
    image = Image.fromarray(np.asarray(pixels, np.uint8))
    file = BytesIO()
    (image.convert(mode) if mode else image).save(file, "PNG")
    return file.getvalue()


def four_billion_pixels() -> bytes:
    """A header that claims them, and little behind it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 65_536, 65_536, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return SIGNATURE + chunk + b"\0\0\0\0IDAT"


def colours(*labels: int, height: int = 4) -> NDArray[np.uint8]:
    """An RGB picture of columns, each of one label: red + 256 green + 65,536 blue."""
    line = [[label & 255, label >> 8 & 255, label >> 16] for label in labels]
    return np.array([line] * height, np.uint8)


def mask_row(key: str, mask: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """One mask of an image."""
    uuid = f"{number:032x}"
    return {"uuid": uuid, "dataRow": {"globalKey": key}, "name": "road", "mask": mask}


def embedded(data: bytes, colour: int = 1) -> dict[str, Any]:
    """The payload of a composite in the row."""
    rgb = [colour & 255, colour >> 8 & 255, colour >> 16]
    return {"imBytes": b64encode(data).decode(), "colorRGB": rgb}


def ndjson(rows: list[dict[str, Any]]) -> str:
    """Rows as lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)
