"""`bulkimport labelbox projects`: make, show, list, change, delete and save projects."""

from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import run
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
from bulkimport.cli.options import CaBundle, Endpoint, Json, KeyFile, Patience, Verbose, flag
from bulkimport.cli.output import print_json, say
from bulkimport.destinations.labelbox.media import QualitySettings, read_quality, wire_media
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.errors import UsageError
from bulkimport.places import snapshot_project

app = typer.Typer(help="Projects: where data rows are labeled.", no_args_is_help=True)

ProjectId = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]
DataRowsOut = Annotated[
    Path | None, flag("--data-rows", "A file for the project's data rows, one a line.")
]
MediaOfProject = Annotated[str, flag("--media", "Its media type: image, video, text, …")]
NewMedia = Annotated[str | None, flag("--media", "Its new media type.")]
QualityWords = Annotated[
    str, flag("--quality", "How labels are measured: benchmark, consensus, or both.")
]
Labels = Annotated[
    int | None, flag("--labels", "Labels a data row gets in consensus; 3 by default.", min=1)
]
Share = Annotated[
    float | None, flag("--share", "Share of the data rows in consensus, 0 to 1; 0 by default.")
]
NewName = Annotated[str | None, flag("--name", "Its new name.")]
NewDescription = Annotated[str | None, flag("--description", "Its new description.")]


@app.command("create")
def create(
    name: Name,
    media: MediaOfProject,
    description: Description = "",
    quality: QualityWords = "benchmark,consensus",
    labels: Labels = None,
    share: Share = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Make a project. A lost answer makes no second one."""
    settings = QualitySettings.of(read_quality(quality), labels=labels, share=share)
    wanted = ProjectWanted(name, wire_media(media), settings, description)
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.create_project(wanted), options)


@app.command("show")
def show(
    identity: Identity,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Show a project."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.project(identity), options)


@app.command("list")
def list_projects(
    name: Named = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """List projects, one a line."""
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.projects(name), options)


@app.command("update")
def update(
    identity: Identity,
    name: NewName = None,
    description: NewDescription = None,
    media: NewMedia = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    verbose: Verbose = False,
) -> None:
    """Change a project's name, description or media type."""
    given = {
        "name": name,
        "description": description,
        "allowedMediaType": wire_media(media) if media else None,
    }
    fields = {field: value for field, value in given.items() if value is not None}
    if not fields:
        raise UsageError("nothing is changed", remedy="give --name, --description or --media")
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.update_project(identity, **fields), options)


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
    """Delete a project with all its labels."""
    require_sure(yes, "a project with all its labels")
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    answer(lambda places: places.delete_project(identity), options)


@app.command("snapshot")
def snapshot(
    project: ProjectId,
    out: Out,
    data_rows: DataRowsOut = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Save a project's ontology and medium; `check --ontology FILE` needs no network then.

    With --data-rows its data rows too, as `--assets` takes them.
    """
    options = asking(endpoint, key_file=key_file, patience=patience, ca_bundle=ca_bundle)
    taken = run(snapshot_project(project, options=options, data_rows=data_rows))
    taken.write(out)
    if json:
        print_json(
            {
                "project": taken.project,
                "name": taken.name,
                "media_type": taken.media_type,
                "has_ontology": bool(taken.ontology),
                "file": str(out),
            }
        )
    say(f"{out}: {taken.name or taken.project}, {taken.media_type or 'no medium'}")
