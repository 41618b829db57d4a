"""Taking an export's JSON apart, with one way to say that it is not what an export is."""

import re
from typing import Any, Final

JSON = dict[str, Any]
DECIMAL: Final = re.compile("-?[0-9]{1,18}")
# Whole numbers below this are exact in a float of 64 bits.
EXACT: Final = 1 << 53


class Malformed(Exception):
    """The JSON is no export of labels. `member` is what was looked for, `found` what was there.

    Caught where it becomes a rejection, never shown.
    """

    def __init__(self, member: str, *, expected: str, found: object) -> None:
        super().__init__(member)
        self.member = member
        self.expected = expected
        self.found = "nothing" if found is None else _words(found)


def object_of(value: Any, member: str) -> JSON:  # noqa: ANN401 - this and below: any JSON
    """Give an object; nothing or null is an empty one."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise Malformed(member, expected="an object", found=value)


def list_of(value: Any, member: str) -> list[Any]:  # noqa: ANN401
    """Give a list; nothing or null is an empty one."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise Malformed(member, expected="a list", found=value)


def objects_of(value: Any, member: str) -> list[JSON]:  # noqa: ANN401
    """Give a list of objects; nothing or null is an empty one."""
    return [object_of(each, member) for each in list_of(value, member)]


def whole_of(value: Any, member: str) -> int:  # noqa: ANN401
    """Give a whole number, also one that is a decimal string, as in the keys of frames."""
    if type(value) is int:
        return value
    if isinstance(value, str) and DECIMAL.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    raise Malformed(member, expected="a whole number", found=value)


def _words(value: object) -> str:
    kinds = {dict: "an object", list: "a list", bool: "true or false", str: "text"}
    return kinds.get(type(value), "a number")
