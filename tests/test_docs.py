"""The pages for people say what the tree says."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)[^)]*\)")
MAKE_COMMAND = re.compile(r"(?:^ {4}|`)make ([a-z-]+)", re.MULTILINE)
README_LINES = 120


def named(path: Path) -> str:
    """The path as the person who mends it would write it."""
    return path.relative_to(ROOT).as_posix()


def make_targets() -> dict[str, str]:
    """The targets a person may type, each with its line of help."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z-]+):.*## (.+)$", makefile, re.MULTILINE))


def rooms() -> set[str]:
    """The rooms and the files that stand beside them."""
    return {
        path.name + "/" if path.is_dir() else path.name
        for path in (ROOT / "bulkimport").iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    }


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link on a page names a file that is there."""
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_on_a_page_are_in_the_makefile(page: Path) -> None:
    """Whoever copies a make command from a page finds it there."""
    commands = set(MAKE_COMMAND.findall(page.read_text(encoding="utf-8")))

    assert commands - set(make_targets()) == set()


def test_every_command_of_the_makefile_is_listed() -> None:
    """A target that a person may type has a line of help, and is never taken for a file."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    assert phony is not None
    assert set(phony.group(1).split()) == set(make_targets())


def test_the_map_shows_every_room() -> None:
    """The table in CONTRIBUTING has a line for each room."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.split("## The map")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    listed = {
        name.removeprefix("bulkimport/")
        for cell in cells
        if "bulkimport/" in cell
        for name in re.findall(r"`([^`]+)`", cell)
    }

    assert rooms() - listed == {"__main__.py"}


def test_the_floors_drawn_are_the_floors_kept() -> None:
    """The architecture page draws the floors that import-linter checks."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^ {4}\d   (.+)$", page, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    kept = [re.findall(r"\w+", layer) for layer in layers]

    assert [re.findall(r"\w+", line) for line in drawn] == [
        floor for floor in kept if floor != ["__main__"]
    ]


def test_the_readme_fits_on_two_screens() -> None:
    """What is longer belongs in docs/."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES
