"""What is wrong with rows, shown to people: a line for each, and on a terminal a caret under it."""

import sys
from collections.abc import Iterable

from rich.cells import cell_len

from bulkimport.cli.output import say
from bulkimport.model import Rejection
from bulkimport.rows.excerpt import Sample

MARGIN = "    "


def show(samples: Iterable[Sample], *, title: str = "") -> None:
    """Say each sample, on a terminal with the text around the fault."""
    on_terminal = sys.stderr.isatty()
    for sample in samples:
        say(title + sentence(sample.rejection))
        if on_terminal:
            for line in caret(sample):
                say(line)


def sentence(rejection: Rejection) -> str:
    """One rejection as one line: place, rule, what is wrong, what would be right."""
    where = f"{rejection.source}:{rejection.line}"
    path = "" if rejection.path in ("", "$") else f" at {rejection.path}"
    message = f"{where}: {rejection.slug}{path}: {rejection.message}"
    return f"{message}; expected {rejection.expected}"


def caret(sample: Sample) -> list[str]:
    """The text around the fault and a caret under its first character, if there is one place."""
    excerpt = sample.excerpt
    if excerpt is None:
        return []
    return [
        MARGIN + excerpt.before + excerpt.after,
        MARGIN + " " * cell_len(excerpt.before) + "^",
    ]
