"""The peer in plain Python says what `check` says, of good rows and of mutated ones."""

import importlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bulkimport.engine.checking import check_sources
from bulkimport.events import to_nobody
from bulkimport.model import Kind
from bulkimport.rows.ruling import Ruling
from bulkimport.rows.whole_input import ADVICE
from bulkimport.sandbox import samples
from bulkimport.settings import Settings
from bulkimport.source.files import find_sources

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]
Mutation = Callable[[Row], object]


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of perf as modules."""
    monkeypatch.syspath_prepend(str(ROOT / "perf" / "programs"))


def box(row: Row) -> Row:
    """The box of a row."""
    return dict(row["bbox"])


ROWS = {
    "box": {"name": "vehicle", "bbox": {"top": 1, "left": 2, "height": 30, "width": 40}},
    "point": {"name": "corner", "point": {"x": 1.5, "y": 2.25}},
    "ring": {
        "name": "building",
        "polygon": [{"x": x, "y": y} for x, y in ((0, 0), (9, 0), (9, 9), (0, 9))],
    },
    "radio": {"name": "weather", "answer": {"name": "sunny"}},
    "list": {"name": "content", "answer": [{"name": "people"}, {"name": "signs"}]},
    "nest": {
        "name": "scene",
        "answer": {
            "name": "street",
            "classifications": [{"name": "surface", "answer": {"name": "gravel"}}],
        },
    },
}
MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("box", "no data row", lambda row: row.pop("dataRow")),
    ("box", "a data row that is a list", lambda row: row.update(dataRow=[])),
    ("box", "no name of it", lambda row: row.update(dataRow={})),
    ("box", "a number for it", lambda row: row.update(dataRow={"globalKey": 7})),
    ("box", "two names", lambda row: row["dataRow"].update(id="x")),
    ("box", "an id that is none", lambda row: row.update(dataRow={"id": "x"})),
    ("box", "a long key", lambda row: row.update(dataRow={"globalKey": "k" * 201})),
    ("box", "no uuid", lambda row: row.pop("uuid")),
    ("box", "half a uuid", lambda row: row.update(uuid="12345678")),
    ("box", "a number as uuid", lambda row: row.update(uuid=7)),
    ("box", "no name", lambda row: row.pop("name")),
    ("box", "an empty name", lambda row: row.update(name="")),
    ("box", "a number as name", lambda row: row.update(name=1)),
    ("box", "another name", lambda row: row.update(name="Vehicle")),
    ("box", "the name of a ring", lambda row: row.update(name="building")),
    ("box", "the name of a question", lambda row: row.update(name="weather")),
    ("box", "a short schema id", lambda row: row.update(schemaId="c")),
    ("box", "a key of no meaning", lambda row: row.update(colour="red")),
    ("box", "no annotation", lambda row: row.pop("bbox")),
    ("box", "two annotations", lambda row: row.update(point={"x": 1, "y": 2})),
    ("box", "a metric", lambda row: (row.pop("bbox"), row.update(metricValue=1))),
    ("box", "a list as box", lambda row: row.update(bbox=[])),
    ("box", "no width", lambda row: row["bbox"].pop("width")),
    ("box", "a fifth side", lambda row: row["bbox"].update(depth=1)),
    ("box", "a text as side", lambda row: row["bbox"].update(width="9")),
    ("box", "a truth as side", lambda row: row["bbox"].update(width=True)),
    ("box", "a negative width", lambda row: row["bbox"].update(width=-1)),
    ("box", "no height at all", lambda row: row["bbox"].update(height=0)),
    ("box", "a negative left", lambda row: row["bbox"].update(left=-1)),
    ("box", "half a pixel too wide", lambda row: row["bbox"].update(left=60.5)),
    ("box", "a pixel too wide", lambda row: row["bbox"].update(left=61)),
    (
        "box",
        "an entity",
        lambda row: (row.pop("bbox"), row.update(location={"start": 1, "end": 2})),
    ),
    ("point", "no y", lambda row: row["point"].pop("y")),
    ("point", "a text as x", lambda row: row["point"].update(x="1")),
    ("point", "outside", lambda row: row["point"].update(x=100.1)),
    ("point", "above", lambda row: row["point"].update(y=-0.1)),
    ("point", "a list", lambda row: row.update(point=[1, 2])),
    ("ring", "two vertices", lambda row: row.update(polygon=row["polygon"][:2])),
    ("ring", "closed", lambda row: row["polygon"].append(row["polygon"][0])),
    ("ring", "flat", lambda row: row.update(polygon=[{"x": at, "y": at} for at in range(5)])),
    ("ring", "crossed", lambda row: row["polygon"].insert(1, row["polygon"].pop())),
    ("ring", "twisted", lambda row: row["polygon"].insert(1, row["polygon"].pop(2))),
    ("ring", "outside", lambda row: row["polygon"].append({"x": 0, "y": 101})),
    ("ring", "a vertex that is none", lambda row: row["polygon"].append(None)),
    ("ring", "a vertex of three", lambda row: row["polygon"].append({"x": 1, "y": 2, "z": 3})),
    ("ring", "a text in a vertex", lambda row: row["polygon"].append({"x": "1", "y": 2})),
    ("radio", "an option that is none", lambda row: row["answer"].update(name="fog")),
    ("radio", "no option", lambda row: row["answer"].pop("name")),
    ("radio", "a text", lambda row: row.update(answer="sunny")),
    ("radio", "another question", lambda row: row.update(name="mood")),
    ("radio", "the name of a tool", lambda row: row.update(name="corner")),
    ("list", "nothing", lambda row: row.update(answer=[])),
    ("list", "the same twice", lambda row: row["answer"].append({"name": "people"})),
    ("list", "one option alone", lambda row: row.update(answer={"name": "people"})),
    ("list", "an option that is a text", lambda row: row.update(answer=["people"])),
    ("list", "by its other name", lambda row: row.update(answers=row.pop("answer"))),
    (
        "nest",
        "a question that is none",
        lambda row: row["answer"]["classifications"][0].update(name="x"),
    ),
    (
        "nest",
        "an answer that is none",
        lambda row: row["answer"]["classifications"][0]["answer"].update(name="x"),
    ),
    ("nest", "no answer", lambda row: row["answer"]["classifications"][0].pop("answer")),
    ("nest", "a uuid below", lambda row: row["answer"]["classifications"][0].update(uuid="x")),
]


def fresh(kind: str, number: int) -> Row:
    """A good row of its own."""
    head = {"uuid": str(uuid.UUID(int=number)), "dataRow": {"globalKey": f"image-{number}"}}
    return head | json.loads(json.dumps(ROWS[kind]))


def both(
    tmp_path: Path, lines: Iterator[str] | list[str]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Rows read, rows refused and rows by rule: what `check` says, and what the peer says."""
    source, assets = tmp_path / "rows.ndjson", tmp_path / "assets.csv"
    source.write_text("".join(f"{line}\n" for line in lines))
    keys = "".join(f"image-{number},100,100\n" for number in range(200))
    assets.write_text(f"global_key,width,height\n{keys}")
    ours = check_sources(
        find_sources([str(source)]),
        settings=Settings(),
        tell=to_nobody,
        stopped=lambda: False,
        ruling=Ruling("image", Kind.LABELS, samples.ontology_text()),
        assets=assets,
    )
    peer, rows = (importlib.import_module(name) for name in ("plain_check", "plain_rows"))
    features = rows.Features(samples.ONTOLOGY)
    theirs = peer.check(source.read_bytes().splitlines(), features, peer.read_sizes(assets))
    told = ours.by_slug | ours.warnings
    # The peer gives no advice about the whole.
    broken = Counter({slug: told[slug] for slug in told.keys() - ADVICE})
    return (ours.read, ours.rejected, broken), theirs


def test_of_sample_rows_neither_says_anything(tmp_path: Path) -> None:
    """Five thousand good rows."""
    ours, theirs = both(tmp_path, [row.decode() for row in samples.rows(5_000)])

    assert ours == theirs == (5_000, 0, Counter())


@pytest.mark.parametrize(
    ("kind", "mutate"),
    [pytest.param(kind, mutate, id=f"{kind}: {what}") for kind, what, mutate in MUTATIONS],
)
def test_of_a_mutated_row_both_say_the_same(tmp_path: Path, kind: str, mutate: Mutation) -> None:
    """The same rules, by the same number of rows."""
    row = fresh(kind, 1)
    mutate(row)

    ours, theirs = both(tmp_path, [json.dumps(row), json.dumps(fresh(kind, 2))])

    assert ours == theirs


def test_of_rows_in_company_both_say_the_same(tmp_path: Path) -> None:
    """Uuids that repeat on one data row and on two, answers given twice, names used too often."""
    rows = [fresh("box", number) for number in range(20)]
    rows[1]["uuid"] = rows[2]["uuid"] = rows[3]["uuid"]
    rows[2]["dataRow"] = rows[3]["dataRow"]
    rows += [fresh("radio", number) for number in (50, 51)]
    rows[-1]["dataRow"] = rows[-2]["dataRow"]
    rows += [fresh("point", number) for number in range(1_000, 6_001)]
    for row in rows[-5_001:]:
        row["dataRow"] = {"globalKey": "image-7"}

    ours, theirs = both(tmp_path, [json.dumps(row) for row in rows] + ["{", "[]"])

    assert ours == theirs
    assert set(ours[2]) == {"R-ID-2", "R-ID-3", "R-CLS-9", "R-LIM-1", "R-FILE-1"}
