"""Pictures that were read, by their digest: however many rows share one, it is decoded once.

What is kept of a picture is its size and its colours, never its pixels.
"""

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from bulkimport.masks.pictures import LIMITS, Fault, Labels, Limits, Picture, read_colours
from bulkimport.native import Digest

# What the colours of all pictures that are kept may be, 4 bytes each, and the pictures.
MOST_COLOURS = 1 << 21
MOST_PICTURES = 1 << 16
BLACK = np.uint32(0)


class Fetch(Protocol):
    """Gives what an address holds, the Fault that it cannot be had, or None where nobody looks."""

    def expect(self, addresses: Sequence[str], /) -> None:
        """Be told what will be asked for next, in this order."""
        ...

    def __call__(self, address: str, /) -> bytes | Fault | None:
        """Give one."""
        ...


@dataclass(slots=True)
class Seen:
    """A picture, and which of its colours nobody has named yet: black is the background."""

    picture: Picture | Fault
    unnamed: Labels
    labels: Labels

    def name(self, colour: int) -> bool:
        """Whether the picture has the colour, which is named from now on."""
        if len(self.unnamed):
            self.unnamed = self.unnamed[self.unnamed != colour]
        return bool(np.any(self.labels == colour))


@dataclass(slots=True)
class Gallery:
    """Reads pictures once. Memory is bounded: those that were asked for longest ago are forgotten.

    `done` is called with each picture that is forgotten, and by `close` with all others.
    """

    done: Callable[[Seen], None] = lambda _: None
    fetch: Fetch | None = None
    limits: Limits = LIMITS
    most_colours: int = MOST_COLOURS
    most_pictures: int = MOST_PICTURES
    decoded: int = 0
    _seen: OrderedDict[str, Seen] = field(default_factory=OrderedDict)
    _colours: int = 0

    def embedded(self, text: str) -> Seen:
        """The picture that travels in a row as base64; the rules say that it is that."""
        return self._look("b", text, lambda: b64decode(text))

    def expect(self, addresses: Iterable[str]) -> None:
        """What will be asked for next: those that are not known are fetched ahead."""
        if self.fetch is not None:
            new = dict.fromkeys(one for one in addresses if _digest("u", one) not in self._seen)
            self.fetch.expect(list(new))

    def fetched(self, address: str) -> Seen | None:
        """The picture at an address, asked for once; None when nothing is fetched."""
        if self.fetch is None:
            return None
        known = self._seen.get(_digest("u", address))
        data = b"" if known else self.fetch(address)
        return None if data is None else self._look("u", address, lambda: data)

    def close(self) -> None:
        """Forget all."""
        while self._seen:
            self._forget()

    def _look(self, tag: str, text: str, data: Callable[[], bytes | Fault]) -> Seen:
        digest = _digest(tag, text)
        seen = self._seen.get(digest)
        if seen is None:
            seen = self._seen[digest] = self._read(data())
            self._colours += len(seen.labels)
            self._make_room()
        self._seen.move_to_end(digest)
        return seen

    def _read(self, data: bytes | Fault) -> Seen:
        self.decoded += 1
        picture = data if isinstance(data, Fault) else read_colours(data, limits=self.limits)
        labels = (
            np.unique(picture.shown) if isinstance(picture, Picture) else np.zeros(0, np.uint32)
        )
        return Seen(picture, labels[labels != BLACK], labels)

    def _make_room(self) -> None:
        while len(self._seen) > 1 and (
            len(self._seen) > self.most_pictures or self._colours > self.most_colours
        ):
            self._forget()

    def _forget(self) -> None:
        _, seen = self._seen.popitem(last=False)
        self._colours -= len(seen.labels)
        self.done(seen)


def _digest(tag: str, text: str) -> str:
    digest = Digest()
    digest.update(tag.encode() + text.encode())
    return digest.hexdigest()
