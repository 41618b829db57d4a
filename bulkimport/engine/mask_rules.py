"""Mask rows against their pictures: flaws of `masks` joined to the rules of `rows`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
import orjson

from bulkimport.masks.gallery import Fetch, Gallery, Seen
from bulkimport.masks.judge import UNKNOWN, Flaw, Flawed, Size, addresses, judge_mask, judge_masks
from bulkimport.native import KINDS, Finding, Rows
from bulkimport.rows.assets import NOWHERE, Assets
from bulkimport.rows.picture_rules import PICTURE_RULES
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling

IMAGE = KINDS.index("mask")
VIDEO = KINDS.index("masks")
UNNAMED = "R-MASK-12"

MODE_RULES = {Flaw(name): slug for name, slug in PICTURE_RULES.items()} | {
    Flaw.PALETTE: "R-MASK-10",
    Flaw.ALPHA_OR_DEEP: "R-MASK-11",
}
IMAGE_RULES = MODE_RULES | {
    Flaw.COLOUR_MISSING: "R-MASK-3",
    Flaw.WRONG_SIZE: "R-MASK-4",
    Flaw.NOT_BINARY: "R-MASK-6",
    Flaw.EMPTY: "R-MASK-7",
}
VIDEO_RULES = MODE_RULES | {
    Flaw.COLOUR_MISSING: "R-VMASK-7",
    Flaw.COLOUR_UNNAMED: "R-VMASK-7",
    Flaw.WRONG_SIZE: "R-VMASK-8",
}
MASK_RULES = frozenset({*IMAGE_RULES.values(), *VIDEO_RULES.values(), UNNAMED})


class MaskLook(StrEnum):
    """Which pictures of mask rows are looked at."""

    EMBEDDED = "embedded"
    FETCHED = "embedded and fetched"


@dataclass(frozen=True, slots=True)
class MaskChecks:
    """That pictures are looked at: against the assets' sizes, and behind addresses, if given."""

    assets: Assets | None = None
    fetch: Fetch | None = None

    @classmethod
    def of(cls, look: MaskLook | None, assets: Path | None, *, fetch: Fetch | None) -> Self | None:
        """What is asked for; reads the file of assets. Raises what `Assets.read` raises."""
        if look is None:
            return None
        asked = fetch if look is MaskLook.FETCHED else None
        return cls(Assets.read(assets) if assets else None, asked)


@dataclass(slots=True)
class MaskRules:
    """Judges mask rows one by one. Pictures that rows share are decoded once.

    `unnamed` counts pictures with colours that no row names: known only when all rows were seen,
    so it never rejects.
    """

    checks: MaskChecks
    ruling: Ruling
    unnamed: Counter[str] = field(default_factory=Counter)
    _gallery: Gallery = field(init=False)
    _severities: dict[str, Severity] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no pictures."""
        self._gallery = Gallery(done=self._finish, fetch=self.checks.fetch)
        self._severities = self.ruling.severities()

    @staticmethod
    def concerns(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The places of good rows (ROW) that have masks."""
        masks = (rows["kind"] == IMAGE) | (rows["kind"] == VIDEO)
        return np.flatnonzero(masks & (rows["code"] == 0))

    def expect(self, rows: Iterable[bytes]) -> None:
        """Good rows with masks that are judged next: what they only name may be fetched ahead."""
        if self.checks.fetch is not None:
            self._gallery.expect(address for own in rows for address in _addresses(own))

    def judge(self, row: np.void, own: bytes) -> list[Finding]:
        """Everything that is wrong with a good row (ROW) and its bytes."""
        payload, size = orjson.loads(own), self._size(row)
        video = int(row["kind"]) == VIDEO
        rules = VIDEO_RULES if video else IMAGE_RULES
        try:
            if video:
                flaws = judge_masks(payload["masks"], self._gallery, size)
            else:
                flaws = judge_mask(payload["mask"], self._gallery, size)
        except (KeyError, TypeError, ValueError):
            # The rules about its shape were switched off, so there is nothing to be looked at.
            return []
        told = [self._finding(flawed, rules[flawed.flaw]) for flawed in flaws]
        return [finding for finding in told if finding.severity != Severity.OFF]

    def finish(self) -> None:
        """All rows were seen."""
        self._gallery.close()

    def _finding(self, flawed: Flawed, slug: str) -> Finding:
        severity = self._severities[slug]
        if flawed.flaw is Flaw.COLOUR_UNNAMED and severity is not Severity.OFF:
            # The lesser case of R-VMASK-7.
            severity = Severity.ERROR if self.ruling.emphasis.strict else Severity.WARNING
        return Finding(slug, 0, flawed.path, flawed.found, "", severity)

    def _finish(self, seen: Seen) -> None:
        if len(seen.unnamed) and self._severities[UNNAMED] is not Severity.OFF:
            self.unnamed[UNNAMED] += 1

    def _size(self, row: np.void) -> Size:
        assets = self.checks.assets
        if assets is None:
            return UNKNOWN
        number = int(assets.find(np.asarray(row).reshape(1))[0])
        if number == NOWHERE:
            return UNKNOWN
        own = assets.table[number]
        width, height = float(own["width"]), float(own["height"])
        return width, height


def _addresses(own: bytes) -> list[str]:
    try:
        return list(addresses(orjson.loads(own)))
    except (AttributeError, KeyError, TypeError):
        # As with `judge`: a shape that no rule has looked at.
        return []
