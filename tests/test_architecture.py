"""The house rules that no linter knows: sizes, names, doors, the weight of a start."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bulkimport

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bulkimport"
PYTHON_FILES = sorted(
    path for folder in ("bulkimport", "tests", "perf") for path in (ROOT / folder).rglob("*.py")
)
PACKAGE_FILES = [path for path in PYTHON_FILES if path.is_relative_to(PACKAGE)]
RUST_FILES = sorted(
    path
    for folder in ("native/src", "native/tests", "native/benches", "perf/sink/src")
    for path in (ROOT / folder).rglob("*.rs")
)

FILE_LINES = 400
FUNCTION_LINES = 60
CLASS_FIELDS = 10
# Words that say nothing about what they name; plurals are looked up without their s.
EMPTY_WORDS = {"common", "core", "helper", "item", "manager", "misc", "record", "util"}

# The files through which each library may come in; folders end with a slash.
DOORS = {
    "aiohttp": ("destinations/http.py", "sandbox/"),
    "bulkimport._native": ("native.py",),
    "graphql": ("sandbox/",),
    "numba": ("kernels/",),
    "rich": ("cli/",),
    "sqlite3": ("ledger/", "sandbox/"),
    "typer": ("cli/",),
    "uvloop": ("api.py", "engine/", "sandbox/"),
    "zstandard": ("source/",),
}


def named(path: Path) -> str:
    """The path as the person who mends it would write it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> set[str]:
    """Every module a file imports, by its absolute name."""
    package = ("bulkimport", *path.relative_to(PACKAGE).parts[:-1])
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            names.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
    return names


def empty_words(name: str) -> set[str]:
    """The words of a name, however they are joined, that say nothing."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    return {word.lower().removesuffix("s") for word in words} & EMPTY_WORDS


def given_names(path: Path) -> set[str]:
    """Every name that a file gives to something: not those it only uses."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def opens(name: str, library: str) -> bool:
    """Whether an imported name is the library or lies in it."""
    return name == library or name.startswith(f"{library}.")


@pytest.mark.parametrize("path", [*PYTHON_FILES, *RUST_FILES], ids=named)
def test_no_file_is_longer_than_the_cap(path: Path) -> None:
    """A file that passes the cap holds two ideas and is split by a noun."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef, path: Path) -> int:
    """How long a function is. A command's signature is its table of flags and is not counted."""
    start = function.body[0].lineno if path.is_relative_to(PACKAGE / "cli") else function.lineno
    return (function.end_lineno or start) - start + 1


@pytest.mark.parametrize("path", PYTHON_FILES, ids=named)
def test_no_function_is_longer_than_the_cap(path: Path) -> None:
    """A function fits on one screen."""
    long = {
        node.name: lines_of(node, path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of(node, path) > FUNCTION_LINES
    }

    assert long == {}


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=named)
def test_no_class_has_more_fields_than_the_cap(path: Path) -> None:
    """State is split by its owner; only settings may be wide."""
    if path == PACKAGE / "settings.py":
        return
    wide = {
        node.name: fields
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and not any(
            "TypedDict" in ast.unparse(base) or "Enum" in ast.unparse(base) for base in node.bases
        )
        and (fields := sum(isinstance(line, ast.AnnAssign) for line in node.body)) > CLASS_FIELDS
    }

    assert wide == {}


def test_no_file_is_an_attic() -> None:
    """A file is named for what it holds."""
    attics = [named(path) for path in [*PYTHON_FILES, *RUST_FILES] if empty_words(path.stem)]

    assert attics == []


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=named)
def test_names_are_words_of_the_field(path: Path) -> None:
    """No class, function, argument or variable is called by a word that says nothing."""
    assert {name for name in given_names(path) if empty_words(name)} == set()


@pytest.mark.parametrize(
    "path", [path for path in PACKAGE_FILES if path.name == "__init__.py"][1:], ids=named
)
def test_a_room_re_exports_nothing(path: Path) -> None:
    """A room's __init__ holds one line of purpose, so that no ring can close through it."""
    body = tree(path).body

    assert len(body) == 1
    assert ast.get_docstring(tree(path)) is not None


@pytest.mark.parametrize("library", DOORS)
def test_a_library_comes_in_by_its_own_door(library: str) -> None:
    """Third-party weight and the native half are imported where the house says, and only there."""
    strangers = [
        named(path)
        for path in PACKAGE_FILES
        if not path.relative_to(PACKAGE).as_posix().startswith(DOORS[library])
        and any(opens(name, library) for name in imported(path))
    ]

    assert strangers == []


def test_nobody_inside_comes_in_by_the_front_door() -> None:
    """Inside the house, names are imported from the file that owns them."""
    through_the_front = [
        named(path)
        for path in PACKAGE_FILES
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and node.module == "bulkimport")
        or (isinstance(node, ast.Import) and any(one.name == "bulkimport" for one in node.names))
    ]

    assert through_the_front == []


def test_the_public_names_are_those_listed() -> None:
    """What a type checker sees, what __all__ promises and what loads are one list."""
    seen = [
        alias.asname or alias.name
        for node in ast.walk(tree(PACKAGE / "__init__.py"))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bulkimport.")
        for alias in node.names
    ]

    assert sorted(seen) == list(bulkimport.__all__)
    assert [name for name in bulkimport.__all__ if not hasattr(bulkimport, name)] == []


def test_imports_only_go_down_the_floors() -> None:
    """The contracts of import-linter in pyproject.toml are kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run(
        [linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
