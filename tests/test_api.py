"""The Python door: rows of any kind in, a report out, events on the way."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.command import Command, until
from support.sandbox import Sandbox

import bulkimport
from bulkimport import Limits, Options, Report, Settings, Stop
from bulkimport.errors import (
    ChecksFailed,
    CredentialsRefused,
    RunMismatch,
    SourceUnreadable,
    UsageError,
)
from bulkimport.events import Event, Planned, Resumed, Scanned, Settled, Submitted
from bulkimport.sandbox.samples import ONTOLOGY

ROWS = 300
MakeProject = Callable[..., Command]


@pytest.fixture
def project(shared_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Make a project and name the sandbox in the environment, where a program looks for it."""
    tag = f"api-{random.randrange(1 << 60):x}-"
    made = Command(tmp_path, shared_sandbox, project="", kind="labels", tag=tag)
    seeded = shared_sandbox.seed(keys=[made.key_of(n) for n in range(30)], ontology=ONTOLOGY)
    made.project = seeded["project_id"]
    made.suffers()
    monkeypatch.setenv("LABELBOX_API_KEY", made.key)
    monkeypatch.setenv("LABELBOX_ENDPOINT", shared_sandbox.graphql)
    monkeypatch.chdir(tmp_path)
    return made


def rows(project: Command) -> Iterator[dict[str, Any]]:
    """Rows as a program makes them."""
    return (json.loads(row) for row in project.made_up(ROWS))


async def later(project: Command) -> AsyncIterator[dict[str, Any]]:
    """Rows that come one by one, from somewhere slow."""
    for row in rows(project):
        await asyncio.sleep(0)
        yield row


async def imported(project: Command, given: Any, **how: Any) -> Report:
    """Import into the project."""
    return await bulkimport.import_rows(
        given, to=f"labelbox:{project.project}", kind=project.kind, **how
    )


async def test_assets_made_in_python_become_data_rows(project: Command) -> None:
    """Mappings as they are in a file; a second call meets the first one's keys."""
    dataset = project.sandbox.seed(keys=[f"{project.tag}there"])["dataset_id"]
    place = f"labelbox:dataset/{dataset}"
    assets = [{"global_key": f"{project.tag}new-{n}", "row_data": "a text"} for n in range(20)]
    assets += [{"global_key": f"{project.tag}there", "row_data": "other"}, {"row_data": "no key"}]

    reports = [
        await bulkimport.import_rows(iter(assets), to=place, kind="data-rows") for _ in range(2)
    ]

    for report in reports:
        assert (report.account.accepted, report.account.rejected) == (21, 1)
        assert report.counts.rejected_by_slug == {"R-ASSET-2": 1}


@pytest.mark.parametrize(
    "given",
    [
        rows,
        later,
        lambda project: list(rows(project)),
        lambda project: project.made_up(ROWS),
        lambda project: (row.decode() for row in project.made_up(ROWS)),
        lambda project: project.samples(ROWS),
        lambda project: str(project.samples(ROWS)),
        lambda project: [project.samples(ROWS)],
    ],
    ids=["generator", "async", "list", "bytes", "text", "path", "name", "paths"],
)
async def test_rows_are_taken_in_every_form(
    project: Command, given: Callable[[Command], object]
) -> None:
    """Mappings, JSON texts, files: the same rows arrive."""
    report = await imported(project, given(project))
    assert (report.exit_code, report.account.accepted) == (0, ROWS)
    project.holds(project.samples(ROWS, name="expected.ndjson"))


def test_one_call_runs_to_its_end_without_a_loop(project: Command) -> None:
    """`run` is the sync door."""
    report = bulkimport.run(imported(project, rows(project)))
    assert report.account.accepted == ROWS


async def test_bad_rows_come_back_in_the_report_and_in_the_run(project: Command) -> None:
    """They are data, not exceptions; the files of the run hold them."""
    report = await imported(project, [*rows(project), {"no": "row"}, b"nothing", [1]])
    assert report.exit_code == 3
    assert (report.account.read, report.account.rejected) == (ROWS + 3, 3)
    lines = (Path(report.run) / "rejected.ndjson").read_bytes().splitlines()
    assert [json.loads(line)["line"] for line in lines] == [ROWS + 1, ROWS + 2, ROWS + 3]


async def test_no_rows_at_all_are_a_mistake(project: Command) -> None:
    """An empty iterable is no import."""
    with pytest.raises(SourceUnreadable, match="no rows"):
        await imported(project, [])


async def test_an_iterable_that_raises_leaves_nothing_sent(project: Command) -> None:
    """Its own exception comes out; half of the rows are never taken for all."""

    def broken() -> Iterator[dict[str, Any]]:
        yield from rows(project)
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError, match="database"):
        await imported(project, broken())
    assert project.creates() == 0


async def test_rows_that_are_no_json_name_the_mistake(project: Command) -> None:
    """A value that JSON does not have is the caller's mistake, told before anything is sent."""
    with pytest.raises(SourceUnreadable, match="row 1: cannot be JSON"):
        await imported(project, [{"dataRow": {"id": object()}}])
    assert project.creates() == 0


async def test_the_same_call_goes_on_where_a_canary_stopped(project: Command) -> None:
    """Files are found again; the second call sends the rest."""
    source = project.samples(ROWS)
    first = await imported(project, source, options=Options(first=4))
    assert (first.exit_code, first.account.accepted, first.account.unsent) == (8, 40, ROWS - 40)
    second = await imported(project, source)
    assert second.run == first.run
    assert second.account.accepted == ROWS
    project.holds(source)


async def test_a_run_is_resumed_by_its_folder(project: Command) -> None:
    """What came from an iterable is in the run."""
    options = Options(limits=Limits(wait=False))
    first = await imported(project, rows(project), options=options)
    assert first.account.pending == ROWS
    assert (await bulkimport.status(first.run)).account.pending == ROWS
    second = await bulkimport.resume(first.run)
    assert second.account.accepted == ROWS
    assert project.creates() == 1
    project.holds(project.samples(ROWS))


async def test_events_come_as_it_goes_and_the_report_last(project: Command) -> None:
    """Scanned, planned, submitted, settled; their numbers add up."""
    source = project.samples(ROWS)
    shaping = bulkimport.Shaping(rows_per_shard=100)
    told = [
        event
        async for event in bulkimport.stream_import(
            source,
            to=f"labelbox:{project.project}",
            kind="labels",
            options=Options(shaping=shaping),
        )
    ]
    *events, report = told
    assert isinstance(report, Report)
    assert report.account.accepted == ROWS
    kinds = Counter(type(event) for event in events)
    assert (kinds[Planned], kinds[Submitted], kinds[Settled]) == (1, 3, 3)
    assert kinds[Scanned] >= 1
    assert sum(event.accepted for event in events if isinstance(event, Settled)) == ROWS
    first_of = {kind: index for index, kind in reversed(list(enumerate(map(type, events))))}
    assert first_of[Scanned] < first_of[Planned] < first_of[Submitted] < first_of[Settled]


async def test_leaving_the_stream_early_leaves_a_run_that_goes_on(project: Command) -> None:
    """What was begun is found by name; nothing is there twice."""
    source = project.samples(ROWS)
    options = Options(
        shaping=bulkimport.Shaping(rows_per_shard=100),
        settings=Settings(quiet_window=1.0, max_in_flight=1),
    )
    where = {"to": f"labelbox:{project.project}", "kind": "labels", "options": options}
    stream = bulkimport.stream_import(source, **where)
    async for event in stream:
        if isinstance(event, Submitted):
            break
    await stream.aclose()
    heard: list[Event] = []
    report = await bulkimport.import_rows(source, **where, listener=heard.append)
    assert report.account.accepted == ROWS
    assert any(isinstance(event, Resumed) for event in heard)
    project.holds(source)


async def test_a_stop_asked_for_by_the_program_drains(project: Command) -> None:
    """The Stop that is handed in ends the run early, resumable."""
    project.suffers({"fault": "slow-body", "bytes_per_second": 20_000})
    stop = Stop()

    def listen(event: Event, /) -> None:
        if isinstance(event, Submitted):
            stop.because(UsageError("enough"))

    source = project.samples(ROWS)
    options = Options(
        shaping=bulkimport.Shaping(rows_per_shard=100), settings=Settings(max_in_flight=1)
    )
    report = await imported(project, source, options=options, stop=stop, listener=listen)
    assert report.account.unsent > 0
    assert report.in_doubt == 0
    assert report.reason == "enough"
    project.suffers()
    assert (await imported(project, source, options=options)).account.accepted == ROWS
    project.holds(source)


async def test_a_cancelled_call_leaves_a_run_that_goes_on(project: Command) -> None:
    """As a timeout around it would; the lock is free and nothing is doubled."""
    project.suffers({"fault": "slow-body", "bytes_per_second": 20_000, "count": 1})
    source = project.samples(ROWS)
    options = Options(settings=Settings(quiet_window=0.5))
    importing = asyncio.ensure_future(imported(project, source, options=options))
    await asyncio.to_thread(until, lambda: project.creates() == 1, "it is sending")
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    report = await imported(project, source, options=options)
    assert report.account.accepted == ROWS
    project.holds(source)


async def test_two_calls_at_once_into_two_projects(project: Command) -> None:
    """Nothing is shared between calls."""
    keys = [f"other-{project.key_of(n)}" for n in range(30)]
    other = project.sandbox.seed(keys=keys, ontology=ONTOLOGY)["project_id"]
    here, there = await asyncio.gather(
        imported(project, rows(project)),
        bulkimport.import_rows(
            [
                {**row, "dataRow": {"globalKey": f"other-{row['dataRow']['globalKey']}"}}
                for row in rows(project)
            ],
            to=f"labelbox:{other}",
            kind="prelabels",
        ),
    )
    assert here.account.accepted == there.account.accepted == ROWS
    assert here.run != there.run


async def test_all_or_nothing_raises_when_a_row_is_bad(project: Command) -> None:
    """Nothing is sent."""
    with pytest.raises(ChecksFailed, match="1 rows are rejected"):
        await imported(project, [*rows(project), {}], options=Options(all_or_nothing=True))
    assert project.creates() == 0


async def test_what_makes_a_beginning_impossible_is_raised(
    project: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong key, no key, no such kind or destination, no such run."""
    with pytest.raises(CredentialsRefused):
        await imported(project, rows(project), options=Options(key="wrong"))
    with pytest.raises(UsageError, match="no destination"):
        await bulkimport.import_rows(rows(project), to="nowhere", kind="labels")
    with pytest.raises(ValueError, match="sketches"):
        await bulkimport.import_rows(rows(project), to="labelbox:x", kind="sketches")
    with pytest.raises(RunMismatch):
        await bulkimport.resume("no-run")
    monkeypatch.delenv("LABELBOX_API_KEY")
    with pytest.raises(UsageError, match="no API key"):
        await imported(project, rows(project))
    assert project.creates() == 0


async def test_a_plan_sends_nothing_and_is_what_the_import_takes_up(project: Command) -> None:
    """The import after it makes no plan of its own."""
    source = project.samples(ROWS)
    made = await bulkimport.plan_rows(source, to=f"labelbox:{project.project}", kind="labels")
    assert made.plan.totals.planned == ROWS
    assert project.creates() == 0
    heard: list[Event] = []
    report = await imported(project, source, listener=heard.append)
    assert Path(report.run) == made.run
    assert not any(isinstance(event, Scanned) for event in heard)


async def test_rows_are_checked_without_a_network(project: Command) -> None:
    """Counts, samples, and the rejected rows in a file if one is named."""
    source = project.write([*project.made_up(10), b"{}", b"{}"])
    rejected = project.folder / "rejected.ndjson"
    checked = await bulkimport.check_rows(source, rejected=rejected)
    assert (checked.read, checked.ok, checked.rejected) == (12, 10, 2)
    assert checked.by_slug == {"R-DR-1": 2}
    assert [sample.rejection.line for sample in checked.samples] == [11, 12]
    assert len(rejected.read_bytes().splitlines()) == 2


async def test_a_finished_run_is_reported_without_a_request(project: Command) -> None:
    """The same account once more."""
    source = project.samples(ROWS)
    await imported(project, source)
    again = await imported(project, source)
    assert (again.account.accepted, again.effort.requests) == (ROWS, 0)
