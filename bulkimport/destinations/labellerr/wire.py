"""The one door to Labellerr's REST API: URLs, headers, the form of an upload."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from bulkimport.clock import Clock
from bulkimport.destinations.faults import Fault, Json
from bulkimport.destinations.http import FilePart, Form, HttpClient
from bulkimport.destinations.labellerr.answers import read_answer
from bulkimport.destinations.redact import redact
from bulkimport.errors import CredentialsRefused, UsageError
from bulkimport.model import Parcel
from bulkimport.settings import (
    LABELLERR_CLIENT_VARIABLE,
    LABELLERR_KEY_VARIABLE,
    LABELLERR_SECRET_VARIABLE,
    LabellerrKeys,
    Secret,
)

ANSWER_FORMAT: Final = "coco_json"
# The service's own client says both; the service may look at them.
SOURCE: Final = "sdk"
ORIGIN: Final = "https://pro.labellerr.com"
FILE_TYPE: Final = "application/octet-stream"


class Wire:
    """Makes one attempt at a call, and reads the answer as JSON or Fault, without any secret."""

    def __init__(
        self, *, endpoint: str, keys: LabellerrKeys, http: HttpClient, clock: Clock
    ) -> None:
        """Raise UsageError for a wrong endpoint, CredentialsRefused for what can be no key."""
        self._endpoint = _checked_endpoint(endpoint)
        self._key = _checked(keys.api_key, LABELLERR_KEY_VARIABLE)
        self._secret = _checked(keys.api_secret, LABELLERR_SECRET_VARIABLE)
        self._client = _checked(keys.client_id, LABELLERR_CLIENT_VARIABLE)
        self._http = http
        self._clock = clock

    async def project(self, project: str) -> Json | Fault:
        """Ask for a project."""
        query = {"client_id": self._client.reveal(), "uuid": str(uuid4())}
        headers = {"content-type": "application/json"}
        return await self._ask(f"/projects/project/{quote(project, safe='')}", query, headers)

    async def address(self, file_name: str) -> Json | Fault:
        """Ask for a signed address to put a file to: needs keys and client, and no project.

        Older clients of the service upload this way; nothing is kept until a file is put there.
        """
        query = {
            "client_id": self._client.reveal(),
            "purpose": "pre-annotations",
            "file_name": file_name,
        }
        return await self._ask("/connectors/direct-upload-url", query)

    async def upload(
        self, project: str, parcel: Parcel, *, conf_bucket: str | None
    ) -> Json | Fault:
        """Upload a document as pre-annotations."""
        query = {
            "project_id": project,
            "answer_format": ANSWER_FORMAT,
            "client_id": self._client.reveal(),
            "uuid": str(uuid4()),
        }
        if conf_bucket is not None:
            query["conf_bucket"] = conf_bucket
        file = FilePart(
            field="file",
            filename=f"{parcel.name}.json",
            content_type=FILE_TYPE,
            size=parcel.size,
            open=parcel.open,
        )
        headers = self._headers() | {"email_id": self._key.reveal()}
        url = self._url("/actions/upload_answers", query)
        answer = await self._http.post(url, Form({}, file), headers=headers)
        return read_answer(answer, now=self._clock.now(), secrets=self._secrets)

    async def job(self, project: str, job_id: str) -> Json | Fault:
        """Ask how far a job is."""
        query = {"project_id": project, "job_id": job_id, "client_id": self._client.reveal()}
        return await self._ask("/actions/upload_answers_status", query)

    async def files(self, dataset: str, *, size: int, after: str | None) -> Json | Fault:
        """Ask for a page of a dataset's files."""
        query = {
            "sort_by": "created_at",
            "sort_order": "desc",
            "size": str(size),
            "uuid": str(uuid4()),
            "dataset_id": dataset,
            "client_id": self._client.reveal(),
        }
        if after:
            query["next_search_after"] = after
        return await self._ask("/search/files/all", query)

    async def _ask(
        self, path: str, query: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Json | Fault:
        sent = self._headers() | dict(headers or {})
        answer = await self._http.ask(self._url(path, query), headers=sent)
        return read_answer(answer, now=self._clock.now(), secrets=self._secrets)

    @property
    def _secrets(self) -> tuple[Secret, ...]:
        return self._key, self._secret, self._client

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        return f"{self._endpoint}{path}?{urlencode(query, quote_via=quote)}"

    def _headers(self) -> dict[str, str]:
        return {
            "client_id": self._client.reveal(),
            "api_key": self._key.reveal(),
            "api_secret": self._secret.reveal(),
            "source": SOURCE,
            "origin": ORIGIN,
        }


def _checked_endpoint(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query:
        raise UsageError(
            f"{redact(endpoint)!r} is no endpoint",
            remedy="write it as https://HOST, without user, password and query",
        )
    return endpoint.rstrip("/")


def _checked(secret: Secret, variable: str) -> Secret:
    if not secret:
        raise CredentialsRefused(f"there is no {variable}", remedy=f"set {variable}")
    if not all("!" <= letter <= "~" for letter in secret.reveal()):
        raise CredentialsRefused(
            f"{variable} holds blanks or characters that none has", remedy=f"check {variable}"
        )
    return secret
