"""Uploads of pre-annotations as callers see them: a job made, asked for, shown."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bulkimport.sandbox.documents import Document
from bulkimport.sandbox.ids import new_id
from bulkimport.sandbox.labellerr.refusals import malformed, missing
from bulkimport.sandbox.session import Fault

PROCESSING: Final = "processing"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
COCO: Final = "coco_json"
FORMATS: Final = ("json", COCO, "csv", "png", "video_json")
CONFIDENCES: Final = ("low", "medium", "high")
MOST_BYTES: Final = 25_000_000
# Faults of an upload that show later, when the job runs.
LATER_FAULTS: Final = ("fail-import",)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the query of an upload asks for; `request` is its uuid, which repeats in a retry."""

    project: str
    answer_format: str
    conf_bucket: str | None = None
    request: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """Read a query; raises Refused for a format or bucket that does not exist."""
        answer_format, conf_bucket = query.get("answer_format", ""), query.get("conf_bucket")
        if answer_format not in FORMATS:
            raise malformed(f"answer_format {answer_format!r} is none of {', '.join(FORMATS)}")
        if conf_bucket not in (None, *CONFIDENCES):
            raise malformed(f"conf_bucket {conf_bucket!r} is none of {', '.join(CONFIDENCES)}")
        return cls(
            project=query.get("project_id", ""),
            answer_format=answer_format,
            conf_bucket=conf_bucket,
            request=query.get("uuid"),
        )


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A file that has come: its token in the folder of files, its name, its size and digest."""

    token: str
    name: str
    size: int
    digest: str

    def check(self, answer_format: str) -> None:
        """Return when the file may be judged; raises Refused."""
        if not self.size:
            raise malformed("The file is empty")
        if answer_format == COCO and not self.name.endswith(".json"):
            raise malformed(f"The name of a {COCO} file must end in .json, not be {self.name!r}")


def create(
    db: sqlite3.Connection,
    project: Document,
    wanted: Wanted,
    *,
    answers: Answers,
    ready_at: float,
    faults: Mapping[str, Fault],
) -> Mapping[str, Any]:
    """Keep a new job and answer its id; the same call twice makes two."""
    identity = new_id()
    later = {name: faults[name] for name in LATER_FAULTS if name in faults}
    db.execute(
        "INSERT INTO labellerr_job (id, project, request, answer_format, conf_bucket, token,"
        " file_name, size, digest, ready_at, faults, status)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(identity, project["number"], wanted.request, wanted.answer_format),
            *(wanted.conf_bucket, answers.token, answers.name, answers.size, answers.digest),
            *(ready_at, orjson.dumps(later), PROCESSING),
        ),
    )
    return {"job_id": identity, "status": PROCESSING}


def show(
    db: sqlite3.Connection, project: Document, identity: str, *, now: float
) -> Mapping[str, Any]:
    """Answer how far a job is; raises Refused when the project has none of this id."""
    row = db.execute(
        "SELECT * FROM labellerr_job WHERE id = ? AND project = ?", (identity, project["number"])
    ).fetchone()
    if row is None:
        raise missing("job", identity)
    told = {"job_id": identity, "activity_id": identity}
    if now < row["ready_at"] or row["status"] == PROCESSING:
        return {**told, "status": PROCESSING}
    return {**told, "status": row["status"], **orjson.loads(row["outcome"])}
