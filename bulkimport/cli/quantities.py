"""Sizes, times and shares as people write them: `64MiB`, `2h30m`, `1%`."""

import re
from dataclasses import dataclass

from bulkimport.errors import UsageError

SIZES = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
TIME = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


@dataclass(frozen=True, slots=True)
class Share:
    """A limit as a number of rows or as per cent of all."""

    rows: int | None = None
    percent: float | None = None


def parse_size(text: str) -> int:
    """Read `64MiB`, `25000000` or `1.5 GB` as bytes. Raises UsageError."""
    match = SIZE.fullmatch(text.strip())
    if not match or match[2].lower() not in SIZES:
        raise UsageError(f"{text!r} is no size", remedy="write it as 64MiB or 25000000")
    return int(float(match[1]) * SIZES[match[2].lower()])


def parse_seconds(text: str) -> float:
    """Read `90`, `25s`, `10m` or `2h30m` as seconds. Raises UsageError."""
    parts = TIME.findall(text.strip())
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise UsageError(f"{text!r} is no length of time", remedy="write it as 90s, 10m or 2h30m")
    return sum(float(number) * SECONDS[unit] for number, unit in parts)


def parse_share(text: str) -> Share:
    """Read `500` as rows, `1%` as per cent. Raises UsageError."""
    number = text.strip().removesuffix("%")
    try:
        if number != text.strip():
            return Share(percent=float(number))
        return Share(rows=int(number))
    except ValueError as error:
        raise UsageError(
            f"{text!r} is neither a number of rows nor a share", remedy="write 500 or 1%"
        ) from error
