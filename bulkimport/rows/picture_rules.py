"""The rules about pictures of masks, by the names of what is wrong with them (`masks`)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PICTURE_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not-png": "R-PNG-1",
        "too-large": "R-PNG-2",
        "truncated": "R-PNG-3",
        "corrupt": "R-PNG-4",
        "unreachable": "R-PNG-5",
    }
)
