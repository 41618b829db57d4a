"""A plan that is interrupted, or whose sources change under it, is not there."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from support.killed_plan import planning
from support.ndjson import made_row
from support.planned import Planning, write_sources

from bulkimport.engine.planning import LEFTOVERS, WORKING
from bulkimport.errors import BudgetReached, BulkimportError
from bulkimport.events import Event, Scanned
from bulkimport.shards.plan import Plan

SUPPORT = Path(__file__).resolve().parents[1] / "support"


def lines(*rows: bytes) -> bytes:
    """Rows, a line each."""
    return b"".join(row + b"\n" for row in rows)


def changed(path: Path, way: str) -> None:
    """Change a file in some way, as another program may."""
    content = path.read_bytes()
    if way == "rewritten":
        with path.open("r+b") as file:
            file.write(content.replace(b'"car"', b'"cat"'))
    elif way == "replaced":
        path.unlink()
        path.write_bytes(content[:-10])
    elif way == "shorter":
        os.truncate(path, len(content) // 2)
    elif way == "longer":
        path.write_bytes(content + content)
    elif way == "gone":
        path.unlink()
    else:
        os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("tidy", [True, False])
@pytest.mark.parametrize("way", ["rewritten", "replaced", "shorter", "longer", "gone", "touched"])
def test_a_source_that_changes_after_its_scan_makes_no_plan(
    tmp_path: Path, way: str, *, tidy: bool
) -> None:
    """Its new rows were never checked. Only touched, it is the same."""
    keys = "aabbcc" if tidy else "abcabc"
    paths = write_sources(
        tmp_path, lines(*(made_row(key, number=n) for n, key in enumerate(keys))), b"{}\n"
    )
    scan = Planning(tmp_path / "run")
    seen: list[Event] = []

    class Change(list[Event]):
        """Listens, and changes the first source once the second is being scanned."""

        def append(self, event: Event) -> None:
            seen.append(event)
            if isinstance(event, Scanned) and event.bytes == event.total_bytes and len(seen) == 4:
                changed(paths["s0"], way)

    scan.events = Change()

    if way == "touched":
        assert scan.plan(paths).plan.totals.planned == 6
        return
    with pytest.raises(BulkimportError) as caught:
        scan.plan(paths)

    assert caught.value.exit_code in (2, 10)
    assert not (tmp_path / "run/plan.json").exists()


def mixed(count_: int) -> bytes:
    """Rows of all sorts: tidy, scattered, bare, bad, held."""
    tidy = [made_row(f"t{n // 5}", number=n) for n in range(count_)]
    scattered = [made_row(f"s{n % 7}") for n in range(count_ // 2)]
    bad = [b"no json", b'{"dataRow":{"globalKey":"s1"}}', *[made_row("d", number=1)] * 2]
    return lines(*tidy, *scattered, *bad)


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a run's folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_plan_that_is_stopped_is_not_there_and_can_be_made_again(tmp_path: Path) -> None:
    """Asked at every moment at which it looks: while scanning, judging and cutting."""
    paths = write_sources(tmp_path, mixed(60))
    asked = count()
    whole = planning(tmp_path / "whole")
    whole.stopped = lambda: next(asked) < 0
    whole.plan(paths)
    moments = next(asked)
    assert moments > 10

    for moment in range(moments):
        asked = count()
        stopped = planning(tmp_path / "stopped")
        stopped.stopped = lambda moment=moment, asked=asked: next(asked) >= moment
        with pytest.raises(BudgetReached, match="stopped while planning"):
            stopped.plan(paths)
        assert Plan.read(stopped.folder) is None
        assert not [name for name in WORKING if (stopped.folder / name).exists()]

    planning(tmp_path / "stopped").plan(paths)
    assert everything(tmp_path / "stopped") == everything(tmp_path / "whole")


def test_a_plan_killed_at_any_change_on_disk_is_made_again(tmp_path: Path) -> None:
    """It is whole or not there, and made again it is the same to the byte."""
    source = write_sources(tmp_path, mixed(60))["s0"]
    planning(tmp_path / "whole").plan({"rows": source})
    expected = everything(tmp_path / "whole")

    killed = subprocess.run(
        [sys.executable, SUPPORT / "killed_plan.py", tmp_path / "runs", source],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(SUPPORT.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    )

    numbers = [int(line) for line in killed.stdout.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 50
    without = 0
    for number in numbers:
        folder = tmp_path / "runs" / str(number)
        if folder.exists() and Plan.read(folder) is not None:
            assert everything(folder) == expected
            continue
        without += 1
        planning(folder).plan({"rows": source})
        assert everything(folder) == expected
    assert 0 < len(numbers) - without < 5


def test_what_an_earlier_attempt_left_is_swept(tmp_path: Path) -> None:
    """A ledger of another plan, above all, and its journal."""
    folder = tmp_path / "run"
    folder.mkdir()
    for name in LEFTOVERS:
        if "." in name:
            (folder / name).write_bytes(b"old")
        else:
            (folder / name / "deep").mkdir(parents=True)
            (folder / name / "deep/file").write_bytes(b"old")
    for name in ("rejected.ndjson", "held.ndjson"):
        (folder / name).write_bytes(b"a line of an earlier attempt\n")

    planned = Planning(folder).plan(write_sources(tmp_path, lines(made_row(), b"{}")))

    assert {path.name for path in folder.iterdir()} == {
        "plan.json",
        "index",
        "rejected.ndjson",
        "held.ndjson",
    }
    assert len(planned.lines("rejected.ndjson")) == 1
    assert planned.lines("held.ndjson") == []
    assert sorted(path.name for path in (folder / "index").iterdir()) == [
        "ranges.bin",
        "shards.bin",
    ]
