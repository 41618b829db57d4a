"""Questions that tell apart why imports into a place cannot work; none of them changes anything."""

from typing import Final

from bulkimport.clock import Clock
from bulkimport.destinations.faults import Fault, Json
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.settings import Secret

_WHO: Final = "query Who { user { id orgRole { name } } }"
_PROJECT: Final = (
    "query Project($id: ID!) { project(where: {id: $id})"
    " { id name allowedMediaType dataRowCount ontology { normalized } } }"
)
_DATASET: Final = "query Dataset($id: ID!) { dataset(where: {id: $id}) { id name } }"
_IMPORTS: Final = (
    "query Imports($id: ID!) { labelImports(first: 1, where: {projectId: $id}) { id } }"
)


class Diagnosis:
    """Asks one thing at a time, one attempt each."""

    def __init__(self, *, endpoint: str, key: Secret, http: HttpClient, clock: Clock) -> None:
        """Raise UsageError for a wrong endpoint, CredentialsRefused for what can be no key."""
        self._graphql = GraphQL(endpoint=endpoint, key=key, http=http, clock=clock)

    async def who(self) -> Json | Fault:
        """Ask who owns the key: needs no right but the key itself."""
        return await self._graphql.ask(_WHO, {})

    async def project(self, identity: str) -> Json | Fault:
        """Ask for a project, its medium, its ontology and how many data rows it has."""
        return await self._graphql.ask(_PROJECT, {"id": identity})

    async def dataset(self, identity: str) -> Json | Fault:
        """Ask for a dataset."""
        return await self._graphql.ask(_DATASET, {"id": identity})

    async def imports(self, project: str) -> Json | Fault:
        """Ask for one of the project's imports: needs the right to see them."""
        return await self._graphql.ask(_IMPORTS, {"id": project})
