"""fastlabelrle on the plane of labels, in a venv of its own: `fastlabelrle_runs.py SECONDS`.

It takes labels of 32 or 64 bits and no others.
"""

import sys
from importlib.metadata import version

import fastlabelrle
from plane import digest, plane, tell_turns


def main(spend: float) -> None:
    """Time it, after a turn that does not count, and tell what it found."""
    labels = plane()
    found = fastlabelrle.encode(labels)
    masks = dict(zip(found.ids.tolist(), found.counts, strict=True))
    tell_turns(
        lambda: fastlabelrle.encode(labels),
        spend=spend,
        bytes=0,
        digest=digest(masks),
        version=version("fastlabelrle"),
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
