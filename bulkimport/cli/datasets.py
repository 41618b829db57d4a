"""`bulkimport labelbox datasets`: make, show, list and delete datasets."""

from typing import Annotated

import typer

from bulkimport.cli.asking import (
    AskingFlags,
    Description,
    Identity,
    Name,
    Named,
    Sure,
    require_sure,
)
from bulkimport.cli.groups import with_groups
from bulkimport.cli.options import flag

app = typer.Typer(help="Datasets: where data rows are kept.", no_args_is_help=True)

IfEmpty = Annotated[bool, flag("--if-empty", "Only when it has no data rows, counted anew.")]


@app.command("create")
@with_groups
def create(
    name: Name,
    description: Description = "",
    *,
    asking: AskingFlags,
) -> None:
    """Make a dataset. A lost answer makes no second one."""
    asking.answer(lambda places: places.create_dataset(name, description))


@app.command("show")
@with_groups
def show(
    identity: Identity,
    *,
    asking: AskingFlags,
) -> None:
    """Show a dataset with its data rows counted anew."""
    asking.answer(lambda places: places.dataset(identity))


@app.command("list")
@with_groups
def list_datasets(
    name: Named = None,
    *,
    asking: AskingFlags,
) -> None:
    """List datasets, one a line."""
    asking.answer(lambda places: places.datasets(name))


@app.command("delete")
@with_groups
def delete(
    identity: Identity,
    yes: Sure = False,
    if_empty: IfEmpty = False,
    *,
    asking: AskingFlags,
) -> None:
    """Delete a dataset with all its data rows."""
    if not if_empty:
        require_sure(yes, "a dataset with all its data rows")
    asking.answer(lambda places: places.delete_dataset(identity, if_empty=if_empty))
