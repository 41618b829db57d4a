"""What is asked to be done to the points of rows, in the order of this table.

| flag              | what it does                                      |
|-------------------|---------------------------------------------------|
| `--normalised`    | fractions of the asset, 0 to 1, become its pixels |
| `--scale FX[,FY]` | multiplies                                        |
| `--shift DX,DY`   | adds                                              |
| `--transform M:F` | calls the user's function over all points         |
| `--clip`          | points outside the asset go to its nearest edge   |
"""

from dataclasses import dataclass, fields

from bulkimport.errors import UsageError
from bulkimport.formats.tables import TableFile
from bulkimport.formats.transform_file import TransformFile

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Moves:
    """How points are moved; pairs are for x and y. `assets` says how large the data rows are."""

    normalised: bool = False
    scale: Pair | None = None
    shift: Pair | None = None
    transform: TransformFile | None = None
    clip: bool = False
    assets: TableFile | None = None

    @property
    def idle(self) -> bool:
        """Whether points stay where they are."""
        return self == Moves(assets=self.assets)

    @property
    def sized(self) -> bool:
        """Whether a row is nothing without the size of its data row."""
        return self.assets is not None and self.needs_sizes

    @property
    def needs_sizes(self) -> bool:
        """Whether the size of a data row makes a difference."""
        return bool(self.normalised or self.clip or self.transform)

    def require_sizes(self) -> None:
        """Raise UsageError for what cannot be done without sizes, when none are given."""
        for name in ("normalised", "clip"):
            if getattr(self, name) and self.assets is None:
                raise UsageError(
                    "needs the sizes of the data rows", place=f"--{name}", remedy="give --assets"
                )

    def options(self) -> dict[str, str]:
        """What moves points, as text: sources by their digests. Empty when idle."""
        if self.idle:
            return {}
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.sized:
            del given["assets"]
        return {name: _text(value) for name, value in given.items() if value}


def _text(value: object) -> str:
    if isinstance(value, TransformFile):
        return f"{value.name} {value.digest}"
    if isinstance(value, tuple):
        return ",".join(map(repr, value))
    return value.digest if isinstance(value, TableFile) else str(value)
