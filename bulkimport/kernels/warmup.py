"""Compiles every kernel before it is needed, as when an image is built."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def warm_all() -> list[str]:
    """Compile, or load from the cache, all kernels of the room; gives the modules that have some.

    A module of kernels has a function `warm` that calls each of them on nothing.
    """
    warmed = []
    for module in iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        warm = getattr(import_module(module.name), "warm", None)
        if warm is not None:
            warm()
            warmed.append(module.name)
    return warmed
