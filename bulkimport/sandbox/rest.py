"""The REST side of a sandbox: what keeps house for ontologies and their features."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.sandbox import ontologies
from bulkimport.sandbox.refusals import NOT_FOUND, Refusal, malformed
from bulkimport.sandbox.service import Service
from bulkimport.sandbox.session import Session
from bulkimport.sandbox.settings import SandboxSettings

BASE: Final = "/api/v1"
BEARER: Final = "Bearer "

Act = Callable[[Session, web.Request, Mapping[str, Any]], Any]
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Rest:
    """Turns REST requests into changes of the store; a refusal is JSON with a `message`."""

    def __init__(self, service: Service, settings: SandboxSettings, clock: Clock) -> None:
        """Work on the store of `service`; only requests with the settings' key reach it."""
        self._service = service
        self._expected = (BEARER + settings.key).encode()
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return what is served where."""
        ontology, feature = f"{BASE}/ontologies/{{ontology}}", "feature-schemas/{feature}"
        return [
            web.get(ontology, self._answering(show, 200)),
            web.delete(ontology, self._answering(delete, 204)),
            web.post(f"{ontology}/{feature}", self._answering(insert, 201)),
            web.put(f"{BASE}/{feature}", self._answering(put, 200)),
            web.patch(f"{BASE}/{feature}/definition", self._answering(rename, 200)),
        ]

    def _answering(self, act: Act, status: int) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(given, self._expected):
                return said(401, {"message": "Invalid API key"})
            try:
                content = orjson.loads(await request.read() or b"{}")
                made = await asyncio.to_thread(self._run, act, request, content)
            except orjson.JSONDecodeError:
                return said(400, {"message": "the body is no JSON"})
            except Refusal as refusal:
                code = (refusal.extensions or {}).get("code")
                return said(404 if code == NOT_FOUND else 400, {"message": refusal.message})
            return web.Response(status=status) if made is None else said(status, made)

        return handle

    def _run(self, act: Act, request: web.Request, content: Mapping[str, Any]) -> Any:  # noqa: ANN401
        with self._service.store.writing() as db:
            session = Session(db=db, files=self._service.files, now=self._clock.now(), base="")
            return act(session, request, content)


def said(status: int, content: Any) -> web.Response:  # noqa: ANN401 - anything that JSON can hold
    """Answer JSON."""
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")


def show(session: Session, request: web.Request, _: Mapping[str, Any]) -> dict[str, Any]:
    """Answer which features an ontology has."""
    where = {"where": {"id": request.match_info["ontology"]}}
    normalized = ontologies.ontology(session, where)["normalized"]
    return {
        "featureSchemaNodes": {
            group: [
                {"featureSchemaId": node["featureSchemaId"], "archived": False}
                for node in normalized.get(group) or []
            ]
            for group in ("tools", "classifications", "relationships")
        }
    }


def delete(session: Session, request: web.Request, _: Mapping[str, Any]) -> None:
    """Delete an ontology that no project has."""
    ontologies.delete_ontology(session, request.match_info["ontology"])


def put(session: Session, request: web.Request, content: Mapping[str, Any]) -> dict[str, Any]:
    """Make or change a feature schema."""
    feature = request.match_info["feature"]
    return {"schemaId": ontologies.put_feature(session, feature, str(content.get("normalized")))}


def insert(session: Session, request: web.Request, content: Mapping[str, Any]) -> dict[str, Any]:
    """Put a feature schema into an ontology."""
    position = content.get("position")
    if not isinstance(position, int):
        raise malformed("position must be a number")
    place = request.match_info
    ontologies.insert_feature(session, place["ontology"], place["feature"], position=position)
    return {}


def rename(session: Session, request: web.Request, content: Mapping[str, Any]) -> dict[str, Any]:
    """Give a feature schema another name."""
    feature = request.match_info["feature"]
    found = ontologies.feature_schema(session, {"where": {"featureSchemaId": feature}})
    node = {**found["normalized"], "name": content["title"]}
    return {"schemaId": ontologies.put_feature(session, feature, orjson.dumps(node).decode())}
