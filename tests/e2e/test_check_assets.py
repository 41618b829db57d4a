"""`bulkimport check --assets`: rows are held to the sizes of their assets."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkimport.cli.main import run


def box(number: int, *, left: float) -> str:
    """A box that is ten pixels wide, on data row a0, a1, …, with a uuid of its own."""
    made = {
        "uuid": f"{number:032x}",
        "dataRow": {"globalKey": f"a{number // 10}"},
        "name": "car",
        "bbox": {"top": 0, "left": left, "height": 5, "width": 10},
    }
    return json.dumps(made)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Fifty boxes on five assets of 100 pixels; three reach over the edge, one by half a pixel."""
    lefts = {7: 90.5, 17: 91, 18: 200, 44: 90.6}
    rows = [box(number, left=lefts.get(number, 1)) for number in range(50)]
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(rows))
    (tmp_path / "assets.csv").write_text(
        "global_key,width,height\n" + "".join(f"A{number},100,100\n" for number in range(4))
    )
    return path


def check(
    source: Path, *more: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    """Exit code and what `--json` says."""
    words = ["check", str(source), "--media", "image", "--json", *more]
    code = run([*words, "--assets", str(source.with_name("assets.csv"))])
    return code, json.loads(capsys.readouterr().out)


def test_boxes_beyond_their_asset_are_warned_of(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a pixel is forgiven, and an asset that is not told is not held against anybody."""
    code, told = check(source, capsys=capsys)

    assert (code, told["ok"], told["warned"]) == (0, 50, 2)
    assert told["by_slug"] == {"R-BBOX-5": 2}


def test_denied_they_are_refused_with_their_place(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its line, the path and what was found."""
    rejected = tmp_path / "rejected.ndjson"

    code, told = check(source, "--deny", "R-BBOX-5", "--rejected", str(rejected), capsys=capsys)

    lines = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert (code, told["rejected"], told["by_slug"]) == (4, 2, {"R-BBOX-5": 2})
    assert sorted(line["line"] for line in lines) == [18, 19]
    assert {line["path"] for line in lines} == {"$.bbox"}
    assert all(str(line["row"]["bbox"]["left"]) in line["found"] for line in lines)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        # Beyond 100 frames and within 5 seconds, which is 5,000 milliseconds; and beyond both.
        ((), {"R-TMP-2": 2, "R-TMP-12": 1}),
        (("--no-derived",), {"R-TMP-12": 1}),
        (("--allow", "R-TMP-2", "--strict"), {"R-TMP-12": 1}),
    ],
)
def test_milliseconds_on_a_video_are_recognised(
    source: Path, more: tuple[str, ...], told: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """When the asset's frames and length are both known."""
    rows = [
        {
            "uuid": f"{end:032x}",
            "dataRow": {"globalKey": "clip"},
            "name": f"question {end}",
            "answer": [{"name": "a", "frames": [{"start": 1, "end": end}]}],
        }
        for end in (100, 5_000, 5_001)
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows))
    source.with_name("assets.csv").write_text("global_key,frames,duration\nclip,100,5\n")

    words = ["check", str(source), "--media", "video", "--json", *more]
    run([*words, "--assets", str(source.with_name("assets.csv"))])

    assert json.loads(capsys.readouterr().out)["by_slug"] == told
