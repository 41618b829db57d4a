"""Points of files moved: against plain JSON, at the edges of blocks, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bulkimport.errors import UsageError
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.moved import Moving
from bulkimport.formats.mover import Mover
from bulkimport.formats.moves import Moves
from bulkimport.formats.tables import TableFile
from bulkimport.formats.transform_file import TransformFile
from bulkimport.native import CODES, ROW

JSON = dict[str, Any]
MIRROR = "def mirror(x, y, width, height, index):\n    return width[index] - x, y\n"
NOWHERE = "def nowhere(x, y, width, height, index):\n    x /= (x - x[0])\n"


def row(key: str, **payload: object) -> JSON:
    """A row of a data row."""
    return {"dataRow": {"globalKey": key}, "name": "n", **payload}


def box(left: float, top: float, width: float, height: float) -> JSON:
    """A box."""
    return {"top": top, "left": left, "height": height, "width": width}


@pytest.fixture
def assets(tmp_path: Path) -> TableFile:
    """Two data rows of known size, and one of which only the width is known."""
    path = tmp_path / "assets.csv"
    path.write_text("global_key,width,height\na,640,480\nB,100,50\nhalf,10,\n")
    return TableFile.at(path)


@pytest.fixture
def move(tmp_path: Path) -> Callable[..., tuple[list[bytes], list[JSON]]]:
    """Move rows, given as JSON or as they are; gives lines and what was refused."""

    def run(
        rows: list[JSON | bytes],
        moves: Moves,
        *,
        block_bytes: int = 1 << 20,
        keep_lines: bool = True,
    ) -> tuple[list[bytes], list[JSON]]:
        source, to, refused = (tmp_path / name for name in ("source", "to", "refused"))
        lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in rows]
        source.write_bytes(b"\n".join(lines))
        told: list[int] = []
        moving = Moving(
            Mover(moves), block_bytes=block_bytes, told=told.append, keep_lines=keep_lines
        )
        incomplete = tmp_path / "incomplete"
        moved = moving.move(source, name="source", to=to, refused=refused, incomplete=incomplete)
        keyless = sum(b"dataRow" not in line for line in refused.read_bytes().splitlines())
        lost = np.fromfile(incomplete, ROW)
        told_of = len(refused.read_bytes().splitlines()) - keyless
        assert len(lost) == (told_of if keep_lines else 0)
        assert all(to.read_bytes()[at : at + 1] in (b"\n", b"") for at in lost["offset"].tolist())
        assert set(lost["code"].tolist()) <= {len(CODES)}
        assert sum(told) == source.stat().st_size == moved.fingerprint.size
        written = to.read_bytes().split(b"\n")
        assert moved.rows == sum(1 for line in written if line.strip())
        return written, [json.loads(line) for line in refused.read_bytes().splitlines()]

    return run


Move = Callable[..., tuple[list[bytes], list[JSON]]]


@pytest.mark.parametrize("block_bytes", [64, 300, 1 << 20])
def test_rows_move_alike_in_blocks_of_any_size(
    move: Move, assets: TableFile, block_bytes: int
) -> None:
    """All geometries, by the size of their own data row; what has no points stays."""
    rows = [
        row("a", bbox=box(0.25, 0.5, 0.5, 0.25)),
        row("b", polygon=[{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}]),
        b"",
        row("a", segments=[{"keyframes": [{"frame": 1, "point": {"x": 0.5, "y": 0.5}}]}]),
        row("nobody", answer="some text"),
        b"no JSON",
    ]

    lines, refused = move(
        rows, Moves(normalised=True, shift=(10, -1), assets=assets), block_bytes=block_bytes
    )

    assert json.loads(lines[0])["bbox"] == box(170, 239, 320, 120)
    polygon = [{"x": 10, "y": -1}, {"x": 110, "y": -1}, {"x": 110, "y": 49}]
    assert json.loads(lines[1])["polygon"] == polygon
    [segment] = json.loads(lines[3])["segments"]
    assert segment["keyframes"] == [{"frame": 1, "point": {"x": 330, "y": 239}}]
    assert (lines[2], lines[4], lines[5]) == (b"", json.dumps(rows[4]).encode(), b"no JSON")
    assert refused == []


def test_moves_are_made_in_their_order(
    move: Move, assets: TableFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixels, scale, shift, the user's own, and the clip last."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mirrors.py").write_text(MIRROR)
    mirror = TransformFile.at("mirrors:mirror")
    moves = Moves(
        normalised=True, scale=(2, 1), shift=(5, 0), transform=mirror, clip=True, assets=assets
    )

    lines, _ = move([row("a", line=[{"x": 0.25, "y": 2}, {"x": 1, "y": 0.5}])], moves)

    # 640 - (0.25 * 640 * 2 + 5) and 640 - (1 * 640 * 2 + 5), which is left of the edge.
    assert json.loads(lines[0])["line"] == [{"x": 315, "y": 480}, {"x": 0, "y": 240}]


def test_rows_whose_data_row_has_no_known_size_are_refused(move: Move, assets: TableFile) -> None:
    """They leave a blank line, or none, and are named as they came in."""
    known, unknown, half = (row(key, point={"x": 900, "y": 1}) for key in ("a", "c", "half"))
    rows = [unknown, known, half, row("c", answer="a")]

    lines, refused = move(rows, Moves(clip=True, assets=assets))
    bare, _ = move(rows, Moves(clip=True, assets=assets), keep_lines=False)

    assert [one["slug"] for one in refused] == ["R-MOVE-2", "R-MOVE-2"]
    assert [(one["line"], one["row"]) for one in refused] == [(1, unknown), (3, half)]
    assert refused[1]["offset"] == sum(len(json.dumps(one)) + 1 for one in rows[:2])
    assert lines[0] == lines[2] == b""
    assert json.loads(lines[1])["point"] == {"x": 640, "y": 1}
    assert bare == [lines[1], lines[3], b""]


def test_points_that_go_nowhere_are_refused(
    move: Move, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither NaN nor an infinity is JSON; what was found is shown."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lost.py").write_text(NOWHERE)

    _, refused = move(
        [row("a", line=[{"x": 2, "y": 3}, {"x": 2, "y": 4}])],
        Moves(transform=TransformFile.at("lost:nowhere")),
    )
    _, far = move([row("a", bbox=box(-1e307, 0, 2e307, 1))], Moves(scale=(100, 1)))

    assert [one["slug"] for one in (*refused, *far)] == ["R-MOVE-3", "R-MOVE-3"]
    assert "to inf, 3" in refused[0]["message"] or "to nan, 3" in refused[0]["message"]


def test_points_that_cannot_be_read_are_refused(move: Move) -> None:
    """A row is not moved by halves."""
    _, refused = move([row("a", line=[{"x": 2, "y": 3}, {"x": "2", "y": 4}])], Moves(scale=(2, 2)))

    assert [one["slug"] for one in refused] == ["R-MOVE-1"]


@pytest.mark.parametrize("moves", [{"clip": True}, {"normalised": True}])
def test_what_needs_sizes_is_not_meant_without_assets(moves: dict[str, bool]) -> None:
    """Told by the flag's name."""
    [name] = moves
    with pytest.raises(UsageError, match=f"--{name}: needs the sizes"):
        Conversion(moves=Moves(**moves))
    assert Conversion(Format.COCO, moves=Moves(**moves)).moves.needs_sizes


def test_what_moves_points_is_part_of_what_makes_a_run(assets: TableFile) -> None:
    """Assets only where they matter; nothing at all when points stay where they are."""
    scaled = Conversion(moves=Moves(scale=(2, 0.5), assets=assets))

    assert scaled.options() == {"scale": "2,0.5"}
    assert Conversion(moves=Moves(clip=True, assets=assets)).options() == {
        "clip": "True",
        "assets": assets.digest,
    }
    assert Conversion(moves=Moves(assets=assets)).options() == {}
    assert Conversion(moves=Moves(assets=assets)).idle
    assert not scaled.idle
    assert scaled.without_moves().idle
    assert not Conversion(Format.LABELBOX_EXPORT).idle
