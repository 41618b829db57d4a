"""One sandbox for many tests, and Labellerr's client before it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.labellerr_client import LabellerrClient
from support.sandbox import LABELLERR_KEYS, Sandbox


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Start one sandbox for all tests that do not stop it."""
    sandbox = Sandbox(tmp_path_factory.mktemp("labellerr") / "sandbox").start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def desk(shared_sandbox: Sandbox) -> Sandbox:
    """The shared sandbox, which has no faults then."""
    shared_sandbox.faults({"faults": []})
    return shared_sandbox


@pytest.fixture
def labellerr(desk: Sandbox) -> Iterator[LabellerrClient]:
    """A client with the right keys that does not wait between polls."""
    client = LabellerrClient(desk.endpoint, LABELLERR_KEYS, sleep=lambda _: None, backoff=0.01)
    yield client
    client.close()


@pytest.fixture
def project(desk: Sandbox) -> str:
    """A project of two images: `a.jpg` and `b.jpg`."""
    return desk.seed_labellerr(["a.jpg", "b.jpg"])


def document(*names: str, **fields: Any) -> dict[str, Any]:
    """A fit COCO document: an image of each name, one box on each; these fields instead."""
    numbers = range(1, len(names) + 1)
    return {
        "images": [
            {"id": number, "file_name": name, "width": 60, "height": 40}
            for number, name in zip(numbers, names, strict=True)
        ],
        "annotations": [
            {"id": number, "image_id": number, "category_id": 1, "bbox": [1, 2, 3.5, 4]}
            for number in numbers
        ],
        "categories": [{"id": 1, "name": "car"}],
        **fields,
    }


@pytest.fixture
def coco(tmp_path: Path) -> Callable[..., Path]:
    """Write a document: `coco("a.jpg", categories=[])` gives its path."""

    def write(*names: str, to: str = "coco.json", **fields: Any) -> Path:
        path = tmp_path / to
        path.write_text(json.dumps(document(*names, **fields)))
        return path

    return write
