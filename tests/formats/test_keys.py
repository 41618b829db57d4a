"""Keys that lead to other keys: by a template, by a map, by both."""

from pathlib import Path

import pytest

from bulkimport.errors import UsageError
from bulkimport.formats.keys import Key, KeyMap, Keys, KeyTemplate, Unmatched
from bulkimport.formats.tables import TableFile


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where a map lies."""
    return tmp_path / "keys.csv"


def read(path: Path, content: str) -> KeyMap:
    """Read a map of this content."""
    path.write_text(content, newline="")
    return KeyMap.read(TableFile.at(path))


@pytest.mark.parametrize(
    ("template", "key", "expected"),
    [
        ("{stem}", "imgs/a.jpg", "a"),
        ("{name}", "imgs/a.jpg", "a.jpg"),
        ("{key}", "imgs/a.jpg", "imgs/a.jpg"),
        ("{parent}", "imgs/x/a.jpg", "imgs/x"),
        ("{parent}", "a.jpg", ""),
        ("{suffix}", "a.tar.gz", ".gz"),
        ("{stem}", "a.tar.gz", "a.tar"),
        ("{stem}", "plain", "plain"),
        ("set-{stem}{suffix}", "x/ä ö.JPG", "set-ä ö.JPG"),
        ("{{{stem}}}", "a.jpg", "{a}"),
    ],
)
def test_a_template_is_filled_from_the_parts_of_a_key(
    template: str, key: str, expected: str
) -> None:
    """The key is read as a path with slashes."""
    assert KeyTemplate.read(template).apply(key) == expected


@pytest.mark.parametrize(
    "template", ["", "plain", "{nothing}", "{stem.upper}", "{stem", "{}", "{0}", "{stem!x}"]
)
def test_a_template_of_other_parts_is_a_mistake(template: str) -> None:
    """One without any would make one data row of all."""
    with pytest.raises(UsageError, match="--key-template"):
        KeyTemplate.read(template)


@pytest.mark.parametrize(
    ("header", "member"),
    [
        ("from,to", "id"),
        ("from,to", "globalKey"),
        ("file,global_key", "globalKey"),
        ("file,globalKey", "globalKey"),
        ("external_id,id", "id"),
    ],
)
def test_the_header_names_the_kind_of_key(header: str, member: str, table: Path) -> None:
    """With `to` it stays what it was."""
    keys = read(table, f"{header}\na,b\n")
    had = member if header == "from,to" else {"id": "globalKey", "globalKey": "id"}[member]

    assert keys.lead(Key(had, "a")) == Key(member, "b")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no header"),
        ("from\na\n", "no header"),
        ("a,b\nc,d\n", "second column is called 'b'"),
        ("from,to\n", "maps nothing"),
        ("from,to\na\n", r"keys.csv:2: has 1 columns"),
        ("from,to\na,b,c\n", r"keys.csv:2: has 3 columns"),
        ("from,to\na,\n", r"keys.csv:2: a cell is empty"),
        ("from,to\na,b\na,c\n", r"keys.csv:3: 'a' leads to 'b' and to 'c'"),
    ],
)
def test_a_map_that_cannot_be_meant_is_a_mistake(content: str, words: str, table: Path) -> None:
    """Named with its line."""
    with pytest.raises(UsageError, match=words):
        read(table, content)


def test_a_map_may_be_quoted_marked_and_say_a_thing_twice(table: Path) -> None:
    """As spreadsheets write it."""
    keys = read(table, '\ufefffrom,to\r\n"a,1",b\r\n\r\n"a,1",b\r\n')

    assert keys.lead(Key("id", "a,1")) == Key("id", "b")


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("IMG_1.JPG", ("img_1.jpg",)),
        ("img_1.png", ("img_1.jpg",)),
        ("img_1", ("img_1.jpg",)),
        (" img_1 .jpg", ("img_1.jpg",)),
        ("img_2.jpg", ()),
        ("", ()),
    ],
)
def test_a_key_that_is_not_there_is_told_with_what_is_near(
    key: str, near: tuple[str, ...], table: Path
) -> None:
    """Case, extension and blanks are what is easily got wrong."""
    keys = read(table, "from,to\nimg_1.jpg,x\nother.jpg,y\n")

    with pytest.raises(Unmatched) as caught:
        keys.lead(Key("globalKey", key))

    assert caught.value.near == near


def test_the_template_comes_before_the_map(table: Path) -> None:
    """The map has what the template makes."""
    keys = Keys(KeyTemplate.read("{stem}"), read(table, "from,id\na,42\n"))

    assert keys.lead(Key("globalKey", "imgs/a.jpg")) == Key("id", "42")


def test_a_map_that_changes_after_it_was_named_is_a_mistake(table: Path) -> None:
    """Its digest made the run."""
    table.write_text("from,to\na,b\n")
    file = TableFile.at(table)
    table.write_text("from,to\na,c\n")

    with pytest.raises(UsageError, match="changed meanwhile"):
        KeyMap.read(file)


def test_a_map_that_is_not_there_is_a_mistake(table: Path) -> None:
    """Told by its path."""
    with pytest.raises(UsageError, match=r"keys.csv: No such file"):
        TableFile.at(table)
