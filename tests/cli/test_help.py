"""The program says what docs/cli-help.txt says; run this file to write the page anew."""

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli-help.txt"
COMMANDS = (
    (),
    ("demo",),
    ("check",),
    ("plan",),
    ("import",),
    ("convert",),
    ("migrate",),
    ("resume",),
    ("bench",),
    ("status",),
    ("report",),
    ("runs", "list"),
    ("runs", "prune"),
    ("labelbox", "projects", "create"),
    ("labelbox", "projects", "snapshot"),
    ("labelbox", "batches", "create"),
    ("sandbox",),
    ("sandbox", "audit"),
    ("sandbox", "seed"),
)


def help_of(words: tuple[str, ...]) -> str:
    """What `--help` prints, a hundred columns wide and without colour."""
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "bulkimport", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    lines = [line.rstrip() for line in done.stdout.replace("python -m ", "").splitlines()]
    return "\n".join(lines).strip()


def page() -> str:
    """The whole page."""
    parts = [
        f"$ {' '.join(('bulkimport', *words, '--help'))}\n\n{help_of(words)}\n"
        for words in COMMANDS
    ]
    return "\n".join(parts)


def test_the_help_page_is_what_the_program_prints() -> None:
    """docs/cli-help.txt does not drift from the flags."""
    assert PAGE.read_text() == page()


def test_every_command_has_a_line_of_help() -> None:
    """The list of commands says of each what it does."""
    lines = [line for line in help_of(()).partition("Commands:")[2].splitlines() if line.strip()]

    assert lines
    assert all(len(line.split()) > 2 for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
