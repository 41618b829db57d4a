"""A newer Python than ours, for a peer whose wheels want one, with that peer in its own venv.

BULKIMPORT_PEER_PYTHON names the interpreter; set and empty, none is used. Without it our own is
taken if it is new enough, else the first of NAMES on the PATH that runs. The venv lies in the
folder of inputs and is made once.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import inputs

VARIABLE = "BULKIMPORT_PEER_PYTHON"
NAMES = ("python3.12", "python3.13", "python3.14")
LEAST = (3, 12)
ASK = f"import sys; sys.exit(sys.version_info < {LEAST})"


class NoPeer(RuntimeError):
    """The peer cannot be run here; the message is for the table."""


def peer_python(package: str) -> Path:
    """Give an interpreter that has the newest version of `package`. Raises NoPeer."""
    found = next(filter(_is_new, _candidates()), None)
    if found is None:
        raise NoPeer(f"{package} wants Python 3.12, and {VARIABLE} names none that runs")
    venv = inputs.folder() / f"peer-{package}"
    done = venv / "done"
    if not done.exists():
        _run(package, found, "-m", "venv", "--clear", str(venv))
        _run(package, str(venv / "bin" / "python"), "-m", "pip", "install", "--upgrade", package)
        done.touch()
    return venv / "bin" / "python"


def _candidates() -> Iterator[str]:
    given = os.environ.get(VARIABLE)
    if given is not None:
        yield from [given] * bool(given)
        return
    yield sys.executable
    yield from (path for path in map(shutil.which, NAMES) if path)


def _is_new(python: str) -> bool:
    # A name on the PATH may be a stand-in that runs nothing.
    try:
        return subprocess.run([python, "-c", ASK], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(package: str, *command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.splitlines() or [""])[-1]
        raise NoPeer(f"{package} could not be installed: {last}")
