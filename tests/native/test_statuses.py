"""Lines of a status file become outcomes that join with rows by their hashes."""

from itertools import pairwise

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport import native
from bulkimport.native import FAILURE, OTHER, SUCCESS, UNREADABLE, Said, StatusFile, said_by
from bulkimport.shards.uuids import UuidSum, mix_uuids


def said(*pieces: bytes) -> Said:
    """What a status file says that comes in such pieces."""
    file = StatusFile()
    file.feed(pieces)
    return said_by(file)


UUID = "0f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.mark.parametrize(
    ("line", "outcome", "flags"),
    [
        (f'{{"uuid":"{UUID}","status":"SUCCESS"}}', SUCCESS, native.STATUS_HAS_UUID),
        ('{"status":"FAILURE","dataRow":{"id":"a"}}', FAILURE, native.STATUS_HAS_ID),
        ('{"status":"PENDING","dataRow":{"globalKey":"a"}}', OTHER, native.STATUS_HAS_GLOBAL),
        ('{"uuid":null,"dataRow":null,"status":null,"errors":null}', OTHER, 0),
        ('{"uuid":"?","dataRow":{"id":"","globalKey":3}}', OTHER, 0),
        ("{}", OTHER, 0),
        ("[]", UNREADABLE, 0),
        ('{"status":"SUCCESS"', UNREADABLE, 0),
        ("<html>502 Bad Gateway</html>", UNREADABLE, 0),
    ],
)
def test_a_line_gives_what_it_says(line: str, outcome: int, flags: int) -> None:
    """What is missing, or of another type, is left out; what cannot be read is counted."""
    statuses = said(line.encode()).statuses

    assert statuses[["outcome", "flags"]].tolist() == [(outcome, flags)]


def test_statuses_meet_their_rows() -> None:
    """Uuid in any spelling, global key in any case, names escaped or not."""
    row = f'{{"uuid":"{{{UUID.upper()}}}","dataRow":{{"globalKey":"\\u00c9.JPG"}},"bbox":{{}}}}'
    line = f'{{"uuid":"{UUID}","dataRow":{{"id":"x","globalKey":"é.jpg"}},"status":"SUCCESS"}}'
    rows = native.scan_block(row.encode(), source=0, offset=0, line=1, last=True)[2]
    statuses = said(line.encode()).statuses

    assert statuses["uuid_low"] == rows["uuid_low"]
    assert statuses["uuid_high"] == rows["uuid_high"]
    assert statuses["global_low"] == rows["key_low"]
    assert statuses["global_high"] == rows["key_high"]


def test_a_line_that_is_no_success_can_be_found_again() -> None:
    """Offset and length are of the line among those that are kept, without blanks."""
    content = b'\r\n{"status":"SUCCESS"}\r\n\n nonsense \n{"status":"FAILURE"}\r\n{"status"'
    found = said(content)

    spans = found.statuses[["offset", "length"]].tolist()
    lines = [found.lines[at : at + length] for at, length in spans]
    assert lines == [b"", b"nonsense", b'{"status":"FAILURE"}', b'{"status"']
    assert (found.accepted, found.uuids) == (1, None)


@given(st.lists(st.integers(0, 120), max_size=4))
def test_where_a_file_is_cut_does_not_matter(cuts: list[int]) -> None:
    """It comes in pieces as the network likes."""
    content = b'{"status":"SUCCESS"}\n\nnonsense\r\n{"uuid":"' + UUID.encode() + b'"}\n{}'
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    pieces = [content[start:end] for start, end in pairwise(edges)]

    whole, parts = said(content), said(*pieces)

    assert parts.statuses.tobytes() == whole.statuses.tobytes()
    assert parts[1:] == whole[1:]


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), max_size=8))
def test_the_sum_of_uuids_is_that_of_the_plan(uuids: list[tuple[int, int]]) -> None:
    """Both halves of the house mix alike."""
    lines = [f'{{"uuid":"{high:016x}{low:016x}","status":"SUCCESS"}}' for low, high in uuids]
    halves = np.array(uuids, np.uint64).reshape(-1, 2)

    found = said("\n".join(lines).encode())

    assert found.uuids == UuidSum.of(*mix_uuids(halves[:, 0], halves[:, 1]))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=20) | st.just(b'{"status":"SUCCESS"}'), max_size=6))
def test_no_bytes_do_harm(lines: list[bytes]) -> None:
    """Every line that is not blank gives a status, and SUCCESS is given for nothing else."""
    block = b"\n".join(lines)
    statuses = said(block).statuses

    split = [line for line in block.split(b"\n") if line.strip(b" \t\r\n")]
    assert len(statuses) == len(split)
    succeeded = [line.strip(b" \t\r") == b'{"status":"SUCCESS"}' for line in split]
    assert (statuses["outcome"] == SUCCESS).tolist() == succeeded


def test_a_hundred_thousand_lines_are_one_table() -> None:
    """A whole shard is settled at once."""
    lines = (
        orjson.dumps({"dataRow": {"id": str(at)}, "status": ("SUCCESS", "FAILURE")[at % 2]})
        for at in range(100_000)
    )
    statuses = said(b"\n".join(lines)).statuses

    assert np.bincount(statuses["outcome"]).tolist() == [0, 50_000, 50_000]
    assert len(np.unique(statuses["id_low"])) == 100_000
