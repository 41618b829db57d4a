"""Groups of flags are spread for the command line, and given whole to the command."""

from dataclasses import dataclass
from inspect import signature
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bulkimport.cli.groups import with_groups
from bulkimport.cli.options import flag


@dataclass(frozen=True)
class PlaceFlags:
    """A flag without a default, and one with its own."""

    city: Annotated[str, flag("--city", "Which.")]
    floor: Annotated[int, flag("--floor", "How high.")] = 3


@dataclass(frozen=True)
class HighFlags(PlaceFlags):
    """The same with another default."""

    floor: Annotated[int, flag("--floor", "How high.")] = 30


@with_groups
def go(name: Annotated[str, typer.Argument()], *, place: PlaceFlags, loud: bool = False) -> None:
    """Print what was given."""
    typer.echo(f"{name} {place} {loud}")


@with_groups
def climb(*, place: HighFlags) -> None:
    """Print what was given."""
    typer.echo(place)


def printed(command: object, *words: str) -> str:
    """What a program of this one command prints."""
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def test_a_group_stands_as_its_flags_where_it_is_declared() -> None:
    """Between the parameters around it, in its own order."""
    assert list(signature(go).parameters) == ["name", "city", "floor", "loud"]
    assert go.__doc__ == "Print what was given."


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("--city", "Rome"), PlaceFlags("Rome")),
        (("--floor", "7", "--city", "Rome"), PlaceFlags("Rome", 7)),
    ],
)
def test_the_command_is_given_the_group(words: tuple[str, ...], place: PlaceFlags) -> None:
    """With what was said, and the group's own defaults for what was not."""
    assert printed(go, "me", *words) == f"me {place} False"
    assert printed(go, "me", *words, "--loud") == f"me {place} True"


def test_a_group_may_have_another_default_than_the_one_it_is_made_of() -> None:
    """The flag stays where it was."""
    assert printed(climb, "--city", "Rome") == str(HighFlags("Rome", 30))
