"""`bulkimport labelbox ontologies`: make, find, change, delete and connect ontologies."""

from pathlib import Path
from typing import Annotated

import typer

from bulkimport.cli.asking import Identity, Name, Sure, answer, asking, require_sure
from bulkimport.cli.options import CaBundle, Endpoint, KeyFile, Patience, Verbose, flag
from bulkimport.destinations.labelbox.features import read_features
from bulkimport.destinations.labelbox.media import wire_media
from bulkimport.rows.snapshot import Snapshot

app = typer.Typer(help="Ontologies: what may be annotated.", no_args_is_help=True)

Features = Annotated[
    Path, flag("--features", "JSON file with tools and classifications, or a saved snapshot.")
]
MediaOfOntology = Annotated[
    str | None, flag("--media", "Its media type; without one it goes with any.")
]
Text = Annotated[str, typer.Argument(help="What the name contains.")]
ProjectId = Annotated[str, flag("--project", "The project that is given the ontology.")]


@app.command("create")
def create(
    name: Name,
    features: Features,
    media: MediaOfOntology = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Make an ontology. A lost answer makes no second one."""
    wanted, media_type = _read(features), wire_media(media) if media else None
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.create_ontology(name, wanted, media_type=media_type), options)


@app.command("show")
def show(
    identity: Identity,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Show an ontology with all its ids."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.ontology(identity), options)


@app.command("find")
def find(
    text: Text,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """List the ontologies whose name contains a text, one a line."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.ontologies(text), options)


@app.command("update")
def update(
    identity: Identity,
    features: Features,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Add the features that it lacks and change those that differ; none is removed."""
    wanted = _read(features)
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.update_ontology(identity, wanted), options)


@app.command("connect")
def connect(
    identity: Identity,
    project: ProjectId,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Give a project its ontology; their media types must be equal."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.connect_ontology(project, identity), options)


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
    """Delete an ontology that no project has."""
    require_sure(yes, "an ontology")
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.delete_ontology(identity), options)


def _read(path: Path) -> dict[str, object]:
    return read_features(Snapshot.read(path).ontology, place=str(path))
