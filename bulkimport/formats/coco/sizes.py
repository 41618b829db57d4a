"""The sizes of images, as a file of assets that rules on coordinates can read."""

from collections.abc import Sequence
from pathlib import Path

import orjson

from bulkimport.disk import AppendFile
from bulkimport.formats.keys import ID

Size = tuple[tuple[str, str], float, float]


class SizeFile:
    """Takes sizes and writes a line for each image, as `rows/assets.py` reads them."""

    def __init__(self, path: Path) -> None:
        """Write to `path`, from its beginning."""
        self._file = AppendFile(path, size=0)

    def add(self, sizes: Sequence[Size]) -> None:
        """Take keys with width and height in pixels."""
        if sizes:
            lines = [orjson.dumps(_asset(*size)) for size in sizes]
            self._file.write(b"\n".join((*lines, b"")))

    def close(self) -> None:
        """Make all lines durable and close the file."""
        self._file.sync()
        self._file.close()


def _asset(key: tuple[str, str], width: float, height: float) -> dict[str, str | float]:
    member, value = key
    name = "id" if member == ID else "global_key"
    return {name: value, "width": width, "height": height}
