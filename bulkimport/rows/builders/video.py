"""Objects and masks of videos."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from uuid import UUID

from bulkimport.errors import UsageError
from bulkimport.rows.builders.features import (
    Classification,
    DataRow,
    Feature,
    Row,
    Shape,
    begin,
    named,
    nest,
)
from bulkimport.rows.builders.masks import Colour, base64


@dataclass(frozen=True, slots=True)
class Keyframe:
    """Where the object is in one frame: a Box, Point or Line, and the answers from there on."""

    frame: int
    shape: Shape
    classifications: Sequence[Classification] = ()

    def members(self) -> Row:
        """One of a segment's keyframes."""
        members = {"frame": self.frame, **self.shape.members()}
        nest(members, self.classifications)
        return members


@dataclass(frozen=True, slots=True)
class Track:
    """One instance of a tool through a video: the segments in which it is seen, by keyframes.

        Track("car", [[Keyframe(13, Box(1, 2, 3, 4)), Keyframe(19, Box(1, 9, 3, 4))],
                      [Keyframe(30, Box(1, 9, 3, 4))]])

    Between keyframes of a segment the platform interpolates; after the last one the object is not
    seen. Two instances are two tracks, also in the same frames and under the same name.
    """

    feature: str | Feature
    segments: Sequence[Sequence[Keyframe]]
    _: KW_ONLY
    uuid: UUID | str | None = None

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        row = begin(data_row, self.feature, self.uuid)
        row["segments"] = [
            {"keyframes": [keyframe.members() for keyframe in segment]} for segment in self.segments
        ]
        return row


@dataclass(frozen=True, slots=True)
class MaskFrame:
    """The one composite image of a frame: a URL that the service fetches, or a PNG in the row.

    Raises UsageError for neither or both.
    """

    index: int
    _: KW_ONLY
    url: str | None = field(default=None, repr=False)
    png: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.url is None) is (self.png is None):
            raise UsageError(
                f"the masks of frame {self.index} are one image", remedy="give one of url and png"
            )

    def members(self) -> Row:
        """One of `masks.frames`."""
        if self.png is not None:
            return {"index": self.index, "imBytes": base64(self.png)}
        return {"index": self.index, "instanceURI": self.url}


@dataclass(frozen=True, slots=True)
class MaskInstance:
    """One instance of a tool: the colour that it has in every frame's image."""

    feature: str | Feature
    colour: Colour

    def members(self) -> Row:
        """One of `masks.instances`, where a schema id goes by another name than elsewhere."""
        members = named(self.feature)
        if "schemaId" in members:
            members["featureSchemaId"] = members.pop("schemaId")
        return {"colorRGB": list(self.colour), **members}


@dataclass(frozen=True, slots=True)
class VideoMasks:
    """All masks of a video: an image for each of some frames, and whose the colours are."""

    frames: Sequence[MaskFrame]
    instances: Sequence[MaskInstance]
    _: KW_ONLY
    uuid: UUID | str | None = None

    def row(self, data_row: DataRow, /) -> Row:
        """The row on this data row."""
        row: Row = {"dataRow": data_row.members()}
        if self.uuid is not None:
            row["uuid"] = str(self.uuid)
        row["masks"] = {
            "frames": [frame.members() for frame in self.frames],
            "instances": [instance.members() for instance in self.instances],
        }
        return row
