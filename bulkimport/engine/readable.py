"""A source while it is read: a plain file of rows, open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Readable:
    """A plain file of rows, open: its name for people, its descriptor and size.

    `ordinal` counts the labels of a data row from 1 in files made of exports; else it is 0.
    """

    name: str
    descriptor: int
    size: int
    ordinal: int = 0
