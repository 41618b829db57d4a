"""Rows that break a rule each, made out of good ones: how, by which rule, and what may be told.

A good row here is a box of the made-up rows: `{"uuid":…,"dataRow":{"globalKey":…},"name":"vehicle",
"bbox":{…}}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Spoil = Callable[[bytes], bytes]
DEPTH: Final = 70


@dataclass(frozen=True)
class Fault:
    """One way to be wrong.

    `slug` is the rule that says so, `hint` a part of the sentence or of what is expected, `known`
    whether the data row can still be told, so that its companions are known to lack a row.
    """

    name: str
    spoil: Spoil
    slug: str
    hint: str
    known: bool = True


def swap(old: bytes, new: bytes) -> Spoil:
    """Put one text in the place of another, which must be there."""

    def spoil(row: bytes) -> bytes:
        assert old in row
        return row.replace(old, new, 1)

    return spoil


def tail(extra: bytes) -> Spoil:
    """Add a member at the end of the object."""
    return lambda row: row[:-1] + b"," + extra + b"}"


def without(first: bytes, last: bytes) -> Spoil:
    """Take away what begins with `first`, up to the next `last` and with it."""

    def spoil(row: bytes) -> bytes:
        before, begins, rest = row.partition(first)
        _, ends, after = rest.partition(last)
        assert begins
        assert ends
        return before + after

    return spoil


def instead(first: bytes, last: bytes, new: bytes) -> Spoil:
    """Put `new` where something begins with `first` and ends with the next `last`."""

    def spoil(row: bytes) -> bytes:
        before, begins, rest = row.partition(first)
        _, ends, after = rest.partition(last)
        assert begins
        assert ends
        return before + new + after

    return spoil


FAULTS: Final = (
    Fault("utf8", swap(b"vehicle", b"vehicl\xff"), "R-FILE-1", "UTF-8"),
    Fault("nan", instead(b'"top":', b",", b'"top":NaN,'), "R-FILE-4", "NaN"),
    Fault("huge", instead(b'"top":', b",", b'"top":-1e400,'), "R-FILE-4", "-1e400"),
    Fault("cut off", lambda row: row[:-2], "R-FILE-1", "one JSON object"),
    Fault("deep", tail(b'"more":' + b"[" * DEPTH + b"]" * DEPTH), "R-FILE-1", "64 levels"),
    Fault("surrogate", swap(b"vehicle", rb"\ud800"), "R-FILE-1", "surrogate"),
    Fault("list", lambda row: b"[" + row + b"]", "R-FILE-1", "not an object", known=False),
    Fault("key twice", tail(b'"uuid":null'), "R-FILE-6", "twice"),
    Fault("no data row", without(b'"dataRow":', b"},"), "R-DR-1", "data row", known=False),
    Fault(
        "empty data row",
        instead(b'"dataRow":', b"},", b'"dataRow":{},'),
        "R-DR-2",
        "neither",
        known=False,
    ),
    Fault("id and key", swap(b'"dataRow":{', b'"dataRow":{"id":"x",'), "R-DR-2", "both"),
    Fault(
        "number for a key",
        instead(b'"globalKey":', b"}", b'"globalKey":5}'),
        "R-DR-3",
        "string",
        known=False,
    ),
    Fault(
        "long key",
        swap(b'"globalKey":"', b'"globalKey":"' + b"k" * 200),
        "R-DR-5",
        "200",
        known=False,
    ),
    Fault("number for a uuid", instead(b'"uuid":', b",", b'"uuid":7,'), "R-ID-1", "string"),
    Fault("no uuid", instead(b'"uuid":', b",", b'"uuid":"xyz",'), "R-ID-1", "32 hex digits"),
    Fault("no payload", swap(b'"bbox"', b'"box"'), "R-KIND-1", "no annotation"),
    Fault("two payloads", tail(b'"point":{"x":1,"y":2}'), "R-KIND-2", "more than one"),
    Fault("payload of a kind", instead(b'"bbox":', b"}", b'"bbox":[1]'), "R-KIND-5", "JSON type"),
    Fault("no name", without(b'"name":', b","), "R-NAME-1", "schemaId"),
    Fault("empty name", swap(b'"vehicle"', b'""'), "R-NAME-4", "empty"),
    Fault("number for a name", swap(b'"vehicle"', b"3"), "R-KIND-5", "string"),
    Fault("short schema id", tail(b'"schemaId":"abc"'), "R-NAME-2", "25 characters"),
    Fault("metric", instead(b'"bbox":', b"}", b'"metricValue":0.5'), "R-MODE-2", "metric"),
)
