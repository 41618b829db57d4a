"""Labelbox's export, one data row after another, as rows of its labels.

Export v2 and the streamable export have the same rows, one JSON object a data row, with the labels
of each project in it. Every label with an annotation becomes a list of rows of its own; its place
in the list of labels is its ordinal.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bulkimport.errors import UsageError
from bulkimport.formats.label import LabelRows
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.shape import JSON, Malformed, list_of, object_of, objects_of

BESIDES: Final = (
    ("attachments", Loss.ATTACHMENTS),
    ("metadata_fields", Loss.METADATA),
    ("embeddings", Loss.EMBEDDINGS),
)


class Projects:
    """Which project's labels are read: the one asked for, or the only one there is."""

    def __init__(self, wanted: str | None) -> None:
        """`wanted` is a project's id."""
        self.wanted = wanted
        self.seen: dict[str, str] = {}

    def see(self, project: str, name: object) -> bool:
        """Tell whether to read a project that has labels. Raises UsageError when two might do."""
        self.seen.setdefault(project, str(name or ""))
        if self.wanted is not None:
            return project == self.wanted
        if len(self.seen) > 1:
            raise UsageError(
                f"the export holds labels of several projects: {self.listed()}",
                place="--project",
                remedy="name the one to read",
            )
        return True

    def require(self) -> None:
        """Raise UsageError when the project asked for has no labels and others have."""
        if self.wanted is not None and self.seen and self.wanted not in self.seen:
            raise UsageError(
                f"the export holds no labels of project {self.wanted}, but of {self.listed()}",
                place="--project",
                remedy="name one of them",
            )

    def listed(self) -> str:
        """The projects seen, by id and name."""
        return ", ".join(f"{key} ({name})" if name else key for key, name in self.seen.items())


class Export:
    """Takes data rows of an export apart, and counts what it saw and what is lost."""

    def __init__(self, projects: Projects, label_rows: LabelRows, losses: Losses) -> None:
        self.projects = projects
        self._label_rows = label_rows
        self._losses = losses
        self.counts: Counter[str] = Counter(data_rows=0, labels=0, annotations=0)

    def labels(self, exported: Any) -> list[list[JSON]]:  # noqa: ANN401 - any JSON
        """The rows of each label of one data row. Raises Malformed and UsageError.

        A data row is taken apart whole or not at all: nothing is counted when anything is raised.
        """
        if not isinstance(exported, dict) or not isinstance(exported.get("data_row"), dict):
            raise Malformed("data_row", expected="a data row of an export", found=exported)
        data_row = _key_of(exported["data_row"])
        with self._losses.all_or_none():
            self._count_besides(exported)
            labels = list(self._chosen(exported))
            made = [rows for label in labels if (rows := self._label_rows.of(label, data_row))]
            self._losses.add(Loss.EMPTY_LABELS, len(labels) - len(made))
            self._losses.add(Loss.UNLABELLED, int(not labels))
        self.counts.update(data_rows=1, labels=len(labels), annotations=sum(map(len, made)))
        return made

    def _chosen(self, exported: JSON) -> Iterator[JSON]:
        """The labels of the project that is read."""
        for project, part in object_of(exported.get("projects"), "projects").items():
            inside = object_of(part, "projects")
            labels = objects_of(inside.get("labels"), "labels")
            if not labels:
                continue
            if self.projects.see(project, inside.get("name")):
                self._count_around(inside, labels)
                yield from labels
            else:
                self._losses.add(Loss.OTHER_PROJECTS, len(labels))

    def _count_besides(self, exported: JSON) -> None:
        for member, loss in BESIDES:
            if exported.get(member):
                self._losses.add(loss, len(list_of(exported[member], member)))
        for model in object_of(exported.get("experiments"), "experiments").values():
            for run in object_of(object_of(model, "experiments").get("runs"), "runs").values():
                inside = object_of(run, "runs")
                for member in ("labels", "predictions"):
                    found = len(list_of(inside.get(member), member))
                    self._losses.add(Loss.PREDICTIONS, found)

    def _count_around(self, project: JSON, labels: list[JSON]) -> None:
        losses = self._losses
        losses.add(Loss.LABEL_IDS, len(labels))
        if details := object_of(project.get("project_details"), "project_details"):
            losses.add(Loss.WORKFLOW)
            losses.add(Loss.ISSUES, len(list_of(details.get("issues"), "issues")))
        for label in labels:
            losses.add(Loss.ISSUES, len(list_of(label.get("issues"), "issues")))
            if known := object_of(label.get("label_details"), "label_details"):
                losses.add(Loss.LABEL_DETAILS)
                losses.add(Loss.REVIEWS, len(list_of(known.get("reviews"), "reviews")))
                losses.add(Loss.BENCHMARKS, int(_is_benchmark(known)))
            measured = label.get("performance_details")
            if measured := object_of(measured, "performance_details"):
                losses.add(Loss.PERFORMANCE)
                losses.add(Loss.BENCHMARKS, int(_is_benchmark(measured)))


def _is_benchmark(details: JSON) -> bool:
    return any("benchmark_reference" in member for member in details)


def _key_of(data_row: JSON) -> JSON:
    """How rows name their data row: by global key if it has one, as that outlives a copy."""
    for member, name in (("global_key", "globalKey"), ("id", "id")):
        key = data_row.get(member)
        if isinstance(key, str) and key:
            return {name: key}
    raise Malformed("data_row", expected="a global key or an id", found=data_row.get("id"))
