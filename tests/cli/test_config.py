"""`bulkimport.toml` gives every command the flags that it has."""

from pathlib import Path

import pytest
from typer.main import get_command

from bulkimport.cli.config import for_every_command, read_defaults
from bulkimport.cli.main import app
from bulkimport.errors import UsageError


def test_keys_are_flags_without_their_dashes(tmp_path: Path) -> None:
    """No file is no defaults."""
    path = tmp_path / "bulkimport.toml"
    assert read_defaults(path) == {}

    path.write_text('rows-per-shard = 50000\npatience = "1h"\n')

    assert read_defaults(path) == {"rows_per_shard": 50_000, "patience": "1h"}


@pytest.mark.parametrize("content", [b"patience 1h", b"\xff"])
def test_what_is_no_toml_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    """Whatever it holds."""
    path = tmp_path / "bulkimport.toml"
    path.write_bytes(content)

    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_defaults(path)

    assert caught.value.place == str(path)


def test_every_command_has_the_defaults_also_those_of_groups() -> None:
    """A new command is not forgotten."""
    defaults = {"patience": "1h"}

    found = for_every_command(app, defaults)

    assert {"import", "resume", "migrate", "doctor", "labelbox", "runs"} <= set(found)
    assert found["migrate"] == found["labelbox"]["datasets"]["list"] == defaults
    command = get_command(app).commands["labelbox"].commands["datasets"].commands["list"]  # type: ignore[attr-defined]
    context = command.make_context(
        "list", [], default_map=found["labelbox"]["datasets"]["list"], resilient_parsing=True
    )
    assert context.params["patience"] == "1h"
