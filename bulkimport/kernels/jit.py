"""How kernels are compiled: flags in one place, and one switch that leaves them plain Python.

BULKIMPORT_JIT=off runs kernels as they are written, for debugging; it is read when the module of a
kernel is first imported.
"""

import os
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

from bulkimport.kernels.cache import KernelCache

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SWITCH_VARIABLE = "BULKIMPORT_JIT"


def kernel(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a function on its first call: without the GIL, without fast-math, cached on disk."""
    if switched_off():
        return function
    compiled: Any = numba.njit(nogil=True)(function)
    # numba's own cache has one index for all signatures, which processes overwrite for each other.
    compiled._cache = KernelCache(function)  # noqa: SLF001
    return cast("Callable[Arguments, Result]", compiled)


def switched_off() -> bool:
    """Whether kernels run as plain Python."""
    return os.environ.get(SWITCH_VARIABLE) == "off"
