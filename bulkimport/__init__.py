"""Move millions of annotations into a labeling platform: planned, resumable, exactly once."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulkimport.api import (
        Options,
        PlanMade,
        check_rows,
        convert_rows,
        import_rows,
        plan_rows,
        resume,
        run,
        status,
        stream_import,
    )
    from bulkimport.engine.checking import Checked
    from bulkimport.engine.convert_files import Written
    from bulkimport.engine.mask_rules import MaskLook
    from bulkimport.engine.migrate import Migrated
    from bulkimport.engine.queueing import Queued, Queueing
    from bulkimport.engine.request import Masks, Shaping, Uuids
    from bulkimport.engine.shutdown import Stop
    from bulkimport.engine.work import Limits
    from bulkimport.errors import BulkimportError
    from bulkimport.formats.conversion import Conversion, Format
    from bulkimport.formats.label_maps import image_masks, video_masks
    from bulkimport.formats.moves import Moves
    from bulkimport.formats.tables import TableFile
    from bulkimport.formats.transform_file import TransformFile
    from bulkimport.masks.arrays import (
        count_colours,
        merge_masks,
        recolour_masks,
        split_masks,
    )
    from bulkimport.masks.composite import masks_of_composite
    from bulkimport.masks.rings import Ring, mask_of_rings, rings_of_mask
    from bulkimport.masks.runs import RunLengths, masks_of_labels
    from bulkimport.migrations import migrate
    from bulkimport.model import Account, Address, Kind
    from bulkimport.places import (
        open_places,
        project_wanted,
        queue_data_rows,
        snapshot_project,
    )
    from bulkimport.report.document import Report
    from bulkimport.rows.builders.answers import Checklist, Option, Radio, Text
    from bulkimport.rows.builders.chat import Message, MultiSelection, Ranking, SingleSelection
    from bulkimport.rows.builders.document import DocumentBox, DocumentEntity, TextSelection, Unit
    from bulkimport.rows.builders.features import DataRow, Feature
    from bulkimport.rows.builders.frames import FrameAnswer, over_frames
    from bulkimport.rows.builders.geometry import Box, Line, Point, Polygon
    from bulkimport.rows.builders.label import Label
    from bulkimport.rows.builders.masks import BinaryMask, ImageMask, RunLengthMask, UrlMask
    from bulkimport.rows.builders.objects import Object
    from bulkimport.rows.builders.relationships import Relationship
    from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue
    from bulkimport.rows.builders.text import ConversationEntity, TextEntity
    from bulkimport.rows.builders.video import Keyframe, MaskFrame, MaskInstance, Track, VideoMasks
    from bulkimport.rows.ruling import Emphasis, Ruling
    from bulkimport.rows.snapshot import Snapshot
    from bulkimport.settings import Secret, Settings
    from bulkimport.shards.group import Incomplete

__all__ = [
    "Account",
    "Address",
    "BinaryMask",
    "Box",
    "BulkimportError",
    "Checked",
    "Checklist",
    "ConversationEntity",
    "Conversion",
    "DataRow",
    "DocumentBox",
    "DocumentEntity",
    "Emphasis",
    "Feature",
    "Format",
    "FrameAnswer",
    "ImageMask",
    "Incomplete",
    "Keyframe",
    "Kind",
    "Label",
    "Limits",
    "Line",
    "MaskFrame",
    "MaskInstance",
    "MaskLook",
    "Masks",
    "Message",
    "Migrated",
    "Moves",
    "MultiSelection",
    "Object",
    "Option",
    "Options",
    "PlanMade",
    "Point",
    "Polygon",
    "Queued",
    "Queueing",
    "Radio",
    "Ranking",
    "Relationship",
    "Report",
    "Ring",
    "Ruling",
    "RunLengthMask",
    "RunLengths",
    "Secret",
    "Settings",
    "Shaping",
    "SingleSelection",
    "Snapshot",
    "Stop",
    "TableFile",
    "TemporalQuestion",
    "TemporalText",
    "Text",
    "TextEntity",
    "TextSelection",
    "TextValue",
    "Track",
    "TransformFile",
    "Unit",
    "UrlMask",
    "Uuids",
    "VideoMasks",
    "Written",
    "check_rows",
    "convert_rows",
    "count_colours",
    "image_masks",
    "import_rows",
    "mask_of_rings",
    "masks_of_composite",
    "masks_of_labels",
    "merge_masks",
    "migrate",
    "open_places",
    "over_frames",
    "plan_rows",
    "project_wanted",
    "queue_data_rows",
    "recolour_masks",
    "resume",
    "rings_of_mask",
    "run",
    "snapshot_project",
    "split_masks",
    "status",
    "stream_import",
    "video_masks",
]

# A name is loaded when it is first asked for: importing one room must not load all of them,
# least of all the sandbox, which judges the rest and shares no code with it.
_HOMES = {
    "bulkimport.engine.checking": ("Checked",),
    "bulkimport.engine.queueing": ("Queued", "Queueing"),
    "bulkimport.engine.mask_rules": ("MaskLook",),
    "bulkimport.engine.request": ("Masks", "Shaping", "Uuids"),
    "bulkimport.engine.shutdown": ("Stop",),
    "bulkimport.engine.work": ("Limits",),
    "bulkimport.engine.convert_files": ("Written",),
    "bulkimport.errors": ("BulkimportError",),
    "bulkimport.formats.conversion": ("Conversion", "Format"),
    "bulkimport.formats.label_maps": ("image_masks", "video_masks"),
    "bulkimport.masks.arrays": (
        "count_colours",
        "merge_masks",
        "recolour_masks",
        "split_masks",
    ),
    "bulkimport.masks.composite": ("masks_of_composite",),
    "bulkimport.masks.rings": ("Ring", "mask_of_rings", "rings_of_mask"),
    "bulkimport.masks.runs": ("RunLengths", "masks_of_labels"),
    "bulkimport.formats.moves": ("Moves",),
    "bulkimport.formats.tables": ("TableFile",),
    "bulkimport.formats.transform_file": ("TransformFile",),
    "bulkimport.engine.migrate": ("Migrated",),
    "bulkimport.migrations": ("migrate",),
    "bulkimport.model": ("Account", "Address", "Kind"),
    "bulkimport.places": ("open_places", "project_wanted", "queue_data_rows", "snapshot_project"),
    "bulkimport.report.document": ("Report",),
    "bulkimport.rows.builders.answers": (
        "Checklist",
        "Option",
        "Radio",
        "Text",
    ),
    "bulkimport.rows.builders.chat": (
        "Message",
        "MultiSelection",
        "Ranking",
        "SingleSelection",
    ),
    "bulkimport.rows.builders.document": (
        "DocumentBox",
        "DocumentEntity",
        "TextSelection",
        "Unit",
    ),
    "bulkimport.rows.builders.features": (
        "DataRow",
        "Feature",
    ),
    "bulkimport.rows.builders.frames": (
        "FrameAnswer",
        "over_frames",
    ),
    "bulkimport.rows.builders.geometry": (
        "Box",
        "Line",
        "Point",
        "Polygon",
    ),
    "bulkimport.rows.builders.label": ("Label",),
    "bulkimport.rows.builders.masks": (
        "BinaryMask",
        "ImageMask",
        "RunLengthMask",
        "UrlMask",
    ),
    "bulkimport.rows.builders.objects": ("Object",),
    "bulkimport.rows.builders.relationships": ("Relationship",),
    "bulkimport.rows.builders.temporal": (
        "TemporalQuestion",
        "TemporalText",
        "TextValue",
    ),
    "bulkimport.rows.builders.text": (
        "ConversationEntity",
        "TextEntity",
    ),
    "bulkimport.rows.builders.video": (
        "Keyframe",
        "MaskFrame",
        "MaskInstance",
        "Track",
        "VideoMasks",
    ),
    "bulkimport.rows.ruling": ("Emphasis", "Ruling"),
    "bulkimport.rows.snapshot": ("Snapshot",),
    "bulkimport.settings": ("Secret", "Settings"),
    "bulkimport.shards.group": ("Incomplete",),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "bulkimport.api")
    return getattr(import_module(home), name)
