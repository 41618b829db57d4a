"""Sizes, times and shares as people write them: `64MiB`, `2h30m`, `1%`."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bulkimport.errors import UsageError

SIZES = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
    "tib": 1 << 40,
}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
SIZE = re.compile(rf"{NUMBER}\s*([a-z]*)", re.IGNORECASE)
TIME = re.compile(rf"{NUMBER}([smhd])")
PLAIN_TIME = re.compile(NUMBER)
SHARE = re.compile(rf"{NUMBER}\s*%")
ROWS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Share:
    """A limit as a number of rows or as per cent of all."""

    rows: int | None = None
    percent: float | None = None


def parse_size(text: str, *, place: str = "") -> int:
    """Read `64MiB`, `25000000` or `1.5 GB`, the value of the flag `place`, as a byte or more.

    Raises UsageError.
    """
    match = SIZE.fullmatch(text.strip())
    unit = SIZES.get(match[2].lower(), 0) if match else 0
    size = int(Fraction(match[1]) * unit) if match else 0
    if not size:
        remedy = "write it as 64MiB or 25000000"
        raise UsageError(f"{text!r} is no size", place=place, remedy=remedy)
    return size


def parse_seconds(text: str, *, place: str = "") -> float:
    """Read `90`, `25s`, `10m` or `2h30m`, the flag `place`, as seconds. Raises UsageError."""
    words = text.strip()
    if PLAIN_TIME.fullmatch(words):
        return float(words)
    parts = TIME.findall(words)
    if not parts or "".join(number + unit for number, unit in parts) != words:
        remedy = "write it as 90s, 10m or 2h30m"
        raise UsageError(f"{text!r} is no length of time", place=place, remedy=remedy)
    return sum(float(number) * SECONDS[unit] for number, unit in parts)


def parse_share(text: str, *, place: str = "") -> Share:
    """Read `500` as rows, `1%` as per cent, of the flag `place`. Raises UsageError."""
    words = text.strip()
    if share := SHARE.fullmatch(words):
        return Share(percent=float(share[1]))
    if ROWS.fullmatch(words):
        return Share(rows=int(words))
    raise UsageError(
        f"{text!r} is neither a number of rows nor a share", place=place, remedy="write 500 or 1%"
    )
