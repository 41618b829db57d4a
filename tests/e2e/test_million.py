"""Many rows, grouped and shuffled: all accepted, one label a data row, digests equal."""

import time
from collections.abc import Callable

import pytest
from e2e.command import Command, data_rows_of
from support.sandbox import Sandbox

MakeCommand = Callable[..., Command]
MakeSandbox = Callable[..., Sandbox]

MILLION = 1_000_000
TWIN = 100_000


@pytest.mark.parametrize("order", ["grouped", "shuffled"])
def test_a_hundred_thousand_rows_arrive_whole(
    make_command: MakeCommand, make_sandbox: MakeSandbox, order: str
) -> None:
    """The twin in the suite, with shards of a size that makes many of them."""
    command = make_command(TWIN, sandbox=make_sandbox())
    arrive_whole(command, TWIN, order, "--rows-per-shard", "9999", shards=11)


@pytest.mark.long
@pytest.mark.parametrize("order", ["grouped", "shuffled"])
def test_a_million_rows_arrive_whole(
    make_command: MakeCommand, make_sandbox: MakeSandbox, order: str
) -> None:
    """With the shards that the program makes by itself."""
    command = make_command(MILLION, sandbox=make_sandbox())
    arrive_whole(command, MILLION, order, shards=10)


def arrive_whole(command: Command, count: int, order: str, *words: str, shards: int) -> None:
    """Import made-up rows and hold the sandbox against the file."""
    source = command.samples(count, shuffled=20 if order == "shuffled" else None)
    began = time.monotonic()
    ended = command.starts(source, *words).ended(seconds=1800).is_exit(0)
    seconds = time.monotonic() - began
    print(f"{count:,} rows, {order}: {seconds:.1f} s, {count / seconds:,.0f} rows/s")  # noqa: T201
    report = ended.report
    assert report["read"] == report["accepted"] == count
    assert report["data_rows"] == data_rows_of(count)
    assert report["shards"] == shards
    command.holds(source)
    account = command.account()
    assert account["imports"] == {"FINISHED": shards}
    assert account["rows_received"] == account["rows_accepted"] == count
    assert account["labels_per_data_row"] == {"1": data_rows_of(count)}
