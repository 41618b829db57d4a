"""Says what the local Labellerr holds: what each image got, from which upload, and what twice.

A digest is that of `bulkimport.sandbox.audit`, over `{"file_name", "annotation"}` with the
annotation as it was sent, its ids and all.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import orjson

from bulkimport.sandbox import documents
from bulkimport.sandbox.audit import Digests, digest
from bulkimport.sandbox.labellerr.coco import read
from bulkimport.sandbox.labellerr.jobs import COMPLETED
from bulkimport.sandbox.labellerr.projects import PROJECT
from bulkimport.sandbox.store import Store

PAGE: Final = 100
SQL_ANSWERS: Final = """
    SELECT labellerr_file.number AS file, labellerr_file.name AS file_name,
           labellerr_job.id AS job_id, labellerr_answer.number AS number, annotations
    FROM labellerr_answer JOIN labellerr_job ON labellerr_job.number = job
    JOIN labellerr_file ON labellerr_file.number = file
    WHERE project = ? AND (file, labellerr_answer.number) > (?, ?)
    ORDER BY file, labellerr_answer.number LIMIT ?"""
SQL_UPLOADS: Final = """
    SELECT id AS job_id, request AS uuid, answer_format, conf_bucket, file_name, size, digest,
           status, outcome, token AS file
    FROM labellerr_job WHERE project = ? ORDER BY number"""

Row = dict[str, Any]


def audit(store: Store) -> dict[str, Any]:
    """Count and digest what every project holds. Reads in pages, so a server may go on writing."""
    return {
        project["id"]: {
            "name": project["project_name"],
            **_uploads_account(store, project["id"]),
            **_images_account(store, project["id"]),
        }
        for project in _projects(store)
    }


def uploads(store: Store, project_id: str | None = None) -> Iterator[Row]:
    """Yield every upload, oldest first: its name, size, digest, `uuid`, status and outcome.

    `file` is the name of its bytes in the folder `files`.
    """
    for project in _projects(store, project_id):
        with store.reading() as db:
            rows = db.execute(SQL_UPLOADS, (project["number"],)).fetchall()
        for row in rows:
            told = {**dict(row), "outcome": orjson.loads(row["outcome"])}
            yield {"project_id": project["id"], **told}


def applied(store: Store, project_id: str | None = None) -> Iterator[Row]:
    """Yield every annotation that was applied, image by image, with the upload that brought it."""
    for project in _projects(store, project_id):
        for answer in _answers(store, project["number"]):
            for annotation in orjson.loads(answer["annotations"]):
                told = {name: answer[name] for name in ("file_name", "job_id")}
                yield {**told, "annotation": annotation}


def audit_document(path: Path) -> dict[str, Any]:
    """Digest a COCO document as if all of it had been applied. Holds all of it in memory."""
    document = read(path.read_bytes())
    names = {image["id"]: image["file_name"] for image in document["images"]}
    digests = Digests()
    for annotation in document["annotations"]:
        digests.add(_digested(names[annotation["image_id"]], annotation))
    images = {annotation["image_id"] for annotation in document["annotations"]}
    return {**_told(digests), "images": len(images)}


def _projects(store: Store, project_id: str | None = None) -> list[documents.Document]:
    with store.reading() as db:
        return [
            project
            for project in documents.each(db, PROJECT)
            if project_id in (None, project["id"])
        ]


def _uploads_account(store: Store, project_id: str) -> dict[str, Any]:
    states: Counter[str] = Counter()
    files: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for upload in uploads(store, project_id):
        states[upload["status"]] += 1
        files[upload["digest"]] += 1
        if upload["uuid"] is not None:
            requests[upload["uuid"]] += 1
        if upload["status"] == COMPLETED:
            metadata = upload["outcome"]["metadata"]
            counts["received"] += metadata["annotations"]
            counts["unmatched"] += metadata["annotations"] - metadata["annotations_applied"]
    return {
        "uploads": dict(sorted(states.items())),
        "files_that_came_twice": _repeated(files),
        "requests_that_came_twice": _repeated(requests),
        "annotations_received": counts["received"],
        "annotations_unmatched": counts["unmatched"],
    }


def _images_account(store: Store, project_id: str) -> dict[str, Any]:
    digests, images, shared, twice = Digests(), 0, 0, 0
    for _, rows in groupby(applied(store, project_id), itemgetter("file_name")):
        jobs, seen = set(), Counter[int]()
        for row in rows:
            jobs.add(row["job_id"])
            seen[digest(row["annotation"])] += 1
            digests.add(_digested(row["file_name"], row["annotation"]))
        images += 1
        shared += len(jobs) > 1
        twice += _repeated(seen)
    return {
        **_told(digests),
        "images": images,
        "images_in_several_uploads": shared,
        "annotations_that_came_twice": twice,
    }


def _answers(store: Store, project: int) -> Iterator[sqlite3.Row]:
    place = (0, 0)
    while True:
        with store.reading() as db:
            rows = db.execute(SQL_ANSWERS, (project, *place, PAGE)).fetchall()
        if not rows:
            return
        place = (rows[-1]["file"], rows[-1]["number"])
        yield from rows


def _digested(file_name: str, annotation: Mapping[str, Any]) -> Row:
    return {"file_name": file_name, "annotation": annotation}


def _told(digests: Digests) -> dict[str, Any]:
    told = digests.told()
    return {"annotations": told["rows"], "digest": told["digest"]}


def _repeated(counts: Counter[Any]) -> int:
    """Count those beyond the first of each."""
    return sum(counts.values()) - len(counts)
