"""What the commands that ask Labelbox itself share: their flags, and one way to ask and answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bulkimport.api import DEFAULT_RUNS, Options, run
from bulkimport.cli.options import CaBundle, Endpoint, KeyFile, Patience, Verbose, flag, read_key
from bulkimport.cli.output import print_json
from bulkimport.cli.quantities import parse_seconds
from bulkimport.engine.places import Places
from bulkimport.errors import UsageError
from bulkimport.places import open_places
from bulkimport.settings import Settings

Name = Annotated[str, typer.Argument(help="Its name.")]
Identity = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]
Description = Annotated[str, flag("--description", "What it is for.")]
Sure = Annotated[bool, flag("--yes", "Do delete it; without it nothing happens.")]
Named = Annotated[str | None, flag("--name", "Only those of this very name.")]


@dataclass(frozen=True)
class AskingFlags:
    """Flags of a command that asks or changes something small."""

    endpoint: Endpoint = None
    key_file: KeyFile = None
    patience: Patience = "1m"
    ca_bundle: CaBundle = None
    verbose: Verbose = False

    def options(self, runs: Path = DEFAULT_RUNS) -> Options:
        """The same as options. Raises UsageError where there is no key."""
        patience = parse_seconds(self.patience, place="--patience")
        return Options(
            key=read_key(self.key_file),
            endpoint=self.endpoint,
            runs=runs,
            settings=Settings(outage_patience=patience, ca_bundle=self.ca_bundle),
        )

    def answer(self, call: Callable[[Places], Awaitable[Any]]) -> None:
        """Ask, and print what comes as JSON: one object a line, a list as so many lines."""
        options = self.options()

        async def asked() -> Any:  # noqa: ANN401 - whatever is asked for
            async with open_places(options) as places:
                return await call(places)

        found = run(asked())
        for each in found if isinstance(found, list) else [found]:
            if each is not None:
                print_json(each)


def require_sure(sure: bool, what: str) -> None:
    """Raise UsageError unless the caller has said that the deletion is meant."""
    if not sure:
        raise UsageError(f"{what} is deleted for good", remedy="say --yes if that is meant")
