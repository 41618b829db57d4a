"""A label: all annotations of one data row, as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from bulkimport.rows.builders.features import Annotation, DataRow, Row


@dataclass(frozen=True, slots=True)
class Label:
    """The annotations of a data row; what an import takes beside bare rows.

        Label(DataRow(global_key="a.jpg"), [Object("car", Box(4, 10, 9, 9)), Radio("sky", "grey")])

    `benchmark` marks the label as its data row's reference: ground truth only.
    """

    data_row: DataRow
    annotations: Sequence[Annotation]
    _: KW_ONLY
    benchmark: bool = False

    def __rows__(self) -> Iterator[Row]:
        """Its rows in the order of its annotations: mappings, new ones each time."""
        for annotation in self.annotations:
            row = annotation.row(self.data_row)
            if self.benchmark:
                row["isBenchmarkReferenceLabel"] = True
            yield row
