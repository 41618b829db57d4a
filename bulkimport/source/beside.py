"""Files beside a source that its rows are made of, such as pictures: has one of them changed?

They are listed while they are read: a line for the folder, then one for each file, of its name and
its fingerprint; a file that could not be read has none.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson

from bulkimport.disk import AppendFile, disk_trouble_at
from bulkimport.errors import RunMismatch
from bulkimport.native import Digest
from bulkimport.source.fingerprint import Fingerprint, stamp, unchanged

GONE: Final = "the list of the files that rows were made of is gone or cut off"


class Beside:
    """Reads files of a folder and writes down what they were."""

    def __init__(self, path: Path, folder: Path) -> None:
        """List in `path`, from its beginning, what is read of `folder`."""
        self._list = AppendFile(path, size=0)
        self._folder = folder

    def begin(self, pattern: str | None = None) -> None:
        """With a `pattern` a further file of the folder that it fits is a change too."""
        self._write([str(self._folder.absolute()), pattern])

    def read(self, name: str) -> bytes:
        """Give the whole of a file. Raises OSError."""
        try:
            with (self._folder / name).open("rb", buffering=0) as file:
                stamped, content = stamp(file.fileno()), file.readall()
        except OSError:
            self._write([name, None])
            raise
        digest = Digest()
        digest.update(content)
        self._write([name, [*stamped, digest.hexdigest()]])
        return content

    def sync(self) -> None:
        """Make the list durable."""
        self._list.sync()

    def close(self) -> None:
        """Close the list."""
        self._list.close()

    def _write(self, line: list[object]) -> None:
        self._list.write(orjson.dumps(line) + b"\n")


def files_of(folder: Path, pattern: str) -> list[str]:
    """The names of the files below a folder that fit a pattern, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob(pattern))


def changed_beside(
    path: Path, *, same: Callable[[Path, Fingerprint], bool] = unchanged
) -> Path | None:
    """Find the first listed file that is not what it was, or one that has come.

    | the file could be read | now                       | changed |
    |------------------------|---------------------------|---------|
    | yes                    | as `unchanged` says       | no      |
    | yes                    | anything else             | yes     |
    | no                     | still cannot              | no      |
    | no                     | can                       | yes     |
    | was not listed         | fits the pattern          | yes     |

    Costs a stat a file, or one more read of those that were touched. Raises RunMismatch when the
    list is not whole.
    """
    if not path.exists():
        raise RunMismatch(GONE, place=str(path))
    try:
        with disk_trouble_at(path), path.open("rb") as lines:
            name, pattern = orjson.loads(next(lines))
            folder = Path(str(name))
            come = set(files_of(folder, pattern)) if pattern else set()
            for line in lines:
                file, was = orjson.loads(line)
                come.discard(file)
                here = folder / str(file)
                if not _is_same(here, was, same):
                    return here
    except (StopIteration, ValueError, TypeError) as error:
        raise RunMismatch(GONE, place=str(path)) from error
    return folder / min(come) if come else None


def _is_same(
    path: Path, listed: list[object] | None, same: Callable[[Path, Fingerprint], bool]
) -> bool:
    if listed is None:
        return not os.access(path, os.R_OK) or path.is_dir()
    return same(path, Fingerprint(*listed))  # type: ignore[arg-type]
