"""The user's transform is found, digested, and run exactly as it was digested."""

import os
import sys
from pathlib import Path

import pytest

from bulkimport.errors import UsageError
from bulkimport.formats.transform_file import TransformFile

SOURCE = "def turn(x, y, width, height, index):\n    return {}, y\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    """A file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_module_of_the_working_folder_is_found(here: Path) -> None:
    """Though an installed command does not look there by itself; the path is left as it was."""
    write(here / "mine.py", SOURCE.format("x"))
    before = list(sys.path)

    file = TransformFile.at("mine:turn")

    assert file.name == "mine:turn"
    assert file.load()(1, 2, 3, 4, 5) == (1, 2)
    assert sys.path == before


def test_a_module_in_a_package_may_import_its_neighbours(here: Path) -> None:
    """Also by relative names."""
    write(here / "pack_of_mine" / "__init__.py", "")
    write(here / "pack_of_mine" / "numbers.py", "TWO = 2\n")
    write(
        here / "pack_of_mine" / "deep.py",
        "from .numbers import TWO\n\n" + SOURCE.format("x * TWO"),
    )

    assert TransformFile.at("pack_of_mine.deep:turn").load()(3, 0, 0, 0, 0) == (6, 0)


def test_what_is_run_is_what_was_digested(here: Path) -> None:
    """Not what Python has in memory or compiled before; the same source is the same transform."""
    path = write(here / "edited.py", SOURCE.format("x"))
    before = TransformFile.at("edited:turn")
    assert before.load()(1, 0, 0, 0, 0) == (1, 0)
    stamp = path.stat()
    path.write_text(SOURCE.format("9"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    after = TransformFile.at("edited:turn")

    assert after.digest != before.digest
    assert after.load()(1, 0, 0, 0, 0) == (9, 0)
    with pytest.raises(UsageError, match="changed meanwhile"):
        before.load()
    path.write_text(SOURCE.format("x"))
    assert TransformFile.at("edited:turn") == before


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("", "names no function"),
        ("mine", "names no function"),
        ("mine:", "names no function"),
        ("mine.py:turn", "without .py"),
        ("./mine:turn", "names no function"),
        ("mine:turn()", "names no function"),
        ("nowhere:turn", "no such module"),
        ("nowhere.deep:turn", "ModuleNotFoundError"),
        ("math:sqrt", "no such module of Python source"),
        ("broken_pack.deep:turn", "ZeroDivisionError"),
    ],
)
def test_what_is_not_there_is_told_when_it_is_named(here: Path, word: str, told: str) -> None:
    """Before anything is read."""
    write(here / "broken_pack" / "__init__.py", "1 / 0\n")

    with pytest.raises(UsageError, match=told):
        TransformFile.at(word)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def other(): pass\n", "no function 'turn'"),
        ("turn = 7\n", "no function 'turn'"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def turn(:\n", "SyntaxError"),
        ("import nothing_of_that_name\n", "ModuleNotFoundError"),
    ],
)
def test_a_module_that_does_not_run_is_the_user_s_to_mend(
    here: Path, source: str, told: str
) -> None:
    """With the fault of Python as the cause."""
    write(here / "faulty.py", source)
    file = TransformFile.at("faulty:turn")

    with pytest.raises(UsageError, match=told):
        file.load()
