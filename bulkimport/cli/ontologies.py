"""`bulkimport labelbox ontologies`: make, find, change, delete and connect ontologies."""

from pathlib import Path
from typing import Annotated

import typer

from bulkimport.cli.asking import AskingFlags, Identity, Name, Sure, require_sure
from bulkimport.cli.groups import with_groups
from bulkimport.cli.options import flag
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
@with_groups
def create(
    name: Name,
    features: Features,
    media: MediaOfOntology = None,
    *,
    asking: AskingFlags,
) -> None:
    """Make an ontology. A lost answer makes no second one."""
    wanted, media_type = _read(features), wire_media(media) if media else None
    asking.answer(lambda places: places.create_ontology(name, wanted, media_type=media_type))


@app.command("show")
@with_groups
def show(
    identity: Identity,
    *,
    asking: AskingFlags,
) -> None:
    """Show an ontology with all its ids."""
    asking.answer(lambda places: places.ontology(identity))


@app.command("find")
@with_groups
def find(
    text: Text,
    *,
    asking: AskingFlags,
) -> None:
    """List the ontologies whose name contains a text, one a line."""
    asking.answer(lambda places: places.ontologies(text))


@app.command("update")
@with_groups
def update(
    identity: Identity,
    features: Features,
    *,
    asking: AskingFlags,
) -> None:
    """Add the features that it lacks and change those that differ; none is removed."""
    wanted = _read(features)
    asking.answer(lambda places: places.update_ontology(identity, wanted))


@app.command("connect")
@with_groups
def connect(
    identity: Identity,
    project: ProjectId,
    *,
    asking: AskingFlags,
) -> None:
    """Give a project its ontology; their media types must be equal."""
    asking.answer(lambda places: places.connect_ontology(project, identity))


@app.command("delete")
@with_groups
def delete(
    identity: Identity,
    yes: Sure = False,
    *,
    asking: AskingFlags,
) -> None:
    """Delete an ontology that no project has."""
    require_sure(yes, "an ontology")
    asking.answer(lambda places: places.delete_ontology(identity))


def _read(path: Path) -> dict[str, object]:
    return read_features(Snapshot.read(path).ontology, place=str(path))
