"""Numbers as people read them."""

from typing import Final

_UNITS: Final = ("KiB", "MiB", "GiB", "TiB", "PiB")
_STEP: Final = 1024
_MINUTE: Final = 60
_HOUR: Final = 3600


def counted(number: int, one: str, many: str = "") -> str:
    """Write `1 row`, `1,000 rows`, `no rows`; `many` is `one` and an s unless given."""
    if number == 1:
        return f"1 {one}"
    return f"{number:,} {many or one + 's'}" if number else f"no {many or one + 's'}"


def size(number: float) -> str:
    """Write bytes: `512 bytes`, `1.5 KiB`, `64.0 MiB`."""
    if number < _STEP:
        return f"{number:.0f} bytes"
    unit = -1
    while number >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:,.1f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Write seconds: `0.4 s`, `42 s`, `3 min 05 s`, `2 h 07 min`."""
    if seconds < 9.95:  # noqa: PLR2004 (below, the tenth matters)
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
