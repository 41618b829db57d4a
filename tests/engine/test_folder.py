"""The same command finds its run, and does to it what the design's table says."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from support.ndjson import made_row
from support.planned import Planning, write_sources

from bulkimport.engine.folder import (
    Course,
    choose_course,
    find_folder,
    next_generation,
    open_folder,
    refuse_changed,
    require_endpoint,
)
from bulkimport.engine.request import Request, Shaping, Uuids
from bulkimport.errors import RunMismatch
from bulkimport.model import Address, Kind

ANY = (False, True)
BOTH = tuple(Kind)
# planned, finished, changed, kind, again -> course
TABLE = [
    ((False,), ANY, ANY, BOTH, ANY, Course.BEGIN),
    ((True,), (False,), (False,), BOTH, ANY, Course.GO_ON),
    ((True,), (False,), (True,), BOTH, ANY, Course.STOP_UNFINISHED),
    ((True,), (True,), (False,), BOTH, (False,), Course.REPORT),
    ((True,), (True,), ANY, BOTH, (True,), Course.BEGIN_ANEW),
    ((True,), (True,), (True,), (Kind.PRELABELS, Kind.DATA_ROWS), (False,), Course.BEGIN_ANEW),
    ((True,), (True,), (True,), (Kind.LABELS,), (False,), Course.STOP_DOUBLED),
]
CASES = [(*case, course) for *columns, course in TABLE for case in itertools.product(*columns)]


def test_the_table_is_whole() -> None:
    """Every case is in just one row of it."""
    cases = [case for *case, _ in CASES]

    assert len(cases) == 2**4 * len(Kind)
    assert all(cases.count(case) == 1 for case in cases)


@pytest.mark.parametrize(("planned", "finished", "changed", "kind", "again", "course"), CASES)
def test_the_table(
    *, planned: bool, finished: bool, changed: bool, kind: Kind, again: bool, course: Course
) -> None:
    """Row by row."""
    found = choose_course(
        planned=planned, finished=finished, changed=changed, kind=kind, again=again
    )

    assert found is course


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """A request whose runs lie in a folder of this test."""
    return Request(
        sources=("rows.ndjson",),
        destination=Address("labelbox", "project"),
        endpoint="https://host/graphql",
        kind=Kind.LABELS,
        runs=tmp_path / "runs",
    )


def test_the_same_request_finds_the_same_folder(request_: Request) -> None:
    """Also when flags differ that shape nothing."""
    folder = find_folder(request_, ["/rows"])

    assert find_folder(request_, ["/rows"]) == folder
    assert find_folder(replace(request_, first=5, again=True), ["/rows"]) == folder
    assert folder.path.is_dir()
    assert folder.path.name == f"labels-project-{folder.key}"
    assert folder.generation == 1
    assert {folder.lock.parent, folder.ledger.parent, folder.failed.parent} == {folder.path}


def test_another_request_finds_another_folder(request_: Request) -> None:
    """By source, destination, kind, and every option that shapes what is sent."""
    shapings = [
        Shaping(uuids=Uuids.KEEP),
        Shaping(rows_per_shard=10),
        Shaping(bytes_per_shard=10),
        Shaping(max_data_row_bytes=10),
    ]
    others = [
        replace(request_, kind=Kind.PRELABELS),
        replace(request_, destination=Address("labelbox", "other")),
        replace(request_, endpoint="https://other/graphql"),
        *(replace(request_, shaping=shaping) for shaping in shapings),
    ]

    folders = [find_folder(other, ["/rows"]).path for other in (request_, *others)]
    folders += [find_folder(request_, names).path for names in (["/a"], ["/rows", "/a"])]

    assert len(set(folders)) == len(folders)


def test_a_stream_is_a_run_of_its_own_every_time(request_: Request) -> None:
    """It cannot be read again, so nobody knows whether it is the same."""
    folders = [find_folder(request_, ["-"], salt=salt).path for salt in ("1.0", "2.0")]

    assert len({*folders, find_folder(request_, ["-"]).path}) == 3


def test_a_later_sending_has_a_folder_of_its_own_and_is_found_once_it_is_planned(
    request_: Request,
) -> None:
    """The newest counts, also when the first was pruned."""
    first = find_folder(request_, ["/rows"])
    second = next_generation(request_, first)

    assert second.path.name == f"{first.path.name}-2"
    assert (second.key, second.generation) == (first.key, 2)
    assert find_folder(request_, ["/rows"]) == first
    (second.path / "plan.json").write_bytes(b"{}")
    assert find_folder(request_, ["/rows"]) == second
    first.path.rmdir()
    assert find_folder(request_, ["/rows"]) == second
    assert next_generation(request_, second).path.name == f"{first.path.name}-3"


def test_a_folder_without_a_plan_is_no_run(tmp_path: Path) -> None:
    """The way to those that are is named."""
    with pytest.raises(RunMismatch, match=r"holds no planned run.*runs list"):
        open_folder(tmp_path)


def test_a_changed_source_is_refused_in_words(request_: Request) -> None:
    """What changed, and what can be done about it."""
    folder = find_folder(request_, ["/rows"])

    unfinished = refuse_changed(Course.STOP_UNFINISHED, "/rows", folder)
    doubled = refuse_changed(Course.STOP_DOUBLED, "/rows", folder)

    assert str(folder.path) in str(unfinished)
    assert "--again" in str(doubled)
    assert unfinished.place == doubled.place == "/rows"
    assert unfinished.exit_code == doubled.exit_code == 10


@pytest.mark.parametrize(
    ("planned", "endpoint", "same"),
    [
        ("https://host/graphql", "https://host/graphql", True),
        ("http://127.0.0.1:8000/graphql", "http://localhost:9000/graphql", True),
        ("https://host/graphql", "https://other/graphql", False),
        ("https://host/graphql", "http://127.0.0.1/graphql", False),
    ],
)
def test_a_run_goes_on_at_its_own_service(
    tmp_path: Path, planned: str, endpoint: str, *, same: bool
) -> None:
    """A variable in the environment may point elsewhere by now."""
    run = Planning(tmp_path / "run").plan(write_sources(tmp_path, made_row()))
    plan = replace(run.plan, endpoint=planned)

    if same:
        require_endpoint(plan, endpoint)
        return
    with pytest.raises(RunMismatch, match=f"the run sends to {planned}") as caught:
        require_endpoint(plan, endpoint)
    assert caught.value.exit_code == 10
