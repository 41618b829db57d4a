"""A status file as a service may spoil it, read and joined: no row's fate is ever made up."""

from random import Random

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport.native import HAS_UUID, Said, StatusFile, said_by, scan_block
from bulkimport.shards.uuids import UuidSum, mix_uuids
from bulkimport.uploads.join import Joined, all_accepted, join

COUNT = 12
UUIDS = [f"00000000-0000-0000-0000-{number:012x}" for number in range(COUNT)]
# Three rows a data row; every fourth has no uuid of its own.
NAMED = [number % 4 != 3 for number in range(COUNT)]
SENT = b"\n".join(
    orjson.dumps(
        {
            **({"uuid": uuid} if named else {}),
            "dataRow": {"globalKey": f"Photo-{number // 3}.jpg"},
            "name": "n",
            "point": {"x": number, "y": 0},
        }
    )
    for number, (uuid, named) in enumerate(zip(UUIDS, NAMED, strict=True))
)
ROWS = scan_block(SENT, source=0, offset=0, line=1, last=True)[2]
# Of the rows without a uuid each has a data row where it is the only one without.
assert len({number // 3 for number, named in enumerate(NAMED) if not named}) == NAMED.count(False)

FATES = st.lists(st.sampled_from(["SUCCESS", "FAILURE"]), min_size=COUNT, max_size=COUNT)


def lines_of(fates: list[str]) -> list[bytes]:
    """One status line a row; the service names the data row in its own spelling."""
    return [
        orjson.dumps(
            {
                "uuid": uuid if named else None,
                "dataRow": {"id": f"c{number // 3}", "globalKey": f"photo-{number // 3}.JPG"},
                "status": fate,
                "errors": [] if fate == "SUCCESS" else [{"message": "no\nsuch name"}],
            }
        )
        for number, (uuid, named, fate) in enumerate(zip(UUIDS, NAMED, fates, strict=True))
    ]


def said(content: bytes) -> Said:
    """What a file says that comes in pieces of seven bytes."""
    file = StatusFile()
    file.feed([content[at : at + 7] for at in range(0, len(content), 7)])
    return said_by(file)


def fates_of(joined: Joined) -> list[str]:
    """The fate of each row: SUCCESS, FAILURE or unknown."""
    fates = np.full(len(ROWS), "SUCCESS", object)
    fates[joined.failed_rows] = "FAILURE"
    fates[joined.unknown] = "unknown"
    assert joined.accepted == np.count_nonzero(fates == "SUCCESS")
    return list(fates)


@given(FATES, st.permutations(range(COUNT)))
def test_the_order_of_the_lines_does_not_count(fates: list[str], order: list[int]) -> None:
    """Every row gets its own fate, whatever stands first."""
    lines = lines_of(fates)
    content = b"\r\n\n".join(lines[number] for number in order)

    joined = join(ROWS, said(content).statuses)

    assert fates_of(joined) == fates
    assert joined.strangers == 0


@given(FATES, st.lists(st.integers(0, COUNT - 1), max_size=20), st.randoms())
def test_lines_that_come_again_are_strangers(
    fates: list[str], again: list[int], chance: Random
) -> None:
    """A second answer about a row is not taken for an answer about another one."""
    lines = lines_of(fates)
    content = [*lines, *(lines[number] for number in again)]
    chance.shuffle(content)

    found = said(b"\n".join(content))
    joined = join(ROWS, found.statuses)

    assert fates_of(joined) == fates
    assert joined.strangers == len(again)


@given(FATES, st.integers(0, COUNT - 1), st.integers(0, COUNT - 1))
def test_a_line_in_the_place_of_another_leaves_that_row_unknown(
    fates: list[str], lost: int, twice: int
) -> None:
    """As many lines as rows are no proof that each row has one."""
    lines = lines_of(fates)
    lines[lost] = lines[twice]

    joined = join(ROWS, said(b"\n".join(lines)).statuses)

    expected = list(fates)
    if lost != twice:
        expected[lost] = "unknown"
    assert fates_of(joined) == expected


@pytest.mark.parametrize("restarts", [False, True])
@settings(max_examples=10, deadline=None)
@given(fates=FATES, order=st.permutations(range(COUNT)))
def test_cut_off_at_any_byte_only_whole_lines_count(
    *, fates: list[str], order: list[int], restarts: bool
) -> None:
    """What was cut off is unknown; nothing else changes, though the rest should come once more."""
    lines = lines_of(fates)
    content = b"\n".join(lines[number] for number in order) + b"\n"
    for cut in range(0, len(content), 5):
        whole = content[:cut].count(b"\n")
        ended = content[cut : cut + 1] == b"\n"
        known = set(order[: whole + ended])
        rest = b"\n" + content if restarts else b""
        joined = join(ROWS, said(content[:cut] + rest).statuses)

        expected = [
            fate if restarts or row in known else "unknown" for row, fate in enumerate(fates)
        ]
        assert fates_of(joined) == expected


ALL = ROWS[(ROWS["flags"] & HAS_UUID) != 0]
DIGEST = str(UuidSum.of(*mix_uuids(ALL["uuid_low"], ALL["uuid_high"])))
ACCEPTED = [line for line, named in zip(lines_of(["SUCCESS"] * COUNT), NAMED, strict=True) if named]


def test_a_whole_shard_is_accepted_by_its_sum() -> None:
    """In any order."""
    assert all_accepted(said(b"\n".join(ACCEPTED[::-1])), rows=len(ALL), uuids=DIGEST)


@pytest.mark.parametrize(
    "lines",
    [
        ACCEPTED[1:],
        [*ACCEPTED, ACCEPTED[0]],
        [ACCEPTED[1], *ACCEPTED[1:]],
        [*ACCEPTED[1:], ACCEPTED[0][:-1]],
        [*ACCEPTED, b"{"],
        [*ACCEPTED[1:], ACCEPTED[0].replace(b"SUCCESS", b"FAILURE")],
        [*ACCEPTED[1:], ACCEPTED[0].replace(UUIDS[0].encode(), UUIDS[3].encode())],
        [],
    ],
    ids=["lost", "again", "instead", "cut off", "begun", "failed", "stranger", "nothing"],
)
def test_a_spoiled_file_is_never_accepted_by_its_sum(lines: list[bytes]) -> None:
    """Whatever is wrong with it, the long way is taken."""
    assert not all_accepted(said(b"\n".join(lines)), rows=len(ALL), uuids=DIGEST)
