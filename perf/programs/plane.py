"""The plane of labels that every bench of masks works on, and how one of them is timed.

NumPy is all that it needs, so that a peer may run in an environment of its own.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH, INSTANCES, GRID = 1080, 1920, 100, 4


def plane() -> NDArray[np.uint32]:
    """The labels: of each block of pixels the nearest point, from 1."""
    chance = np.random.default_rng(2026)
    points = chance.uniform((0, 0), (HEIGHT, WIDTH), (INSTANCES, 2))
    y, x = np.mgrid[0:HEIGHT:GRID, 0:WIDTH:GRID]
    near = np.stack([(y - py) ** 2 + (x - px) ** 2 for py, px in points]).argmin(axis=0) + 1
    return near.astype(np.uint32).repeat(GRID, 0).repeat(GRID, 1)


def tell_turns(turn: Callable[[], object], *, spend: float, **more: object) -> None:
    """Take turns for so many CPU seconds, and print what one costs."""
    turns, began = 0, time.process_time()
    while (spent := time.process_time() - began) < spend:
        turn()
        turns += 1
    print(json.dumps({"seconds": spent / turns, "turns": turns, **more}))


def digest(masks: Mapping[int, bytes]) -> str:
    """What two programs have in common when they found the same masks, bit for bit."""
    found = hashlib.sha256()
    for label in sorted(masks):
        found.update(b"%d %d " % (label, len(masks[label])) + masks[label])
    return found.hexdigest()
