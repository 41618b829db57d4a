"""Rules that compare rows with their assets, over rows that are seen side by side.

| rule     | broken by                                                                          |
|----------|------------------------------------------------------------------------------------|
| R-BBOX-5 | a box that ends more than half a pixel behind the right or lower edge               |
| R-COORD-1 | a point, or a vertex of a line or polygon, outside the picture                     |
| R-VID-4  | a keyframe, or a frame of masks, behind the last frame                               |
| R-VID-12 | every row on a video of more than 20,000 frames                                      |
| R-TMP-2  | an answer whose frames end behind the last frame, or the last millisecond of audio  |
| R-TMP-12 | such an answer on a video whose frames would fit its length in milliseconds         |
| R-NER-2  | a span that ends behind the last character                                           |
| R-DOC-8  | a page behind the last                                                               |

That a box begins outside is R-BBOX-4, which needs no asset.
"""

import numpy as np

from bulkimport.findings import OF_BOXES
from bulkimport.kernels.bounds import BOX, LAST, NOWHERE, beyond
from bulkimport.native import KINDS
from bulkimport.rows.assets import Assets
from bulkimport.shards.company import Company, Mask
from bulkimport.shards.extents import FRAMES, MILLISECONDS, Reaches, columns_of
from bulkimport.shards.partitions import Table

# What floats of exporters may reach over an edge, in pixels.
SLACK = 0.5
MOST_FRAMES = 20_000
RULES_OF_LASTS = {
    "R-VID-4": ("segments", "masks"),
    "R-TMP-2": ("answer",),
    "R-NER-2": ("location",),
    "R-DOC-8": ("bbox", "textSelections"),
}


def judge_sizes(company: Company, assets: Assets, *, media: str) -> dict[str, Mask]:
    """Mark the good rows that break each rule of the table above."""
    measures, asset = company.measures, assets.find(company.rows)
    boxes = measures["flags"] & OF_BOXES > 0
    reach = Reaches.of_media(media).of_each(company.rows, measures)
    bounds = reach["bounds"].copy()
    bounds[boxes, :2] = np.inf
    bits = beyond(
        asset[measures["row"]],
        bounds,
        np.where(boxes, SLACK, 0.0),
        np.ascontiguousarray(reach["lasts"]),
        *columns_of(assets),
    )
    outside, late = bits & BOX > 0, bits & LAST > 0
    broken = {
        "R-BBOX-5": _rows(company, outside & boxes),
        "R-COORD-1": _rows(company, outside & ~boxes),
        "R-VID-12": _long(asset, assets),
    }
    for slug, kinds in RULES_OF_LASTS.items():
        of_kind = np.isin(measures["kind"], [KINDS.index(kind) for kind in kinds])
        broken[slug] = _rows(company, late & of_kind)
    answers = np.equal(measures["kind"], KINDS.index("answer"))
    length = assets.table["ends"][asset[measures["row"][answers]], MILLISECONDS]
    fits = np.zeros(len(measures), np.bool_)
    fits[answers] = measures["last"][answers] <= length
    broken["R-TMP-12"] = _rows(company, late & fits)
    return {slug: mask & company.good for slug, mask in broken.items()}


def long_videos(assets: Assets) -> Table:
    """The assets of R-VID-12."""
    return np.compress(assets.table["ends"][:, FRAMES] > MOST_FRAMES, assets.table)


def _long(asset: np.ndarray[tuple[int], np.dtype[np.int64]], assets: Assets) -> Mask:
    mask = np.zeros(len(asset), np.bool_)
    known = np.flatnonzero(asset != NOWHERE)
    mask[known] = assets.table["ends"][asset[known], FRAMES] > MOST_FRAMES
    return mask


def _rows(company: Company, chosen: Mask) -> Mask:
    mask = np.zeros(len(company.rows), np.bool_)
    mask[company.measures["row"][chosen]] = True
    return mask
