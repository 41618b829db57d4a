"""Result files hold what is on record, not what a crash left behind it."""

from pathlib import Path

from bulkimport.engine.results import Results


def test_failed_rows_are_appended_and_their_end_is_told(tmp_path: Path) -> None:
    """Durable when it returns; opened again at that end, nothing is lost."""
    results = Results(tmp_path, failed_end=0)

    ends = [results.fail([b"one\n", b"two\n"]), results.fail([]), results.fail([b"three\n"])]

    assert ends == [8, 8, 14]
    assert (tmp_path / "failed.ndjson").read_bytes() == b"one\ntwo\nthree\n"
    results.close()


def test_lines_behind_the_end_on_record_are_forgotten(tmp_path: Path) -> None:
    """Their shard was not settled, so they will come again."""
    first = Results(tmp_path, failed_end=0)
    end = first.fail([b"settled\n"])
    first.fail([b"not settled\n"])
    first.close()

    again = Results(tmp_path, failed_end=end)

    assert again.fail([b"anew\n"]) == end + 5
    again.close()
    assert (tmp_path / "failed.ndjson").read_bytes() == b"settled\nanew\n"


def test_named_rows_are_a_file_a_shard(tmp_path: Path) -> None:
    """Written whole; written again they are the same."""
    results = Results(tmp_path, failed_end=0)
    for _ in range(2):
        results.name_unknown("shard-1", [b"one\n", b"two\n"])
        results.name_accepted("shard-1", iter([b"three\n"]))
        results.name_unknown("shard-2.0", [])

    assert {path.name: path.read_bytes() for path in (tmp_path / "unknown").iterdir()} == {
        "shard-1.ndjson": b"one\ntwo\n",
        "shard-2.0.ndjson": b"",
    }
    assert (tmp_path / "accepted/shard-1.ndjson").read_bytes() == b"three\n"
    results.close()
