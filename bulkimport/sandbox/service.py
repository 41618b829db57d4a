"""Answers checked GraphQL documents: one document, one transaction."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from graphql import ExecutionResult

from bulkimport.clock import Clock
from bulkimport.sandbox import (
    assets,
    data_rows,
    datasets,
    exports,
    imports,
    ontologies,
    people,
    projects,
    signers,
    tasks,
    upserts,
)
from bulkimport.sandbox.files import FILES, Files
from bulkimport.sandbox.graphql import Api, Operation, is_surprise, payload
from bulkimport.sandbox.importer import Importer
from bulkimport.sandbox.session import Fault, Session
from bulkimport.sandbox.settings import SandboxSettings
from bulkimport.sandbox.store import Store
from bulkimport.sandbox.tiers import LIMITS
from bulkimport.sandbox.uploads import Asked

LOG: Final = logging.getLogger(__name__)


class Undone(Exception):
    """A result with errors: nothing it changed is kept."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__("undone")
        self.result = result


class Service:
    """The state of a sandbox and the fields that show and change it."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        """Open what is kept in the settings' folder."""
        self.store = Store(settings.folder)
        self.files = Files(settings.folder / FILES, settings.file_lifetime)
        with self.store.reading() as db:
            self.files.sweep(db)
        self.importer = Importer(self.store, self.files, clock)
        self.api = Api(
            {
                **assets.FIELDS,
                **people.FIELDS,
                **tasks.FIELDS,
                **ontologies.FIELDS,
                **projects.FIELDS,
                **datasets.FIELDS,
                **signers.FIELDS,
                **data_rows.FIELDS,
                **upserts.FIELDS,
                **exports.FIELDS,
                **imports.FIELDS,
            }
        )
        self._clock = clock
        self._unique_names = settings.unique_names
        self._limits = LIMITS[settings.tier]

    def answer(
        self, operation: Operation, asked: Asked, *, base: str, faults: Mapping[str, Fault]
    ) -> dict[str, Any]:
        """Run a document whole or not at all and return the answer's JSON. Blocks.

        Files that came with it and that nothing refers to afterwards are removed.
        """
        kept: set[str] = set()
        turn = self.store.writing if operation.changes else self.store.reading
        try:
            with turn() as db:
                session = Session(
                    db=db,
                    files=self.files,
                    now=self._clock.now(),
                    base=base,
                    unique_names=self._unique_names,
                    limits=self._limits,
                    faults=faults,
                    kept=kept,
                )
                result = whole(self.api.run(operation, asked.variables, session))
        except Undone as undone:
            kept.clear()
            result = undone.result
            log_surprises(result)
        finally:
            asked.discard(kept)
        return payload(result)


def whole(result: ExecutionResult) -> ExecutionResult:
    """Return a result without errors; raises Undone for any other."""
    if result.errors:
        raise Undone(result)
    return result


def log_surprises(result: ExecutionResult) -> None:
    """Log errors that are our own mistake and not a refusal."""
    for error in result.errors or ():
        if is_surprise(error):
            LOG.error("%s", error, exc_info=error.original_error)
