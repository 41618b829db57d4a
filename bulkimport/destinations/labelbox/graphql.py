"""The one GraphQL door of Labelbox: JSON questions and multipart uploads."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import orjson

from bulkimport.clock import Clock
from bulkimport.destinations.faults import Cause, Fault, Json
from bulkimport.destinations.http import Answer, FilePart, Form, HttpClient, NoAnswer
from bulkimport.destinations.labelbox.answers import read_answer, read_rest_answer
from bulkimport.destinations.labelbox.verdicts import CHECK_THE_KEY, error_of
from bulkimport.destinations.redact import redact
from bulkimport.errors import CredentialsRefused, UsageError
from bulkimport.model import Parcel
from bulkimport.settings import API_KEY_VARIABLE, Secret

_CONTENT_TYPE: Final = "application/x-ndjson"
# One neutral key as part name and in `map`: a name with a quote would be written differently in
# the two places.
_FILE_KEY: Final = "1"
_UPLOAD_FILE: Final = (
    "mutation UploadFile($file: Upload!, $contentLength: Int!, $sign: Boolean)"
    " { uploadFile(file: $file, contentLength: $contentLength, sign: $sign) { url } }"
)


class GraphQL:
    """Sends one document at a time with the key, and reads the answer as data or Fault.

    Values travel as variables only. A Fault holds neither the key nor a signed URL, even when the
    service repeats them in its words.
    """

    def __init__(self, *, endpoint: str, key: Secret, http: HttpClient, clock: Clock) -> None:
        """Raise UsageError for a wrong endpoint, CredentialsRefused for what can be no key."""
        self._endpoint = _checked_endpoint(endpoint)
        self._key = _checked_key(key)
        self._http = http
        self._clock = clock

    async def ask(self, document: str, variables: Json) -> Json | Fault:
        """Make one attempt at a question."""
        body = orjson.dumps({"query": document, "variables": variables})
        kind = {"Content-Type": "application/json"}
        return self._read(
            await self._http.post(self._endpoint, body, headers=self._headers() | kind)
        )

    async def read(self, document: str, variables: Json) -> Json:
        """Make one attempt at a question, or at a change that may as well be made twice.

        Raises what a fault means: DestinationAway for passing trouble, else what stays.
        """
        answer = await self.ask(document, variables)
        if isinstance(answer, Fault):
            raise error_of(answer)
        return answer

    async def rest(self, method: str, path: str, content: Json | None = None) -> Json | Fault:
        """Make one attempt at a request of the REST side, which keeps house for ontologies.

        An answer that is no JSON object, such as that of a deletion, reads as an empty one.
        """
        body = b"" if content is None else orjson.dumps(content)
        kind = {"Content-Type": "application/json"}
        url = rest_endpoint(self._endpoint) + path
        answer = await self._http.send(method, url, body, headers=self._headers() | kind)
        return self._without_key(read_rest_answer(answer, now=self._clock.now()))

    async def upload(self, document: str, variables: Json, *, parcel: Parcel) -> Json | Fault:
        """Make one attempt at a mutation with the parcel as its variable `file`.

        Framing: the GraphQL multipart request specification; the file is named after the parcel.
        """
        file = FilePart(
            field=_FILE_KEY,
            filename=f"{parcel.name}.ndjson",
            content_type=_CONTENT_TYPE,
            size=parcel.size,
            open=parcel.open,
        )
        return await self._send(document, variables, file)

    async def upload_file(
        self, name: str, pieces: Sequence[bytes], *, content_type: str = "application/json"
    ) -> str | Fault:
        """Make one attempt to leave a file at the service; gives its URL, a secret."""

        async def fresh() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        size = sum(map(len, pieces))
        file = FilePart(_FILE_KEY, name, content_type, size, fresh)
        answer = await self._send(_UPLOAD_FILE, {"contentLength": size}, file)
        if isinstance(answer, Fault):
            return answer
        url = (answer.get("uploadFile") or {}).get("url")
        return url if isinstance(url, str) else Fault(Cause.BROKEN, "the answer holds no file")

    async def _send(self, document: str, variables: Json, file: FilePart) -> Json | Fault:
        operations = {"query": document, "variables": {**variables, "file": None}}
        fields = {
            "operations": orjson.dumps(operations).decode(),
            "map": orjson.dumps({_FILE_KEY: ["variables.file"]}).decode(),
        }
        form = Form(fields=fields, file=file)
        return self._read(await self._http.post(self._endpoint, form, headers=self._headers()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key.reveal()}", "Accept": "application/json"}

    def _read(self, answer: Answer | NoAnswer) -> Json | Fault:
        return self._without_key(read_answer(answer, now=self._clock.now()))

    def _without_key(self, result: Json | Fault) -> Json | Fault:
        if isinstance(result, Fault):
            return replace(result, message=redact(result.message, self._key))
        return result


def rest_endpoint(endpoint: str) -> str:
    """Return where the REST side of the service answers whose GraphQL side is `endpoint`."""
    return f"{endpoint.rstrip('/').removesuffix('/graphql')}/api/v1"


def _checked_endpoint(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password:
        raise UsageError(
            f"{redact(endpoint)!r} is no endpoint",
            remedy="write it as https://HOST/graphql, without user and password",
        )
    return endpoint


def _checked_key(key: Secret) -> Secret:
    if not key:
        raise CredentialsRefused("there is no API key", remedy=f"set {API_KEY_VARIABLE}")
    if not all("!" <= letter <= "~" for letter in key.reveal()):
        raise CredentialsRefused(
            "the API key holds blanks or characters that no key has", remedy=CHECK_THE_KEY
        )
    return key
