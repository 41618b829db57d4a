"""`bulkimport` with a Labellerr project of the sandbox as its destination."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from e2e.command import Command
from support.sandbox import LABELLERR_KEYS, Sandbox

from bulkimport.sandbox.labellerr.audit import audit_document

UPLOAD = "labellerr:upload_answers"


class LabellerrCommand(Command):
    """The command in a folder of its own; documents go to a project with files of some names."""

    def __init__(self, folder: Path, sandbox: Sandbox, names: Iterable[str], **more: Any) -> None:
        """Make the project; `more` are fields of its seed."""
        folder.mkdir()
        project = sandbox.seed_labellerr(names, **more)
        super().__init__(folder, sandbox, project=project, kind="prelabels", tag="")
        self.variables = {f"LABELLERR_{name.upper()}": key for name, key in LABELLERR_KEYS.items()}

    def importing(self, *words: str | Path) -> list[str]:
        """The words of an import of these COCO documents and options."""
        place = ("--to", f"labellerr:{self.project}", "--kind", self.kind)
        form = () if "--format" in words else ("--format", "coco")
        return ["import", *map(str, words), *form, *place, *self._where(), "--json"]

    @property
    def create(self) -> str:
        """The sandbox's name for the call that makes an import."""
        return UPLOAD

    def document(self, document: Any, name: str = "coco.json", **how: Any) -> Path:
        """Write a document."""
        path = self.folder / name
        path.write_text(json.dumps(document, **how))
        return path

    def shards(self) -> list[dict[str, Any]]:
        """The documents that arrived, in their order."""
        uploads = self.sandbox.labellerr_uploads(self.project)
        return [json.loads(upload["path"].read_bytes()) for upload in uploads]

    def holds_all_of(self, source: Path) -> None:
        """Fail unless just the annotations of a document were applied, each once."""
        account, whole = self.sandbox.labellerr(self.project), audit_document(source)
        assert {name: account[name] for name in whole} == whole
        assert account["annotations_that_came_twice"] == 0
        assert account["images_in_several_uploads"] == 0
        assert account["annotations_unmatched"] == 0

    def _endpoint(self) -> str:
        return self.endpoint or self.sandbox.endpoint


def made_up(images: int, *, each: int = 3, first: int = 1) -> dict[str, Any]:
    """Make up a document: so many images `N.jpg` with so many boxes and polygons each."""
    numbers = range(first, first + images)
    return {
        "info": {"description": "made up", "version": 1.0},
        "licenses": [{"id": 1, "name": "CC-BY"}],
        "images": [
            {"id": number, "file_name": f"{number}.jpg", "width": 640, "height": 480.0}
            for number in numbers
        ],
        "annotations": [
            {
                "id": number * 1000 + part,
                "image_id": number,
                "category_id": 1 + (number + part) % 4,
                "bbox": [part, 10.5, 20, 30],
                "segmentation": [[part, 10.5, part + 20, 10.5, part + 20, 40.5, part, 40.5]],
                "area": 600.0,
                "iscrowd": 0,
            }
            for part in range(each)
            for number in numbers
        ],
        "categories": [{"id": number, "name": f"class {number}"} for number in (4, 2, 1, 3)],
    }


def names_of(document: dict[str, Any]) -> list[str]:
    """The file names of a document."""
    return [image["file_name"] for image in document["images"]]
