"""Labellerr's calls that show: a project, a dataset, the files of both."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bulkimport.sandbox.labellerr import projects
from bulkimport.sandbox.labellerr.refusals import malformed
from bulkimport.sandbox.labellerr.work import Work
from bulkimport.sandbox.mishaps import Struck


async def project(request: web.Request, _: Struck) -> Work:
    """Open a project; an unknown one is answered by null."""
    identity = request.match_info["project"]
    return Work(done=lambda db: {"response": projects.show_project(db, identity)})


async def dataset(request: web.Request, _: Struck) -> Work:
    """Show a dataset."""
    identity = request.match_info["dataset"]
    return Work(done=lambda db: {"response": projects.show_dataset(db, identity)})


async def files(request: web.Request, _: Struck) -> Work:
    """Show a page of a dataset's files."""
    query = request.query

    def show(db: sqlite3.Connection) -> Mapping[str, Any]:
        found = projects.find_dataset(db, query.get("dataset_id"))
        place = {"size": query.get("size"), "after": query.get("next_search_after")}
        return {"response": projects.page(db, [found["number"]], **place)}

    return Work(done=show)


async def project_files(request: web.Request, _: Struck) -> Work:
    """Show a page of a project's files; `search_queries` are not looked at."""
    identity = request.query.get("project_id")
    asked = _object(await request.read())
    place = {"size": asked.get("size"), "after": asked.get("next_search_after")}

    def show(db: sqlite3.Connection) -> Mapping[str, Any]:
        found = projects.find_project(db, identity)
        return {"response": projects.page(db, projects.dataset_numbers(db, found), **place)}

    return Work(done=show)


async def file(request: web.Request, _: Struck) -> Work:
    """Show one file; the SDK reads this answer alone without a `response` around it."""
    identity = request.query.get("file_id", "")
    return Work(done=lambda db: projects.show_file(db, identity))


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise malformed("the body is not JSON") from error
    if not isinstance(content, dict):
        raise malformed("the body is not a JSON object")
    return content
