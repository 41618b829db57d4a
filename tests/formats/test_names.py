"""Names that lead to other names: features everywhere, options under their question."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkimport.errors import UsageError
from bulkimport.formats.names import NameMap
from bulkimport.formats.splice import name_changes, spliced
from bulkimport.formats.tables import TableFile


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where a map lies."""
    return tmp_path / "names"


def read(path: Path, content: str) -> NameMap:
    """Read a map of this content."""
    path.write_text(content)
    return NameMap.read(TableFile.at(path))


CSV = "question,from,to\n,car,vehicle\n,state,State\nstate,car,Car!\nstate,open,Open\n"
JSON = json.dumps(
    {
        "car": "vehicle",
        "state": {"name": "State", "options": {"car": "Car!", "open": "Open"}},
    }
)


@pytest.mark.parametrize("content", [CSV, JSON], ids=["csv", "json"])
def test_both_spellings_say_the_same(content: str, table: Path) -> None:
    """Features and options apart."""
    names = read(table, content)

    assert names.features == {"car": "vehicle", "state": "State"}
    assert names.options == {"state": {"car": "Car!", "open": "Open"}}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "car", "bbox": {}}, {"name": "vehicle", "bbox": {}}),
        ({"name": "Car", "bbox": {}}, {"name": "Car", "bbox": {}}),
        ({"bbox": {}, "schemaId": "car"}, {"bbox": {}, "schemaId": "car"}),
        (
            {"answer": {"name": "car"}, "name": "state"},
            {"answer": {"name": "Car!"}, "name": "State"},
        ),
        (
            {"name": "other", "answer": {"name": "car"}},
            {"name": "other", "answer": {"name": "car"}},
        ),
        (
            {"name": "state", "answers": [{"name": "open"}, {"name": "shut"}]},
            {"name": "State", "answers": [{"name": "Open"}, {"name": "shut"}]},
        ),
        (
            {
                "name": "x",
                "segments": [
                    {
                        "keyframes": [
                            {"classifications": [{"name": "state", "answer": [{"name": "open"}]}]}
                        ]
                    }
                ],
            },
            {
                "name": "x",
                "segments": [
                    {
                        "keyframes": [
                            {"classifications": [{"name": "State", "answer": [{"name": "Open"}]}]}
                        ]
                    }
                ],
            },
        ),
        (
            {
                "name": "state",
                "answer": {
                    "name": "open",
                    "classifications": [{"name": "car", "answer": {"name": "open"}}],
                },
            },
            {
                "name": "State",
                "answer": {
                    "name": "Open",
                    "classifications": [{"name": "vehicle", "answer": {"name": "open"}}],
                },
            },
        ),
        (
            {"masks": {"instances": [{"name": "car"}]}},
            {"masks": {"instances": [{"name": "vehicle"}]}},
        ),
        (
            {"name": "r", "relationship": {"sourceOntologyName": "car"}},
            {"name": "r", "relationship": {"sourceOntologyName": "vehicle"}},
        ),
        (
            {"name": "q", "answer": "car", "customMetrics": [{"name": "car", "value": 1}]},
            {"name": "q", "answer": "car", "customMetrics": [{"name": "car", "value": 1}]},
        ),
        ({"name": "q", "answer": 'x "name":"car"'}, {"name": "q", "answer": 'x "name":"car"'}),
    ],
)
def test_names_are_changed_where_they_name(
    row: dict[str, Any], expected: dict[str, Any], table: Path
) -> None:
    """A feature and an option of one name stay apart; what is no name stays."""
    names = read(table, CSV)
    text = json.dumps(row).encode()

    assert json.loads(spliced(text, name_changes(text, names))) == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("from,to\n", "names nothing"),
        ("question,from\nq,a\n", "not two columns of names"),
        ("a,b,c\nx,y,z\n", "not two columns of names"),
        ("[]", "no JSON object"),
        ("{", "broken JSON"),
        ('{"a": 1}', "neither text nor a question"),
        ('{"a": {"option": {}}}', "neither text nor a question"),
        ('{"a": {"options": {"b": 1}}}', "neither text nor a question"),
        ('{"a": ""}', "a cell is empty"),
        ("question,from,to\nq,a,b\nq,a,c\n", "'a' leads to 'b' and to 'c'"),
    ],
)
def test_a_map_that_cannot_be_meant_is_a_mistake(content: str, words: str, table: Path) -> None:
    """And is told."""
    with pytest.raises(UsageError, match=words):
        read(table, content)
