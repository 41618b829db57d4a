"""`bulkimport labelbox`: what is asked of Labelbox itself, by the thing that is asked about."""

from pathlib import Path
from typing import Annotated

import typer

from bulkimport.api import Options, run, snapshot_project
from bulkimport.cli.options import CaBundle, Endpoint, Json, KeyFile, Patience, Verbose, read_key
from bulkimport.cli.output import print_json, say
from bulkimport.cli.quantities import parse_seconds
from bulkimport.settings import Settings

app = typer.Typer(help="What is asked of Labelbox itself.", no_args_is_help=True)
projects = typer.Typer(help="Projects.", no_args_is_help=True)
app.add_typer(projects, name="projects")

ProjectId = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]


@projects.callback()
def one_of_several() -> None:
    """Projects."""


@projects.command("snapshot")
def snapshot(
    project: ProjectId,
    out: Out,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    patience: Patience = "1m",
    ca_bundle: CaBundle = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Save a project's ontology and medium; `check --ontology FILE` needs no network then."""
    options = Options(
        key=read_key(key_file),
        endpoint=endpoint,
        settings=Settings(outage_patience=parse_seconds(patience), ca_bundle=ca_bundle),
    )
    taken = run(snapshot_project(project, options=options))
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
