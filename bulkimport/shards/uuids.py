"""The digest of many uuids in which their order does not count.

With it a shard is settled without a look at its rows when the service says SUCCESS of exactly the
uuids that were sent. Each uuid is mixed into 128 bits that look like chance; the digest is their
sum, so that those of parts add up to that of the whole. For identity, not against forgery.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

# The finalizer of SplitMix64: every bit of the input turns half of the bits of the output.
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_ODD = np.uint64(0x9E3779B97F4A7C15)


class UuidSum(NamedTuple):
    """A sum of mixed uuids, in two halves of 64 bits."""

    low: int = 0
    high: int = 0

    @classmethod
    def of(cls, mixed_low: Hashes, mixed_high: Hashes) -> Self:
        """Add up what `mix_uuids` gave."""
        low, high = np.sum(mixed_low, dtype=np.uint64), np.sum(mixed_high, dtype=np.uint64)
        return cls(int(low), int(high))

    def __str__(self) -> str:
        """32 hexadecimal digits."""
        return f"{self.high:016x}{self.low:016x}"


def mix_uuids(low: Hashes, high: Hashes) -> tuple[Hashes, Hashes]:
    """Mix uuids, given by their own bits; equal ones come out equal."""
    mixed_low = mix_low(low, high)
    return mixed_low, mix(mixed_low + high * _ODD)


def mix_low(low: Hashes, high: Hashes) -> Hashes:
    """Give the lower half of what `mix_uuids` gives."""
    return mix(low ^ mix(high + _ODD))


def mix(bits: Hashes) -> Hashes:
    """Spread numbers over 64 bits that look like chance; different ones stay different."""
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits ^= bits >> np.uint64(27)
    bits *= _SECOND
    bits ^= bits >> np.uint64(31)
    return bits
