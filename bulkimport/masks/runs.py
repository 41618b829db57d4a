"""Run lengths as COCO has them: column by column, zeros first, in two spellings."""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from bulkimport.errors import UsageError
from bulkimport.native import (
    COLOUR,
    Rows,
    compress_runs,
    decode_runs,
    encode_runs,
    expand_runs,
    label_masks,
)

Counts = NDArray[np.uint32]
Size = tuple[int, int]

PLANE_AXES: Final = 2
MOST_LABELS: Final = 1 << 20
WORD: Final = np.dtype("<u4")


@dataclass(frozen=True, slots=True, eq=False)
class RunLengths:
    """One mask. `size` is (height, width); `counts` are runs outside and inside in turn."""

    size: Size
    counts: Counts

    @classmethod
    def of(cls, mask: NDArray[Any]) -> Self:
        """Encode a plane; what is not 0 is set. Raises UsageError for another shape."""
        height, width = plane(mask)
        down = np.asarray(mask != 0).ravel(order="F")
        return cls((height, width), np.frombuffer(encode_runs(down.tobytes()), WORD))

    @classmethod
    def read(cls, size: Size, text: bytes | str) -> Self:
        """Read the compressed spelling. Raises UsageError when it is none, or not for the size."""
        letters = text.encode() if isinstance(text, str) else text
        try:
            counts = np.frombuffer(expand_runs(letters), WORD)
        except ValueError as error:
            raise UsageError("these are no compressed run lengths") from error
        return cls(size, counts).sound()

    def sound(self) -> Self:
        """Give itself. Raises UsageError when the counts do not fill the size."""
        height, width = self.size
        if int(self.counts.sum(dtype=np.uint64)) != height * width:
            raise UsageError(
                f"the run lengths add up to {int(self.counts.sum(dtype=np.uint64))}, "
                f"not to {height} by {width}"
            )
        return self

    def mask(self) -> NDArray[np.uint8]:
        """Decode: zeros and ones, height by width, column by column in memory."""
        self.sound()
        height, width = self.size
        counts = np.ascontiguousarray(self.counts, WORD).tobytes()
        down = np.frombuffer(decode_runs(counts, pixels=height * width), np.uint8)
        return down.reshape(width, height).T

    def compressed(self) -> bytes:
        """The compressed spelling, as pycocotools writes it."""
        return compress_runs(np.ascontiguousarray(self.counts, WORD).tobytes())

    def area(self) -> int:
        """How many pixels are set."""
        return int(self.counts[1::2].sum(dtype=np.uint64))


def masks_of_labels(labels: NDArray[Any]) -> tuple[dict[int, RunLengths], Rows]:
    """The mask of every label of a plane, and its COLOURs, in one pass over it.

    Time does not grow with the number of labels. Labels are booleans or integers from 0 to 2^32-1.
    Raises UsageError for other arrays, and for more than a million labels.
    """
    size, pixels = plane(labels), as_labels(labels)
    if not pixels.size:
        return {}, np.zeros(0, COLOUR)
    colours, (whole, found, lengths, counts) = label_masks(
        pixels.reshape(-1).view(np.uint8).data,
        width=size[1],
        size=pixels.itemsize,
        most=MOST_LABELS,
    )
    if not whole:
        raise UsageError(f"a picture of labels has at most {MOST_LABELS:,} of them")
    masks = split_counts(size, found, lengths=lengths, counts=counts)
    return masks, np.frombuffer(colours, COLOUR)


def split_counts(
    size: Size, labels: bytes, *, lengths: bytes, counts: bytes
) -> dict[int, RunLengths]:
    """Packed masks by label: views of the counts of all."""
    ends = np.cumsum(np.frombuffer(lengths, WORD), dtype=np.int64)
    parts = np.split(np.frombuffer(counts, WORD), ends[:-1]) if len(ends) else []
    names = np.frombuffer(labels, WORD).tolist()
    return {name: RunLengths(size, part) for name, part in zip(names, parts, strict=True)}


def as_labels(labels: NDArray[Any]) -> NDArray[np.unsignedinteger]:
    """The narrowest array of the same labels. Raises UsageError when they are none."""
    if labels.dtype == np.bool_:
        return np.ascontiguousarray(labels).view(np.uint8)
    if not np.issubdtype(labels.dtype, np.integer):
        raise UsageError(f"labels are integers, not {labels.dtype}")
    if labels.dtype in (np.uint8, np.uint16, np.uint32):
        return np.ascontiguousarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() > np.iinfo(np.uint32).max):
        raise UsageError("labels go from 0 to 4,294,967,295")
    return labels.astype(np.uint32)


def plane(pixels: NDArray[Any]) -> Size:
    """Height and width. Raises UsageError for another number of axes."""
    if pixels.ndim != PLANE_AXES:
        raise UsageError(f"a plane of pixels is wanted, this array has the shape {pixels.shape}")
    return pixels.shape[0], pixels.shape[1]
