"""Everything that one key may see, behind one rate of requests and one pool of connections."""

from bulkimport.clock import Clock
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.batches import Batches
from bulkimport.destinations.labelbox.datasets import Datasets
from bulkimport.destinations.labelbox.exports import Exports
from bulkimport.destinations.labelbox.files import Files
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.keys import DataRowKeys
from bulkimport.destinations.labelbox.ontologies import Ontologies
from bulkimport.destinations.labelbox.projects import Projects
from bulkimport.destinations.labelbox.tasks import Task, look_at_task
from bulkimport.settings import Secret, Settings


class LabelboxAccount:
    """The subjects of an account, each in a file of its own."""

    def __init__(self, *, endpoint: str, key: Secret, settings: Settings, clock: Clock) -> None:
        """Open nothing yet. Raises UsageError or CredentialsRefused for what cannot work."""
        self._http = HttpClient(settings=settings, clock=clock)
        self._graphql = GraphQL(endpoint=endpoint, key=key, http=self._http, clock=clock)
        self.datasets = Datasets(self._graphql)
        self.ontologies = Ontologies(self._graphql)
        self.projects = Projects(self._graphql)
        self.keys = DataRowKeys(self._graphql, clock)
        self.exports = Exports(self._graphql, Files(self._http, clock), clock)

    @property
    def requests(self) -> int:
        """Count every HTTP request made so far."""
        return self._http.requests

    def batches(self, project: str) -> Batches:
        """The batches of a project."""
        return Batches(self._graphql, project)

    async def task(self, identity: str) -> Task:
        """Look at a task once."""
        return await look_at_task(self._graphql, identity)

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()
