"""`bulkimport labelbox datasets`: make, show, list and delete datasets."""

import typer

from bulkimport.cli.asking import (
    Description,
    Identity,
    Name,
    Named,
    Sure,
    answer,
    asking,
    require_sure,
)
from bulkimport.cli.options import CaBundle, Endpoint, KeyFile, Patience, Verbose

app = typer.Typer(help="Datasets: where data rows are kept.", no_args_is_help=True)


@app.command("create")
def create(
    name: Name,
    description: Description = "",
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Make a dataset. A lost answer makes no second one."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.create_dataset(name, description), options)


@app.command("show")
def show(
    identity: Identity,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Show a dataset with its data rows counted anew."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.dataset(identity), options)


@app.command("list")
def list_datasets(
    name: Named = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """List datasets, one a line."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.datasets(name), options)


@app.command("delete")
def delete(
    identity: Identity,
    yes: Sure = False,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Delete a dataset with all its data rows."""
    require_sure(yes, "a dataset with all its data rows")
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.delete_dataset(identity), options)
