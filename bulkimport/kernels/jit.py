"""How kernels are compiled: flags in one place, and a cache that processes may share.

Compiled code is kept under BULKIMPORT_CACHE, else in the user's cache folder; BULKIMPORT_JIT=off
runs kernels as plain Python, for debugging. Both are read when this module is first imported.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
from numba.core import config

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

CACHE_VARIABLE = "BULKIMPORT_CACHE"
SWITCH_VARIABLE = "BULKIMPORT_JIT"


def kernel(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a function on its first call: without the GIL, without fast-math, cached on disk."""
    if os.environ.get(SWITCH_VARIABLE) == "off":
        return function
    config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined] # made at run time
    return cast("Callable[Arguments, Result]", numba.njit(nogil=True, cache=True)(function))


def cache_folder() -> Path:
    """Where compiled kernels are kept."""
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given) / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "bulkimport" / "kernels"
