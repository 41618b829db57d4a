"""`bulkimport labelbox`: what is asked of Labelbox itself, by the thing that is asked about."""

import typer

from bulkimport.cli import batches, datasets, ontologies, projects

app = typer.Typer(help="What is asked of Labelbox itself.", no_args_is_help=True)
app.add_typer(datasets.app, name="datasets")
app.add_typer(ontologies.app, name="ontologies")
app.add_typer(projects.app, name="projects")
app.add_typer(batches.app, name="batches")
