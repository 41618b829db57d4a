"""`bulkimport labelbox projects`: make, show, list, change, delete and save projects."""

from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import run
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
from bulkimport.cli.options import Json, flag
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
@with_groups
def create(
    name: Name,
    media: MediaOfProject,
    description: Description = "",
    quality: QualityWords = "benchmark,consensus",
    labels: Labels = None,
    share: Share = None,
    *,
    asking: AskingFlags,
) -> None:
    """Make a project. A lost answer makes no second one."""
    settings = QualitySettings.of(read_quality(quality), labels=labels, share=share)
    wanted = ProjectWanted(name, wire_media(media), settings, description)
    asking.answer(lambda places: places.create_project(wanted))


@app.command("show")
@with_groups
def show(
    identity: Identity,
    *,
    asking: AskingFlags,
) -> None:
    """Show a project."""
    asking.answer(lambda places: places.project(identity))


@app.command("list")
@with_groups
def list_projects(
    name: Named = None,
    *,
    asking: AskingFlags,
) -> None:
    """List projects, one a line."""
    asking.answer(lambda places: places.projects(name))


@app.command("update")
@with_groups
def update(
    identity: Identity,
    name: NewName = None,
    description: NewDescription = None,
    media: NewMedia = None,
    *,
    asking: AskingFlags,
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
    asking.answer(lambda places: places.update_project(identity, **fields))


@app.command("delete")
@with_groups
def delete(
    identity: Identity,
    yes: Sure = False,
    *,
    asking: AskingFlags,
) -> None:
    """Delete a project with all its labels."""
    require_sure(yes, "a project with all its labels")
    asking.answer(lambda places: places.delete_project(identity))


@app.command("snapshot")
@with_groups
def snapshot(
    project: ProjectId,
    out: Out,
    data_rows: DataRowsOut = None,
    json: Json = False,
    *,
    asking: AskingFlags,
) -> None:
    """Save a project's ontology and medium; `check --ontology FILE` needs no network then.

    With --data-rows its data rows too, as `--assets` takes them.
    """
    taken = run(snapshot_project(project, options=asking.options(), data_rows=data_rows))
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
