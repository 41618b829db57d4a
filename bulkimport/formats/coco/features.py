"""What the features of a category are called: `car box`, `car`, `car mask`, `car left wheel`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulkimport.formats.names import NameMap

UNCHANGED = NameMap()


@dataclass(frozen=True, slots=True)
class Category:
    """A category as a document has it; `keypoints` are the names of its keypoints."""

    id: int
    name: str
    keypoints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """The names of one category's features, by the kind of row that each is for."""

    box: str
    polygon: str
    mask: str
    points: tuple[str, ...]

    def tools(self, used: tuple[bool, bool, bool, list[bool]]) -> Iterator[tuple[str, str]]:
        """Type and name of each feature of an ontology that some row is bound to."""
        box, polygon, mask, points = used
        named = [(box, "rectangle", self.box), (polygon, "polygon", self.polygon)]
        named += [(mask, "raster-segmentation", self.mask)]
        named += [(point, "point", name) for point, name in zip(points, self.points, strict=True)]
        return ((tool, name) for some, tool, name in named if some)

    @classmethod
    def of(cls, category: Category, names: NameMap = UNCHANGED) -> "Features":
        """Name them, and change the names that the map has."""
        name = category.name
        return cls(
            box=names.feature(f"{name} box"),
            polygon=names.feature(name),
            mask=names.feature(f"{name} mask"),
            points=tuple(names.feature(f"{name} {point}") for point in category.keypoints),
        )
