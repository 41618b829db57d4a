"""The program says what docs/cli-help.txt says; run this file to write the page anew."""

import os
import subprocess
import sys
from collections.abc import Sequence
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
    ("doctor",),
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
    ("sandbox", "seed-labellerr"),
)


# Run in a program of its own, whose width and colours are set before anything is loaded, and in one
# program alone: to start one for each command takes half a minute.
PRINT_ALL = """
import sys
from bulkimport.cli.main import run
for words in sys.argv[1:]:
    sys.argv = ["bulkimport"]
    run([*words.split(), "--help"])
    print("\\f")
"""


def helps(commands: Sequence[tuple[str, ...]]) -> list[str]:
    """What `--help` of each prints, a hundred columns wide and without colour."""
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_ALL, *map(" ".join, commands)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return [
        "\n".join(line.rstrip() for line in printed.splitlines()).strip()
        for printed in done.stdout.split("\f")[:-1]
    ]


def page() -> str:
    """The whole page."""
    parts = [
        f"$ {' '.join(('bulkimport', *words, '--help'))}\n\n{printed}\n"
        for words, printed in zip(COMMANDS, helps(COMMANDS), strict=True)
    ]
    return "\n".join(parts)


def test_the_help_page_is_what_the_program_prints() -> None:
    """docs/cli-help.txt does not drift from the flags."""
    assert PAGE.read_text() == page()


def test_every_command_has_a_line_of_help() -> None:
    """The list of commands says of each what it does."""
    lines = [line for line in helps([()])[0].partition("Commands:")[2].splitlines() if line.strip()]

    assert lines
    assert all(len(line.split()) > 2 for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
