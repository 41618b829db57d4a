"""What a source holds that rows cannot carry: named and counted by kind, never dropped silently.

The list is that of the format notes, section 5.3. A few kinds are changes rather than losses; they
are counted as well, so that nobody has to find out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bulkimport.formats.document_losses import DOCUMENT_SENTENCES

NO_ROW_FORM: Final = "no-row-form"


class Loss(StrEnum):
    """One kind of loss; the counts are of what its sentence names."""

    LABEL_IDS = "label-ids"
    FEATURE_IDS = "feature-ids"
    SCHEMA_IDS = "schema-ids"
    LABEL_DETAILS = "label-details"
    REVIEWS = "reviews"
    PERFORMANCE = "performance"
    BENCHMARKS = "benchmarks"
    BENCHMARK_KEYS = "unmatched-benchmark-keys"
    WORKFLOW = "workflow"
    ISSUES = "issues"
    ATTACHMENTS = "attachments"
    METADATA = "metadata"
    EMBEDDINGS = "embeddings"
    PREDICTIONS = "predictions"
    SCORES = "scores"
    EMPTY_LABELS = "empty-labels"
    UNLABELLED = "unlabelled-data-rows"
    OTHER_PROJECTS = "other-projects"
    UNANSWERED = "unanswered"
    RELATIONSHIPS = "relationships"
    MASK_URLS = "mask-urls"
    MASK_ORDER = "mask-order"
    MASK_ANSWERS = "video-mask-answers"
    MASK_COLOURS = "video-mask-identity"
    KEYFRAME_NESTING = "keyframe-nesting"
    INTERPOLATED = "interpolated-frames"
    HELD_FRAMES = "repeated-keyframes"
    OUTSIDE = "frames-outside-segments"
    DOCUMENT_UNITS = "document-units"
    TOKENS = "token-lengths"
    INFORMATIVE = "informative"
    UNNAMED_LABELS = "unnamed-labels"


SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Loss.LABEL_IDS: "labels get new ids",
        Loss.FEATURE_IDS: "annotations get new ids; their uuids are made of the old ones",
        Loss.SCHEMA_IDS: "features are bound by name, their schema ids are left behind",
        Loss.LABEL_DETAILS: "labels lose their author and times",
        Loss.REVIEWS: "reviews are not importable",
        Loss.PERFORMANCE: "time spent and scores of labels are not importable",
        Loss.BENCHMARKS: "benchmark labels must be marked anew",
        Loss.BENCHMARK_KEYS: "keys of --benchmark are of no data row that was read",
        Loss.WORKFLOW: "the workflow status of data rows in the project is not importable",
        Loss.ISSUES: "issues and comments are not importable",
        Loss.ATTACHMENTS: "attachments belong to data rows, not to labels",
        Loss.METADATA: "metadata belong to data rows, not to labels",
        Loss.EMBEDDINGS: "embeddings belong to data rows, not to labels",
        Loss.PREDICTIONS: "labels and predictions of model runs have no live import",
        Loss.SCORES: "annotations lose their confidence and custom metrics",
        Loss.EMPTY_LABELS: "labels without an annotation have no row",
        Loss.UNLABELLED: "data rows without a label have no row",
        Loss.OTHER_PROJECTS: "labels of other projects are left out",
        Loss.UNANSWERED: "questions without an answer have no row",
        Loss.RELATIONSHIPS: "relationships can only be imported as pre-labels",
        Loss.MASK_URLS: "masks stay behind their URLs, which need a key and die after 30 days",
        Loss.MASK_ORDER: "masks that overlapped were flattened by the export",
        Loss.MASK_ANSWERS: "answers on video masks have no row form",
        Loss.MASK_COLOURS: "video masks change colour, so their instances come apart",
        Loss.KEYFRAME_NESTING: "the service drops what is nested below a keyframe's answer",
        Loss.INTERPOLATED: "frames between keyframes are interpolated anew",
        Loss.HELD_FRAMES: "keyframes are repeated at the end of their segment, to cover it",
        Loss.OUTSIDE: "frames outside every segment of their annotation are left out",
        Loss.DOCUMENT_UNITS: "boxes on pages are in points, whatever they were drawn in",
        Loss.TOKENS: "text entities have another length than their text, so offsets may differ",
        Loss.INFORMATIVE: "texts and page sizes that only describe are left out",
        Loss.UNNAMED_LABELS: "labels of mask pictures that the table does not name have no row",
        NO_ROW_FORM: "annotations of this kind have no row form",
    }
)


class Losses:
    """Counts losses; memory grows with the kinds, not with what is lost."""

    def __init__(self) -> None:
        """Begin with nothing lost."""
        self._counts: Counter[str] = Counter()

    def add(self, loss: Loss, count: int = 1) -> None:
        """Count what is lost; nothing is no loss."""
        if count:
            self._counts[loss.value] += count

    def add_kind(self, kind: str) -> None:
        """Count one annotation of a kind that has no row form."""
        self._counts[f"{NO_ROW_FORM}: {kind}"] += 1

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Count losses that were counted elsewhere, by the names of kinds."""
        self._counts.update({kind: count for kind, count in counts.items() if count})

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Forget what was counted inside when something is raised there."""
        before = self._counts.copy()
        try:
            yield
        except BaseException:
            self._counts = before
            raise

    def counts(self) -> dict[str, int]:
        """Every kind of loss with its count, in order of their names."""
        return dict(sorted(self._counts.items()))


def loss_sentence(name: str) -> str:
    """Say what a kind of loss is, for people."""
    kind = name.partition(":")[0]
    return SENTENCES.get(kind) or DOCUMENT_SENTENCES[kind]
