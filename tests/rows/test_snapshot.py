"""A snapshot says the medium and the ontology of a project, also years later."""

from pathlib import Path

import pytest

from bulkimport.errors import UsageError
from bulkimport.rows.snapshot import Snapshot

ONTOLOGY = '{"tools":[],"classifications":[]}'


@pytest.mark.parametrize("ontology", [ONTOLOGY, ""])
@pytest.mark.parametrize("media_type", ["IMAGE", None])
def test_what_is_written_is_read(tmp_path: Path, ontology: str, media_type: str | None) -> None:
    """With or without an ontology, with or without a medium."""
    path = tmp_path / "project.json"
    snapshot = Snapshot(ontology, media_type, "p", "Käse")

    snapshot.write(path)

    assert Snapshot.read(path) == snapshot


def test_an_ontology_alone_says_no_medium(tmp_path: Path) -> None:
    """As the service or the official SDK gives it."""
    path = tmp_path / "ontology.json"
    path.write_text(ONTOLOGY)

    assert Snapshot.read(path) == Snapshot(ONTOLOGY)


@pytest.mark.parametrize("content", ["", "[]", '{"snapshot":2}', None])
def test_what_is_neither_is_refused(tmp_path: Path, content: str | None) -> None:
    """By the name of the file."""
    path = tmp_path / "ontology.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(UsageError, match=r"ontology\.json"):
        Snapshot.read(path)
