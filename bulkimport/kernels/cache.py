"""Compiled kernels on disk: one file for each function, signature and machine.

A file's name is a digest of all that its code depends on: the sources of this room, the versions of
Python, numba and LLVM, and the CPU with its features. So processes and containers may share the
folder: they write the same file or different ones, each whole or not at all. A file that is broken
is compiled again. Nothing is loaded from a folder that strangers may write to (`folder.py`), since
what is loaded is run.
"""

import hashlib
import logging
import os
import pickle
import platform
import secrets
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast

import numba
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from bulkimport.kernels.folder import Trust, kernels_folder, tell_once, trust_of

LOG: Final = logging.getLogger(__name__)
CHECK_BYTES: Final = 16


class KernelCache(_Cache):
    """The cache of one function, as a numba dispatcher asks for it; never raises for the disk."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"

    @property
    def cache_path(self) -> str | None:
        """The folder; None when there is none to trust."""
        folder = kernels_folder()
        return None if folder is None else str(folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - numba's own
        """Give the compiled code for a signature; None when it has to be compiled now."""
        target_context.refresh()
        path = self._path(sig, target_context.codegen())
        payload = None if path is None else _read(path)
        if payload is None:
            self._tell_compiling()
            return None
        # numba's own way back; what it needs is in the file's name.
        rebuild: Any = CompileResult._rebuild  # noqa: SLF001
        return rebuild(target_context, *pickle.loads(payload))  # noqa: S301

    def save_overload(self, sig: Any, data: Any) -> None:  # noqa: ANN401
        """Keep compiled code, if the folder takes it."""
        path = self._path(sig, data.codegen)
        if path is None or data.library.has_dynamic_globals:
            return
        if trust_of(path.parent) is not Trust.WRITE:
            tell_once(f"{path.parent} cannot be written: kernels are compiled in memory each time")
            return
        try:
            _write(path, cast("Any", dumps)(data._reduce()))  # noqa: SLF001
        except OSError as error:
            tell_once(f"{path.parent}: {error.strerror}; kernels are compiled in memory each time")

    def enable(self) -> None:
        """Do nothing: it is always on."""

    def disable(self) -> None:
        """Do nothing: numba asks for this only on its own caches."""

    def flush(self) -> None:
        """Do nothing: files never go stale, since their names say what they are of."""

    def _tell_compiling(self) -> None:
        if "._" not in self._name:
            LOG.info("compiling %s for this machine, once", self._name)

    def _path(self, sig: Any, codegen: Any) -> Path | None:  # noqa: ANN401
        folder = kernels_folder()
        if folder is None:
            return None
        parts = (environment(), self._name, str(sig), repr(codegen.magic_tuple()))
        digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
        return folder / f"{self._name}-{digest}"


@cache
def environment() -> str:
    """All that every kernel depends on, as text."""
    sources = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(path.name.encode() + b"\0" + path.read_bytes())
    versions = (platform.python_implementation(), platform.python_version(), numba.__version__)
    return " ".join((sources.hexdigest(), *versions, version("llvmlite")))


def _read(path: Path) -> bytes | None:
    """Give what was written; None when it is not there, or not as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    check, payload = content[:CHECK_BYTES], content[CHECK_BYTES:]
    return payload if check == _check(payload) else None


def _write(path: Path, payload: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(_check(payload) + payload)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _check(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=CHECK_BYTES).digest()
