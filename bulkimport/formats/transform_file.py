"""Where the user's own transform is: `package.module:function`, found and digested, not yet run.

Modules are looked for where Python finds them, and in the working folder first.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any, Self

from bulkimport.errors import UsageError

PLACE = "--transform"


@dataclass(frozen=True, slots=True)
class TransformFile:
    """A function in a module, and the digest of the module's source when it was named."""

    module: str
    function: str
    digest: str

    @classmethod
    def at(cls, word: str) -> Self:
        """Find the module, whose packages are imported. Raises UsageError when it is not there."""
        module, _, function = word.partition(":")
        names = (function, *module.split("."))
        if module.endswith(".py") or not all(map(str.isidentifier, names)):
            remedy = "write package.module:function, without .py"
            raise UsageError(f"{word!r} names no function", place=PLACE, remedy=remedy)
        return cls(module, function, _digest(_source(_found(module))))

    @property
    def name(self) -> str:
        """How people write it."""
        return f"{self.module}:{self.function}"

    def load(self) -> Callable[..., Any]:
        """Run the module and give the function: exactly the source that was digested.

        Raises UsageError when that cannot be run, has changed, or has no such function.
        """
        spec = _found(self.module)
        source = _source(spec)
        if _digest(source) != self.digest:
            raise UsageError("changed meanwhile", place=self.name, remedy="run it again")
        module = module_from_spec(spec)
        with _working_folder_first():
            try:
                # Not imported: what is in memory, or compiled before, may be an older one.
                exec(compile(source, spec.origin or "", "exec"), vars(module))  # noqa: S102
            except Exception as error:
                what = f"cannot be imported: {type(error).__name__}: {error}"
                raise UsageError(what, place=self.name) from error
        function: Callable[..., Any] | None = getattr(module, self.function, None)
        if function is None or not callable(function):
            raise UsageError(f"has no function {self.function!r}", place=str(spec.origin))
        return function


def _found(module: str) -> ModuleSpec:
    with _working_folder_first():
        try:
            spec = find_spec(module)
        except Exception as error:
            # Its packages are run to look inside them.
            what = f"cannot be imported: {type(error).__name__}: {error}"
            raise UsageError(what, place=module) from error
    if spec is None or not spec.has_location or not str(spec.origin).endswith(".py"):
        what = "there is no such module of Python source"
        raise UsageError(what, place=module, remedy="look at the name, or the working folder")
    return spec


def _source(spec: ModuleSpec) -> bytes:
    try:
        return Path(str(spec.origin)).read_bytes()
    except OSError as error:
        raise UsageError(error.strerror or "cannot be read", place=str(spec.origin)) from error


def _digest(source: bytes) -> str:
    return hashlib.blake2b(source, digest_size=8).hexdigest()


@contextmanager
def _working_folder_first() -> Iterator[None]:
    """Look for modules as `python` itself does; an installed command does not."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
