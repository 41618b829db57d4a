"""Compiled kernels are kept, shared and mended; what cannot be trusted is not loaded."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bulkimport.kernels.folder import Trust, trust, trust_of

SCALE = """
import logging
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
import numpy as np
from bulkimport.kernels.points import scale
x = np.array([2.0]); y = np.array([3.0])
scale(x, y, 2.0, 3.0)
print(x[0], y[0])
"""
SCALED = "4.0 9.0\n"
COMPILING = "INFO compiling points.scale for this machine, once\n"


def start(cache: Path, **environment: str) -> subprocess.Popen[str]:
    """Another process that scales a point."""
    return subprocess.Popen(
        [sys.executable, "-c", SCALE],
        env={**os.environ, "BULKIMPORT_CACHE": str(cache), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def scaled(cache: Path, **environment: str) -> str:
    """What the other process says on stderr, having scaled rightly."""
    with start(cache, **environment) as process:
        output, words = process.communicate()
    assert (output, process.returncode) == (SCALED, 0), words
    return words


def kept(cache: Path) -> list[Path]:
    """The files of the cache."""
    return sorted((cache / "kernels").iterdir())


def test_what_one_process_compiles_the_next_one_loads(tmp_path: Path) -> None:
    """The first says what it is doing, the second has nothing to say."""
    assert scaled(tmp_path) == COMPILING
    [file] = kept(tmp_path)
    before = file.stat().st_mtime_ns

    assert scaled(tmp_path) == ""
    assert [one.stat().st_mtime_ns for one in kept(tmp_path)] == [before]
    assert stat.S_IMODE((tmp_path / "kernels").stat().st_mode) == 0o700


def test_processes_that_compile_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    """Each writes a whole file of the same name; none is left over."""
    processes = [start(tmp_path) for _ in range(4)]
    outputs = [process.communicate()[0] for process in processes]

    assert outputs == [SCALED] * 4
    assert len(kept(tmp_path)) == 1
    assert scaled(tmp_path) == ""


@pytest.mark.parametrize("harm", ["cut", "changed", "empty"])
def test_a_broken_file_is_compiled_again(tmp_path: Path, harm: str) -> None:
    """A torn write or a flipped bit costs a compilation, never a crash."""
    scaled(tmp_path)
    [file] = kept(tmp_path)
    good = file.read_bytes()
    flipped = bytes([good[100] ^ 1])
    bad = {"cut": good[:-9], "changed": good[:100] + flipped + good[101:], "empty": b""}
    file.write_bytes(bad[harm])

    assert scaled(tmp_path) == COMPILING
    assert scaled(tmp_path) == ""


def test_a_folder_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    """It warns once, compiles in memory, and leaves the folder alone."""
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(0o777)

    words = scaled(tmp_path)

    assert words.count("WARNING") == 1
    assert "compiled in memory" in words
    assert kept(tmp_path) == []


def test_a_place_where_no_folder_can_be_made_is_passed_over(tmp_path: Path) -> None:
    """A file in its place, for one."""
    (tmp_path / "kernels").write_text("a file")

    assert scaled(tmp_path).count("WARNING") == 1


def test_the_folder_follows_xdg(tmp_path: Path) -> None:
    """Without a folder of our own named, the user's cache folder is taken."""
    assert scaled(Path(), XDG_CACHE_HOME=str(tmp_path), BULKIMPORT_CACHE="") == COMPILING
    assert len(list((tmp_path / "bulkimport" / "kernels").iterdir())) == 1


def test_one_switch_leaves_plain_python(tmp_path: Path) -> None:
    """Nothing is compiled, and nothing kept."""
    assert scaled(tmp_path, BULKIMPORT_JIT="off") == ""
    assert not (tmp_path / "kernels").exists()


@pytest.mark.parametrize(
    ("owner", "mode", "access", "expected"),
    [
        (1000, 0o700, "w", Trust.WRITE),
        (0, 0o755, "r", Trust.READ),
        (1000, 0o500, "r", Trust.READ),
        (1001, 0o755, "r", Trust.NONE),
        (1001, 0o700, "w", Trust.NONE),
        (1000, 0o770, "w", Trust.NONE),
        (0, 0o777, "w", Trust.NONE),
    ],
)
def test_trust_is_given_as_the_table_says(
    owner: int, mode: int, access: str, expected: Trust
) -> None:
    """An image's own cache, written by root, is read; a stranger's never."""
    status = os.stat_result((stat.S_IFDIR | mode, 1, 1, 1, owner, owner, 0, 0, 0, 0))

    assert trust(status, user=1000, writable=access == "w") is expected


def test_our_own_folder_is_trusted(tmp_path: Path) -> None:
    """It is made, for us alone."""
    assert trust_of(tmp_path / "a" / "kernels") is Trust.WRITE
