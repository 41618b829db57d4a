"""`bulkimport check` with a medium and an ontology: what people are told before they send."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkimport.cli.main import run
from bulkimport.sandbox import samples

BOX = {"dataRow": {"globalKey": "a"}, "name": "vehicle", "uuid": "0" * 32}
GOOD = {**BOX, "bbox": {"top": 1, "left": 2, "height": 3, "width": 4}}
FLAT = {**BOX, "uuid": "1" * 32, "bbox": {"top": 1, "left": 2, "height": 0, "width": 4}}
TWO_FAULTS = {
    **BOX,
    "uuid": "2" * 32,
    "name": "Vehicle",
    "bbox": {"top": 1, "left": 2, "height": -3, "width": 4},
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A good row, one that warns, one with two faults."""
    path = tmp_path / "rows.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in (GOOD, FLAT, TWO_FAULTS)))
    (tmp_path / "ontology.json").write_text(samples.ontology_text())
    return path


def check(
    source: Path, *more: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    """Exit code and what `--json` says, for image labels with the ontology."""
    ontology = str(source.with_name("ontology.json"))
    words = ["check", str(source), "--media", "image", "--kind", "labels", "--ontology", ontology]
    code = run([*words, *more, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_row_with_several_faults_counts_once_and_has_a_line_for_each(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """by_slug counts the rows of each rule; the near miss is suggested."""
    rejected = tmp_path / "rejected.ndjson"

    code, told = check(source, "--rejected", str(rejected), capsys=capsys)

    lines = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert code == 4
    assert (told["read"], told["ok"], told["rejected"], told["warned"]) == (3, 2, 1, 1)
    assert told["by_slug"] == {"R-BBOX-2": 1, "R-BBOX-3": 1, "R-ONT-1": 1}
    assert set(told) == {"read", "ok", "rejected", "warned", "by_slug"}
    assert {line["slug"] for line in lines} == {"R-BBOX-2", "R-ONT-1"}
    assert {line["line"] for line in lines} == {3}
    assert all(line["row"] == TWO_FAULTS for line in lines)
    assert any('did you mean "vehicle"?' in line["message"] for line in lines)


def test_severities_are_bent_by_flags(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--allow lets pass, --strict and --deny reject."""
    allowed = ("--allow", "R-ONT-1", "--allow", "R-BBOX-2")

    assert check(source, *allowed, capsys=capsys)[0] == 0
    assert check(source, *allowed, "--strict", capsys=capsys)[1]["rejected"] == 1
    assert check(source, *allowed, "--deny", "R-BBOX-3", capsys=capsys)[1]["rejected"] == 1


def test_the_sample_rows_pass_with_their_ontology(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Boxes, polygons, points, radio, checklist and nested answers: nothing to say."""
    source.write_bytes(b"".join(row + b"\n" for row in samples.rows(5_000)))

    code, told = check(source, capsys=capsys)

    assert (code, told["ok"], told["warned"]) == (0, 5_000, 0)


def test_a_rule_is_explained_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    """With an example that breaks it and one that passes; a typing mistake gets a suggestion."""
    assert run(["explain", "R-POLY-1"]) == 0
    told = capsys.readouterr().err
    assert "breaks it" in told
    assert "passes" in told

    assert run(["explain", "R-ID-1"]) == 0
    assert "R-ID-1: … is not a UUID" in capsys.readouterr().err
    assert run(["explain", "R-POLI-1"]) == 2
    assert "did you mean R-POLY-1?" in capsys.readouterr().err


def test_what_is_put_right_is_counted_beside_the_rules(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An open polygon breaks nothing, and people can see how many there were."""
    corners = [{"x": 1, "y": 1}, {"x": 5, "y": 1}, {"x": 5, "y": 6}]
    source.write_text(json.dumps({**BOX, "name": "lake", "polygon": corners}) + "\n")
    words = ["check", str(source), "--media", "image"]

    code = run([*words, "--json"])
    told = json.loads(capsys.readouterr().out)
    run(words)

    assert (code, told["ok"], told["warned"]) == (0, 1, 0)
    assert told["by_slug"] == {}
    assert told["normalised"] == {"R-POLY-2": 1}
    assert "put right by R-POLY-2: 1" in capsys.readouterr().err


def test_masks_in_their_thousands_are_told_of_and_go(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The advice counts the rows it is about; none of them goes with a warning of its own."""
    mask = {"instanceURI": "https://host/m.png", "colorRGB": [9, 8, 7]}
    rows = [{**BOX, "uuid": f"{number:032x}", "mask": mask} for number in range(1_001)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))

    code = run(["check", str(source), "--media", "image", "--strict", "--json"])
    told = json.loads(capsys.readouterr().out)

    assert (code, told["ok"], told["warned"]) == (0, 1_001, 0)
    assert told["by_slug"] == {"R-FILE-8": 1_001}
