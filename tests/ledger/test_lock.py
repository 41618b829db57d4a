"""One process at a time on a run."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bulkimport.errors import DiskTrouble, RunHeld
from bulkimport.ledger import lock as locking
from bulkimport.ledger.lock import Holder, RunLock, holder_of

HERE = Holder.here(since="noon", command="import rows.ndjson")

HOLD = """
import sys
from pathlib import Path
from bulkimport.ledger.lock import Holder, RunLock
lock = RunLock.take(Path(sys.argv[1]), Holder.here(since="dawn", command="resume night"))
print(flush=True)
sys.stdin.read()
"""


def test_a_second_caller_is_told_who_holds_the_run(tmp_path: Path) -> None:
    """Within one process too, since the lock belongs to the open file."""
    with (
        RunLock.take(tmp_path / "lock", HERE),
        pytest.raises(RunHeld, match=rf"process {HERE.pid} .*since noon \(`import rows.ndjson`\)"),
    ):
        RunLock.take(tmp_path / "lock", HERE)


def test_another_process_holds_the_run_until_it_is_killed(tmp_path: Path) -> None:
    """A kill -9 leaves the file behind, and the next caller gets in all the same."""
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(RunHeld, match=f"process {other.pid} .*since dawn"):
            RunLock.take(path, HERE)
        assert str(other.pid) in str(holder_of(path))
        other.kill()
        other.wait()

    assert holder_of(path) is None
    assert str(other.pid) in path.read_text()
    with RunLock.take(path, HERE):
        assert str(HERE.pid) in path.read_text()


def test_a_released_run_is_free(tmp_path: Path) -> None:
    """Releasing twice is no error, and the name of the former holder is gone."""
    lock = RunLock.take(tmp_path / "lock", HERE)
    lock.release()
    lock.release()

    assert (tmp_path / "lock").read_bytes() == b""
    RunLock.take(tmp_path / "lock", HERE).release()


def test_a_holder_that_has_not_signed_yet_is_another_process(tmp_path: Path) -> None:
    """The moment between taking the lock and writing the name makes no error of its own."""
    path = tmp_path / "lock"
    with RunLock.take(path, HERE):
        path.write_bytes(b'{"pid": 1')
        with pytest.raises(RunHeld, match="another process works on this run"):
            RunLock.take(path, HERE)


def test_only_the_owner_may_read_the_lock(tmp_path: Path) -> None:
    """The command line of a run is nobody else's business."""
    with RunLock.take(tmp_path / "lock", HERE):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_a_run_folder_that_is_missing_is_trouble_of_the_disk(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(DiskTrouble, match="missing/lock"):
        RunLock.take(tmp_path / "missing" / "lock", HERE)


def test_looking_tells_who_holds_the_run(tmp_path: Path) -> None:
    """Nobody before the first run and after each; looking changes nothing."""
    path = tmp_path / "lock"
    assert holder_of(path) is None
    with RunLock.take(path, HERE):
        assert holder_of(path) == str(HERE)
        assert holder_of(path) == str(HERE)
    assert holder_of(path) is None


def test_somebody_who_only_looks_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that falls into the moment of taking is over a moment later."""
    path = tmp_path / "lock"
    path.touch()
    looking = os.open(path, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(locking.time, "sleep", lambda _seconds: os.close(looking))

    with RunLock.take(path, HERE):
        assert holder_of(path) == str(HERE)
