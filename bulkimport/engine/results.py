"""failed.ndjson and the files that name rows of unknown fate; used in the clerk's thread only."""

from collections.abc import Iterable
from pathlib import Path

from bulkimport.disk import AppendFile, make_folder, replace_file


class Results:
    """Result files of one run, cut back at the start to what the ledger knows."""

    def __init__(self, folder: Path, *, failed_end: int) -> None:
        """Open failed.ndjson and forget what a crash left behind `failed_end`."""
        self._failed = AppendFile(folder / "failed.ndjson", size=failed_end)
        self._unknown = folder / "unknown"
        self._accepted = folder / "accepted"
        self._answers = folder / "answers"
        self._double = folder / "double"

    def fail(self, lines: Iterable[bytes]) -> int:
        """Append lines durably and return where failed.ndjson ends now."""
        for line in lines:
            self._failed.write(line)
        return self._failed.sync()

    def name_unknown(self, shard: str, lines: Iterable[bytes]) -> None:
        """Write `unknown/SHARD.ndjson`, whole; writing it again changes nothing."""
        self._name(self._unknown, shard, lines)

    def name_accepted(self, shard: str, lines: Iterable[bytes]) -> None:
        """Write `accepted/SHARD.ndjson`, whole; writing it again changes nothing."""
        self._name(self._accepted, shard, lines)

    def name_double(self, shard: str, lines: Iterable[bytes]) -> None:
        """Write `double/SHARD.ndjson`, what may be there twice; whole, like the others."""
        self._name(self._double, shard, lines)

    def keep_answer(self, shard: str, answer: bytes) -> None:
        """Write `answers/SHARD.json`: all that the service said of an import."""
        make_folder(self._answers)
        replace_file(self._answers / f"{shard}.json", answer)

    def close(self) -> None:
        """Close failed.ndjson."""
        self._failed.close()

    @staticmethod
    def _name(folder: Path, shard: str, lines: Iterable[bytes]) -> None:
        make_folder(folder)
        replace_file(folder / f"{shard}.ndjson", b"".join(lines))
