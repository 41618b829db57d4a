"""Labellerr's calls that bring pre-annotations: a signed address, an upload, its status."""

import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from bulkimport.clock import Clock
from bulkimport.sandbox.files import Draft, Files
from bulkimport.sandbox.labellerr import jobs
from bulkimport.sandbox.labellerr.jobs import Answers, Wanted
from bulkimport.sandbox.labellerr.projects import WRITE, find_project
from bulkimport.sandbox.labellerr.slots import check_slot, fill_slot, find_answers, open_slot
from bulkimport.sandbox.labellerr.uploads import Pace, check_size, read_body, read_form
from bulkimport.sandbox.labellerr.work import Work
from bulkimport.sandbox.mishaps import Struck

SIGNED: Final = "/labellerr-uploads/"
DEFAULT_RATE: Final = 1 << 16

Find = Callable[[sqlite3.Connection], Answers]


class Submissions:
    """The calls that bring files and ask what became of them."""

    def __init__(self, files: Files, clock: Clock, *, processing_seconds: float) -> None:
        """Keep what comes in `files`; a job shows `processing` for so many seconds at least."""
        self._files = files
        self._clock = clock
        self._processing_seconds = processing_seconds

    async def upload(self, request: web.Request, struck: Struck) -> Work:
        """Make a job of a file, in the request or put to a signed address before."""
        wanted = Wanted.of(request.query)
        path = request.query.get("gcs_path")
        if path is not None:
            return self._job(wanted, struck, lambda db: find_answers(db, wanted, path))
        draft = self._files.draft()
        try:
            answers = await read_form(request, draft, self._pace(struck))
        except BaseException:
            remove(draft)
            raise

        def kept(db: sqlite3.Connection) -> Answers:
            self._files.keep(db, draft, now=self._clock.now(), expires=False)
            return answers

        return self._job(wanted, struck, kept, discard=partial(remove, draft))

    def _job(
        self,
        wanted: Wanted,
        struck: Struck,
        find: Find,
        *,
        discard: Callable[[], None] | None = None,
    ) -> Work:
        def create(db: sqlite3.Connection) -> Mapping[str, Any]:
            project = find_project(db, wanted.project, access=WRITE)
            answers = find(db)
            check_size(answers.size)
            answers.check(wanted.answer_format)
            ready_at = self._clock.now() + self._processing_seconds
            made = jobs.create(
                db, project, wanted, answers=answers, ready_at=ready_at, faults=struck
            )
            return {"response": made}

        return Work(done=create, changes=True, **({"discard": discard} if discard else {}))

    async def status(self, request: web.Request, _: Struck) -> Work:
        """Show how far a job is."""
        query = request.query

        def show(db: sqlite3.Connection) -> Mapping[str, Any]:
            project = find_project(db, query.get("project_id"))
            now = self._clock.now()
            return {"response": jobs.show(db, project, query.get("job_id", ""), now=now)}

        return Work(done=show)

    async def open_slot(self, request: web.Request, _: Struck) -> Work:
        """Give out a signed address for a file."""
        query, draft = request.query, self._files.draft()
        base = f"{request.scheme}://{request.host}{SIGNED}"

        def opened(db: sqlite3.Connection) -> Mapping[str, Any]:
            asked = {"path": query.get("file_name", ""), "purpose": query.get("purpose", "")}
            token = open_slot(db, draft, now=self._clock.now(), **asked)
            return {"response": f"{base}{token}"}

        return Work(done=opened, changes=True)

    async def fill_slot(self, request: web.Request, struck: Struck) -> Work:
        """Take the file that belongs to a signed address."""
        token, draft = request.match_info["token"], self._files.draft()
        try:
            size, digest = await read_body(request, draft, self._pace(struck))
        except BaseException:
            remove(draft)
            raise

        def filled(db: sqlite3.Connection) -> Mapping[str, Any]:
            now = self._clock.now()
            check_slot(db, token, now=now)
            draft.path.replace(self._files.path(token))
            fill_slot(db, self._files, token, size=size, digest=digest, now=now)
            return {}

        return Work(done=filled, changes=True, discard=partial(remove, draft))

    def _pace(self, struck: Struck) -> Pace:
        slow = struck.get("slow-body")
        rate = slow.get("bytes_per_second", DEFAULT_RATE) if slow is not None else None
        return Pace(self._clock, rate)


def remove(draft: Draft) -> None:
    """Remove what was read for nothing."""
    draft.path.unlink(missing_ok=True)
