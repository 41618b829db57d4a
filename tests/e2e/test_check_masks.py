"""`bulkimport check --masks`: every damaged picture has its own slug, and the file goes on."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.pngs import colours, embedded, four_billion_pixels, mask_row, ndjson, png

from bulkimport.cli.main import run

GOOD = png(colours(0, 1, 1, 2))
BROKEN = {
    "R-MASK-3": embedded(GOOD, 7),
    "R-MASK-4": embedded(png(colours(0, 1, 1, 2, height=5))),
    "R-MASK-6": {"png": embedded(png(colours(0, 1)))["imBytes"]},
    "R-PNG-1": embedded(b"\xff\xd8\xff\xe0 is a JPEG"),
    "R-PNG-2": embedded(four_billion_pixels()),
    "R-PNG-3": embedded(GOOD[:48]),
    "R-PNG-4": embedded(GOOD[:45] + b"\0" + GOOD[46:]),
}


def check(
    source: Path, *more: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    """Exit code and what `--json` says."""
    code = run(["check", str(source), "--media", "image", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_each_fault_has_its_slug_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Good rows before, between and behind are good."""
    rows, key = [mask_row("good", embedded(GOOD, 2), 1)], 2
    for number, mask in enumerate(BROKEN.values(), start=key):
        rows += [
            mask_row(f"bad{number}", mask, number),
            mask_row("good", embedded(GOOD), 99 + number),
        ]
    source, rejected = tmp_path / "rows.ndjson", tmp_path / "rejected.ndjson"
    source.write_text(ndjson(rows))
    assets = tmp_path / "assets.csv"
    assets.write_text(
        "global_key,width,height\ngood,4,4\n"
        + "".join(f"bad{number},4,4\n" for number in (2, 3, 5, 6, 7, 8))
    )

    code, told = check(
        source, "--masks", "--assets", str(assets), "--rejected", str(rejected), capsys=capsys
    )

    assert code == 4
    assert told["by_slug"] == dict.fromkeys(BROKEN, 1) | {"R-MASK-12": 2}
    assert (told["read"], told["ok"]) == (len(rows), len(rows) - len(BROKEN))
    lines = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert [line["line"] for line in lines] == [2 * number for number in range(1, 8)]
    assert all(line["path"].startswith("$.mask.") for line in lines)


def test_without_masks_no_picture_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rows are good by themselves."""
    source = tmp_path / "rows.ndjson"
    source.write_text(ndjson([mask_row("a", mask, n) for n, mask in enumerate(BROKEN.values())]))

    code, told = check(source, capsys=capsys)

    assert (code, told["rejected"]) == (0, 0)


def test_warnings_are_counted_and_can_be_made_to_reject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alpha warns; a colour that no row names is known at the end and warns only."""
    source = tmp_path / "rows.ndjson"
    source.write_text(
        ndjson(
            [
                mask_row("a", embedded(png(colours(0, 1), "RGBA")), 1),
                mask_row("b", embedded(GOOD), 2),
            ]
        )
    )

    code, told = check(source, "--masks", capsys=capsys)
    strict, held = check(source, "--masks", "--deny", "R-MASK-11", capsys=capsys)

    assert code == 0
    assert told["by_slug"] == {"R-MASK-11": 1, "R-MASK-12": 1}
    assert told["rejected"] == 0
    assert (strict, held["rejected"]) == (4, 1)


def test_rules_that_are_off_are_not_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By --allow; also those about the shape that the look relies on."""
    source = tmp_path / "rows.ndjson"
    rows = [
        mask_row("a", embedded(GOOD, 7), 1),
        mask_row("b", {"imBytes": "%%%", "colorRGB": [1, 2, 3]}, 2),
    ]
    source.write_text(ndjson(rows))

    allowed = ("--allow", "R-MASK-3", "--allow", "R-MASK-16", "--allow", "R-PNG-1")
    code, told = check(source, "--masks", *allowed, capsys=capsys)

    assert (code, told["rejected"]) == (0, 0)
