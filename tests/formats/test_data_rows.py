"""From assets to elements: each rule is drawn by its own example, and what passes is kept whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkimport.formats.assets import read_asset_file
from bulkimport.formats.data_rows import LARGEST, Fault, Maker, asset_of, keys_of
from bulkimport.formats.keys import KeyTemplate
from bulkimport.rows.rulebook import Rule, rulebook

RULES = [
    rule
    for rule in rulebook().values()
    if rule.slug.startswith("R-ASSET-") and rule.scope == "row" and rule.example.breaks
]
ADDRESS = "https://example.com/imgs/a.jpg"
MAKER = Maker("the-dataset")


def made(fields: dict[str, Any], maker: Maker = MAKER) -> dict[str, Any]:
    """The element of an asset that passes."""
    told = maker.make(fields)
    assert not isinstance(told, Fault), told
    element: dict[str, Any] = json.loads(told[1])
    return element


def fault(fields: dict[str, Any], maker: Maker = MAKER) -> Fault:
    """What is wrong with an asset that does not."""
    told = maker.make(fields)
    assert isinstance(told, Fault)
    return told


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_the_example_that_breaks_a_rule_draws_it(rule: Rule) -> None:
    """A rule is known by its own example."""
    assert fault(json.loads(rule.example.breaks)).slug == rule.slug


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_the_example_at_the_edge_passes(rule: Rule) -> None:
    """Nothing is found in it."""
    assert made(json.loads(rule.example.passes))


def test_an_asset_keeps_all_that_it_has() -> None:
    """In the spelling of the wire, under the dataset, its key first."""
    attachments = [{"type": "RAW_TEXT", "value": "night", "name": "note"}]
    asset = {
        "row_data": ADDRESS,
        "global_key": "a",
        "external_id": "a.jpg",
        "media_type": "IMAGE",
        "metadata": [{"schemaId": "s" * 25, "value": 1}],
        "attachments": attachments,
    }

    element = made(asset)

    assert element["id"] == {"type": "AUTO", "value": ""}
    assert element["payload"] == {
        "global_key": "a",
        "dataset_id": "the-dataset",
        "row_data": ADDRESS,
        "external_id": "a.jpg",
        "media_type": "IMAGE",
        "metadata_fields": asset["metadata"],
        "attachments": attachments,
    }
    assert json.loads(asset_of(json.dumps(element).encode())) == asset


def test_who_updates_names_the_data_row_by_its_key() -> None:
    """Then nothing is made twice and nothing is left out."""
    element = made({"row_data": ADDRESS, "global_key": "a"}, Maker("d", updating=True))

    assert element["id"] == {"type": "GKEY", "value": "a"}


@pytest.mark.parametrize(
    ("asset", "template", "key"),
    [
        ({"row_data": ADDRESS}, "{name}", "a.jpg"),
        ({"row_data": f"{ADDRESS}?signature=secret"}, "{stem}", "a"),
        ({"row_data": ADDRESS, "external_id": "cats/7.png"}, "{parent}-{stem}", "cats-7"),
        ({"row_data": ADDRESS, "global_key": "own"}, "{name}", "own"),
    ],
)
def test_a_template_makes_the_key_that_is_missing(
    asset: dict[str, Any], template: str, key: str
) -> None:
    """Of the external id, else of the address without what signs it; a key that is there stays."""
    element = made(asset, Maker("d", KeyTemplate.read(template)))

    assert element["payload"]["global_key"] == key


def test_a_key_that_a_template_makes_is_held_to_the_rules() -> None:
    """It may have characters that no key has."""
    asset = {"row_data": "text", "external_id": "straße"}

    assert fault(asset, Maker("d", KeyTemplate.read("{key}"))).slug == "R-ASSET-4"


def test_an_asset_that_no_file_could_hold_is_refused() -> None:
    """One file of data rows has some megabytes."""
    assert fault({"row_data": "x" * LARGEST, "global_key": "a"}).slug == "R-ASSET-11"


def test_keys_are_found_again_in_elements() -> None:
    """Line by line, also where other parts of an element look like keys."""
    words = '"payload":{"global_key":"no"'
    told = [MAKER.make({"row_data": words, "global_key": key}) for key in ("a", "b c")]
    elements = b"".join(one[1] + b"\n" for one in told if isinstance(one, tuple))

    assert keys_of(elements) == ["a", "b c"]


def test_a_csv_says_the_same_as_ndjson(tmp_path: Path) -> None:
    """Lists are JSON text in it, and an empty cell is as good as none."""
    csv, ndjson = tmp_path / "a.csv", tmp_path / "a.ndjson"
    csv.write_text(
        "globalKey,row_data,external_id,metadata\n"
        f'a,{ADDRESS},,"[{{""name"": ""split"", ""value"": ""x""}}]"\n'
        'b,"two\nlines",7,\n',
        encoding="utf-8-sig",
    )
    rows = [
        {"global_key": "a", "row_data": ADDRESS, "metadata": [{"name": "split", "value": "x"}]},
        {"global_key": "b", "row_data": "two\nlines", "external_id": "7"},
    ]
    ndjson.write_text("".join(f"{json.dumps(row)}\n\n" for row in rows))

    told = [[asset.fields for asset in read_asset_file(path, name="it")] for path in (csv, ndjson)]

    assert told == [rows, rows]
