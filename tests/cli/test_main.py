"""What the command line says where no command runs, and how an error becomes a line."""

from pathlib import Path

import pytest

from bulkimport.cli.main import run
from bulkimport.settings import API_KEY_VARIABLE

USAGE = 2
PASSING = 5


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nobody is asked over the network."""
    monkeypatch.delenv(API_KEY_VARIABLE, raising=False)


@pytest.mark.parametrize("words", [[], ["labelbox"], ["labelbox", "datasets"]])
def test_without_a_command_there_is_help_and_no_error(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was done wrong, but nothing was done either."""
    assert run(words) == USAGE
    assert capsys.readouterr().err.lstrip().startswith("Usage: ")


def test_a_flag_that_cannot_be_read_is_called_by_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It may come from the environment or a file, where nobody is looking."""
    words = ["plan", str(tmp_path / "rows"), "--to", "labelbox:p", "--kind", "labels"]

    assert run([*words, "--bytes-per-shard", "0"]) == USAGE
    assert capsys.readouterr().err == (
        "error: --bytes-per-shard: '0' is no size; write it as 64MiB or 25000000\n"
    )


def test_what_to_do_is_said_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An error that says what would help is not followed by a hint to try the same again."""
    (source := tmp_path / "rows").write_text('{"dataRow":{"globalKey":"a"},"name":"n"}\n')
    (runs := tmp_path / "runs").touch()
    words = ["plan", str(source), "--to", "labelbox:p", "--kind", "labels", "--runs", str(runs)]

    assert run(words) == PASSING
    err = capsys.readouterr().err
    assert "a file is where a folder should be" in err
    assert "hint" not in err


def test_an_empty_source_is_told_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The id of the rule alone says little."""
    (source := tmp_path / "rows").touch()

    assert run(["check", str(source)]) == 4
    assert "R-FILE-5: 1 (there are no rows)" in capsys.readouterr().err


def test_a_rule_is_explained_without_blanks_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was found stands there only where something was found."""
    assert run(["explain", "R-COCO-2"]) == 0
    assert "the document is no COCO: …" in capsys.readouterr().err
