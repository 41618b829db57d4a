"""The command `bulkimport`: its subcommands, and how an error becomes a line and an exit code."""

import gc
import os
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer._click.core import Command, Context
from typer._click.exceptions import NoArgsIsHelpError
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bulkimport.cli import (
    bench,
    check,
    convert,
    demo,
    doctor,
    explain,
    imports,
    labelbox,
    migrate,
    plan,
    resume,
    runs,
    show,
    warmup,
)
from bulkimport.cli.config import for_every_command, read_defaults
from bulkimport.cli.output import show_logs
from bulkimport.errors import Again, BulkimportError
from bulkimport.native import hold_little
from bulkimport.settings import OPTION_PREFIX

CONFIG_NAME = "bulkimport.toml"
VERBOSE_VARIABLE = f"{OPTION_PREFIX}_VERBOSE"
SANDBOX = "sandbox"
INTERRUPTED = 130
UNEXPECTED = 1


class Commands(TyperGroup):
    """Commands, of which the sandbox is loaded only when it is the one meant."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Name the commands, the sandbox last."""
        return [*super().list_commands(ctx), SANDBOX]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Find a command; of the sandbox only what the list of commands shows."""
        if cmd_name == SANDBOX:
            return TyperCommand(SANDBOX, help="The local Labelbox and Labellerr, on 127.0.0.1.")
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the command that the words mean, with all its weight."""
        if args[0] == SANDBOX:
            module = import_module("bulkimport.cli.sandbox")
            return SANDBOX, get_command(module.app), args[1:]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    help="Move millions of annotations into a labeling platform: planned, resumable, exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("plan")(plan.plan)
app.command("import")(imports.import_)
app.command("convert")(convert.convert)
app.command("migrate")(migrate.migrate)
app.command("resume")(resume.resume)
app.command("explain")(explain.explain)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("warmup")(warmup.warmup)
app.command("status")(show.status)
app.command("report")(show.report)
app.add_typer(runs.app, name="runs")
app.add_typer(labelbox.app, name="labelbox")


def _version(value: bool) -> None:
    if value:
        typer.echo(version("bulkimport"))
        raise typer.Exit


@app.callback()
def defaults(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(help="Defaults for every flag, by its name.", envvar="BULKIMPORT_CONFIG")
    ] = Path(CONFIG_NAME),
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    """Read the defaults before any command."""
    context.default_map = for_every_command(app, read_defaults(config))


def main() -> None:
    """Run the command line and exit by the table of codes; never shows a raw traceback.

    `--verbose` (or BULKIMPORT_VERBOSE) shows the whole chain of causes.
    """
    show_logs("bulkimport.kernels")
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command and return its exit code."""
    # What was imported stays to the end: nobody need look through it for garbage again and again.
    gc.freeze()
    hold_little()
    try:
        # Outside standalone mode an Exit is not raised: its code is what the call gives.
        code = app(words, standalone_mode=False)
    except typer.TyperException as error:
        told = "" if isinstance(error, NoArgsIsHelpError) else "error: "
        typer.echo(f"{told}{error.format_message()}", err=True)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BulkimportError as error:
        _tell(error, words)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last door: nothing may leave as a traceback
        _tell(error, words)
        return UNEXPECTED
    return code if isinstance(code, int) else 0


def _tell(error: Exception, words: list[str]) -> None:
    line = " ".join(str(error).split()) or type(error).__name__
    if not isinstance(error, BulkimportError):
        line = f"unexpected {type(error).__name__}: {line}"
    typer.echo(f"error: {line}", err=True)
    if isinstance(error, BulkimportError) and error.again is Again.LATER and not error.remedy:
        typer.echo("\nhint: the same command later can help", err=True)
    if "--verbose" in words or os.environ.get(VERBOSE_VARIABLE):
        typer.echo("".join(_chain(error)), err=True)


def _chain(error: BaseException) -> Iterator[str]:
    """Every cause, one line each, and where an unexpected one came from."""
    cause = error
    while (above := cause.__cause__ or cause.__context__) is not None:
        cause = above
        yield f"caused by {type(cause).__name__}: {' '.join(str(cause).split())}\n"
    if not isinstance(error, BulkimportError):
        yield from traceback.format_tb(error.__traceback__)
