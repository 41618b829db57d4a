"""Labellerr's official client as the wire reference describes it, in plain requests.

Its headers have underscores in their names, every call has a uuid in its query, a retry repeats it,
and a job is asked for at once and then every two seconds, without end.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

POLL_SECONDS = 2.0
RETRIED = (429, 500, 502, 503, 504)
FORMATS = ("json", "coco_json", "csv", "png")
DATA_TYPES = ("image", "video", "audio", "document")


class LabellerrError(Exception):
    """The service said no, or said something that cannot be read."""


class InvalidProjectError(Exception):
    """There is no such project."""


class LabellerrClient:
    """Credentials and one session; `sleep` scales the waiting between two polls."""

    def __init__(
        self,
        base_url: str,
        keys: Mapping[str, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
        backoff: float = 1.0,
    ) -> None:
        """`keys` are api_key, api_secret and client_id."""
        self.base_url = base_url
        self.client_id = keys["client_id"]
        self._keys = keys
        self._sleep = sleep
        self._session = requests.Session()
        retry = Retry(
            total=3, backoff_factor=backoff, status_forcelist=RETRIED, allowed_methods=None
        )
        self._session.mount("http://", HTTPAdapter(max_retries=retry, pool_maxsize=20))

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Make one call and return the JSON of its answer; raises LabellerrError."""
        headers = {
            **self._keys,
            "source": "sdk",
            "origin": "https://pro.labellerr.com",
            **request.pop("headers", {}),
        }
        url = self.base_url + path
        reply = self._session.request(method, url, headers=headers, **request)
        try:
            answer: dict[str, Any] = reply.json()
        except ValueError as error:
            raise LabellerrError(f"Failed to parse response: {reply.text}") from error
        if reply.status_code not in (200, 201):
            raise LabellerrError({"error": answer, "code": reply.status_code})
        return answer

    def open_project(self, project_id: str) -> dict[str, Any]:
        """Call 1; raises InvalidProjectError for a project that is not there."""
        answer = self.call(
            "GET",
            f"/projects/project/{project_id}?client_id={self.client_id}&uuid={uuid.uuid4()}",
            headers={"content-type": "application/json"},
        )
        project: dict[str, Any] | None = answer.get("response")
        if project is None:
            raise InvalidProjectError(f"Project not found: {project_id}")
        if project.get("data_type") not in DATA_TYPES:
            raise InvalidProjectError(f"Unknown data type: {project.get('data_type')}")
        return project

    def upload(
        self,
        project_id: str,
        path: Path,
        *,
        answer_format: str = "coco_json",
        conf_bucket: str | None = None,
        request: uuid.UUID | None = None,
    ) -> str:
        """Call 2; gives the job's id."""
        assert answer_format in FORMATS
        query = (
            f"project_id={project_id}&answer_format={answer_format}&client_id={self.client_id}"
            f"&uuid={request or uuid.uuid4()}"
        )
        if conf_bucket:
            query += f"&conf_bucket={conf_bucket}"
        with path.open("rb") as file:
            answer = self.call(
                "POST",
                f"/actions/upload_answers?{query}",
                headers={"email_id": self._keys["api_key"]},
                files={"file": (path.name, file, "application/octet-stream")},
            )
        job: str = answer["response"]["job_id"]
        return job

    def upload_by_address(self, project_id: str, path: Path) -> str:
        """What clients released before did: put the file to a signed address, then name it."""
        place = f"{project_id}/coco_json-{path.name}"
        client = f"client_id={self.client_id}"
        signed = self.call(
            "GET",
            f"/connectors/direct-upload-url?{client}&purpose=pre-annotations&file_name={place}",
        )["response"]
        with path.open("rb") as file:
            put = requests.put(
                signed, data=file, headers={"Content-Type": "application/octet-stream"}, timeout=60
            )
        assert put.status_code in (200, 201)
        query = f"project_id={project_id}&answer_format=coco_json&{client}&gcs_path={place}"
        job: str = self.call("POST", f"/actions/upload_answers?{query}", data={})["response"][
            "job_id"
        ]
        return job

    def status(self, project_id: str, job_id: str) -> dict[str, Any]:
        """Call 3, once."""
        query = f"project_id={project_id}&job_id={job_id}&client_id={self.client_id}"
        return self.call(
            "GET",
            f"/actions/upload_answers_status?{query}",
            headers={"Origin": "https://pro.labellerr.com"},
        )

    def settled(self, project_id: str, job_id: str) -> dict[str, Any]:
        """Call 3 until the job has ended; raises LabellerrError when it failed."""
        while True:
            answer = self.status(project_id, job_id)
            status = answer.get("response", {}).get("status")
            if status == "completed":
                return answer
            if status == "failed":
                raise LabellerrError(answer["response"]["message"])
            self._sleep(POLL_SECONDS)

    def bring(self, project_id: str, path: Path, **upload: Any) -> dict[str, Any]:
        """Calls 2 and 3: the metadata of the completed job."""
        job = self.upload(project_id, path, **upload)
        metadata: dict[str, Any] = self.settled(project_id, job)["response"]["metadata"]
        return metadata
