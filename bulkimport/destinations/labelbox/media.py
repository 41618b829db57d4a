"""The media types and quality settings of a project, by the words that people use for them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bulkimport.errors import UsageError

# The official SDK's words, ours, and the wire's own.
_MEDIA: Final = {
    "audio": "AUDIO",
    "conversational": "CONVERSATIONAL",
    "document": "PDF",
    "geospatial_tile": "TMS_GEO",
    "html": "HTML",
    "image": "IMAGE",
    "llm": "LLM",
    "point_cloud": "POINT_CLOUD",
    "simple_tile": "TMS_SIMPLE",
    "text": "TEXT",
    "video": "VIDEO",
}
_ALSO: Final = {
    "pdf": "PDF",
    "geo": "TMS_GEO",
    "tms_geo": "TMS_GEO",
    "tms_simple": "TMS_SIMPLE",
    "chat": "LLM",
}
RETIRED: Final = frozenset({"dicom", "json"})


class Quality(StrEnum):
    """How labels of a project are measured."""

    BENCHMARK = "benchmark"
    CONSENSUS = "consensus"


BOTH: Final = frozenset(Quality)


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """What a project is made with: labels a data row in consensus, and the share of data rows."""

    labels: int
    share: float
    benchmark: bool
    consensus: bool

    @classmethod
    def of(
        cls,
        modes: frozenset[Quality] = BOTH,
        *,
        labels: int | None = None,
        share: float | None = None,
    ) -> "QualitySettings":
        """Decide as the official SDK does; `labels` and `share` (0 to 1) are for consensus.

        | modes                | labels | share | benchmark | consensus |
        |----------------------|--------|-------|-----------|-----------|
        | both (the default)   | 3      | 0     | yes       | yes       |
        | benchmark            | 1      | 1     | yes       | no        |
        | consensus            | 3      | 0     | no        | yes       |
        """
        consensus = Quality.CONSENSUS in modes or not modes
        if not consensus and (labels is not None or share is not None):
            raise UsageError("labels and share are settings of consensus")
        if share is not None and not 0 <= share <= 1:
            raise UsageError(f"{share} is no share", remedy="write a number from 0 to 1")
        return cls(
            labels=labels if labels is not None else (3 if consensus else 1),
            share=share if share is not None else float(not consensus),
            benchmark=Quality.BENCHMARK in modes or not modes,
            consensus=consensus,
        )


def wire_media(word: str) -> str:
    """Return the wire's name of a media type. Raises UsageError, of its own for retired ones."""
    name = word.strip().lower().replace("-", "_")
    if name in RETIRED:
        raise UsageError(
            f"Labelbox has retired the media type {word!r}; no project of it can be made",
            remedy=f"one of {', '.join(_MEDIA)}",
        )
    found = _MEDIA.get(name) or _ALSO.get(name)
    if found is None:
        raise UsageError(f"{word!r} is no media type", remedy=f"one of {', '.join(_MEDIA)}")
    return found


def read_quality(words: str) -> frozenset[Quality]:
    """Read `benchmark,consensus`. Raises UsageError."""
    try:
        return frozenset(Quality(word.strip().lower()) for word in words.split(","))
    except ValueError as error:
        remedy = "benchmark, consensus, or benchmark,consensus"
        raise UsageError(f"{words!r} is no quality setting", remedy=remedy) from error
