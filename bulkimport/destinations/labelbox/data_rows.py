"""A dataset of Labelbox as a destination: data rows in, each once, since each has a global key."""

from collections.abc import Sequence
from typing import Final

import orjson

from bulkimport.clock import Clock
from bulkimport.destinations.base import Place, Take
from bulkimport.destinations.faults import Fault, Json
from bulkimport.destinations.http import HttpClient
from bulkimport.destinations.labelbox.chunks import chunks
from bulkimport.destinations.labelbox.data_row_tasks import DataRowTasks
from bulkimport.destinations.labelbox.datasets import Datasets
from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.keys import PROCESSED_AT_ONCE, DataRowKeys
from bulkimport.destinations.labelbox.signers import sign_for
from bulkimport.destinations.labelbox.verdicts import verdict_of
from bulkimport.errors import BudgetReached, DestinationAway, DestinationError
from bulkimport.model import (
    Accepted,
    Address,
    ImportState,
    ImportStatus,
    OnExisting,
    Parcel,
    Receipt,
    Refused,
    TryLater,
    Verdict,
)
from bulkimport.settings import Secret, Settings

_DUPLICATE: Final = "Duplicate global key"
_NOTHING: Final = "nothing"
_RESENT: Final = "resent:"
_STATES: Final = {
    "COMPLETE": ImportState.FINISHED,
    "FAILED": ImportState.FAILED,
    "CANCELED": ImportState.FAILED,
    "": ImportState.MISSING,
}
_PROCESSED_FIRST: Final = 0.5
_PROCESSED_MOST: Final = 30.0


class LabelboxDataRows:
    """Implements Destination and Keyed.

    A parcel is uploaded in chunks and made by one task. Nothing is known by the parcel's name, and
    nothing needs to be: a global key is taken once.
    """

    def __init__(
        self,
        *,
        address: Address,
        endpoint: str,
        key: Secret,
        settings: Settings,
        clock: Clock,
        on_existing: OnExisting = OnExisting.SKIP,
        iam: str | None = None,
    ) -> None:
        """Open nothing yet. Raises UsageError or CredentialsRefused for what cannot work.

        `iam` is `default`, `none` or the id of the integration that signs the dataset's assets;
        None leaves the dataset as it is.
        """
        self._dataset = address.dataset
        self._settings = settings
        self._clock = clock
        self._on_existing = on_existing
        self._iam = iam
        self._http = HttpClient(settings=settings, clock=clock)
        graphql = GraphQL(endpoint=endpoint, key=key, http=self._http, clock=clock)
        self._graphql = graphql
        self._datasets = Datasets(graphql)
        self._tasks = DataRowTasks(graphql)
        self._keys = DataRowKeys(graphql, clock)
        self._uploaded: dict[str, list[str]] = {}

    @property
    def requests(self) -> int:
        """Count every HTTP request made so far."""
        return self._http.requests

    async def examine(self) -> Place:
        """Prove that the key works and the dataset exists."""
        found = await self._datasets.get(self._dataset)
        return Place(found.id, found.name, None, None)

    async def send(self, parcel: Parcel) -> Verdict:
        """Make one attempt: upload what is not yet uploaded, then have the data rows made."""
        if not parcel.rows:
            return Accepted(Receipt(parcel.name, _NOTHING))
        if (unsigned := await self._sign()) is not None:
            return unsigned
        uploaded = self._uploaded.setdefault(parcel.name, [])
        number = 0
        async for chunk in chunks(parcel.open()):
            if number == len(uploaded):
                url = await self._graphql.upload_file(f"{parcel.name}-{number}.json", chunk)
                if isinstance(url, Fault):
                    return verdict_of(url)
                uploaded.append(url)
            number += 1
        task = await self._tasks.upsert(parcel.name, uploaded, rows=parcel.rows)
        if isinstance(task, Fault):
            return verdict_of(task)
        del self._uploaded[parcel.name]
        return Accepted(Receipt(parcel.name, task))

    async def find(self, name: str) -> Receipt | None:  # noqa: ARG002 - a task has no name
        """Find nothing: a task is known by its id alone, and making data rows again is harmless."""
        return None

    async def count_named(self, name: str) -> int:  # noqa: ARG002 - a task has no name
        """Return 1: however often a parcel was sent, its data rows are there once."""
        return 1

    async def carries(self, receipt: Receipt, parcel: Parcel) -> bool:  # noqa: ARG002
        """Never asked, since nothing is ever found by name."""
        return False

    async def statuses(self, receipts: Sequence[Receipt]) -> list[ImportStatus]:
        """Ask for the state of several tasks, in the order asked."""
        tasks = [one.import_id for one in receipts if one.import_id != _NOTHING]
        states = dict(zip(tasks, await self._tasks.states(tasks) if tasks else (), strict=True))
        return [_status(one, states.get(one.import_id)) for one in receipts]

    async def read(self, url: str, take: Take) -> None:
        """Give the verdicts on a task's data rows to `take`, as lines of a status file.

        Those that were made are waited for until they are processed. Raises BudgetReached when
        that takes longer than an import may.
        """
        task = url.removeprefix(_RESENT)
        async for page in self._tasks.failed(task):
            lines = await self._failures(page, resent=url.startswith(_RESENT))
            await take([b"".join(lines)])
        waiting: list[str] = []
        async for page in self._tasks.made(task):
            await take([_successes([row["globalKey"] for row in page])])
            waiting += [row["id"] for row in page]
            if len(waiting) >= PROCESSED_AT_ONCE:
                await self._until_processed(waiting[:PROCESSED_AT_ONCE])
                waiting = waiting[PROCESSED_AT_ONCE:]
        if waiting:
            await self._until_processed(waiting)

    async def known_keys(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that are taken in the organization."""
        missing = await self._keys.missing(keys)
        return set() if len(missing) == len(keys) else set(keys) - missing

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _sign(self) -> Verdict | None:
        """Have the dataset signed for, once; None when that is done."""
        if self._iam is None:
            return None
        try:
            await sign_for(self._graphql, self._dataset, self._iam)
        except DestinationAway as error:
            return TryLater(error.message, doubt=False, retry_after=error.retry_after)
        except DestinationError as error:
            return Refused(error, fatal=True)
        self._iam = None
        return None

    async def _until_processed(self, ids: Sequence[str]) -> None:
        ends, wait = self._clock.monotonic() + self._settings.settle_deadline, _PROCESSED_FIRST
        while not await self._keys.processed(ids):
            if self._clock.monotonic() >= ends:
                raise BudgetReached(
                    f"{len(ids):,} data rows are made and not yet processed",
                    remedy="run the same command again to go on waiting",
                )
            await self._clock.sleep(wait)
            wait = min(_PROCESSED_MOST, 2 * wait)

    async def _failures(self, page: Sequence[Json], *, resent: bool) -> list[bytes]:
        """The verdicts on data rows that were not made.

        | the key is taken | sent again | --on-existing | verdict                          |
        |------------------|------------|---------------|----------------------------------|
        | no               | any        | any           | failed                           |
        | yes              | yes        | any           | ours, made before, if it is there|
        | yes              | no         | skip          | there already, as it should be   |
        | yes              | no         | else          | failed                           |
        """
        twice = [_key(one) for one in page if _is_duplicate(one)] if resent else []
        ours = await self.known_keys(twice) if twice else set()
        skip = self._on_existing is OnExisting.SKIP and not resent
        return [
            _success(_key(one))
            if _is_duplicate(one) and (skip or _key(one) in ours)
            else _failure(one)
            for one in page
        ]


def _status(receipt: Receipt, state: str | None) -> ImportStatus:
    if state is None:
        return ImportStatus(receipt.name, receipt.import_id, ImportState.FINISHED)
    url = f"{_RESENT}{receipt.import_id}" if receipt.resent else receipt.import_id
    return ImportStatus(
        receipt.name,
        receipt.import_id,
        _STATES.get(state, ImportState.RUNNING),
        status_url=url,
    )


def _key(one: Json) -> str:
    return str((one.get("spec") or {}).get("globalKey") or "")


def _is_duplicate(one: Json) -> bool:
    return str(one.get("message")).startswith(_DUPLICATE)


def _success(key: str) -> bytes:
    return b'{"dataRow":{"globalKey":%b},"status":"SUCCESS"}\n' % orjson.dumps(key)


def _successes(keys: Sequence[str]) -> bytes:
    """A line for each key, all at once where no key needs to be escaped."""
    text = "".join(keys)
    if '"' in text or "\\" in text or not text.isprintable():
        return b"".join(map(_success, keys))
    between = '"},"status":"SUCCESS"}\n{"dataRow":{"globalKey":"'
    lines = between.join(keys)
    return f'{{"dataRow":{{"globalKey":"{lines}"}},"status":"SUCCESS"}}\n'.encode()


def _failure(one: Json) -> bytes:
    name = "DuplicateGlobalKey" if _is_duplicate(one) else "DataRowFailed"
    line = {
        "dataRow": {"globalKey": _key(one)},
        "status": "FAILURE",
        "errors": [{"name": name, "message": str(one.get("message") or "")}],
    }
    return orjson.dumps(line) + b"\n"
