"""The flags about the pictures of mask rows."""

from typing import Annotated

from bulkimport.cli.options import flag
from bulkimport.engine import request
from bulkimport.engine.mask_rules import MaskLook

Masks = Annotated[
    bool, flag("--masks", "Look at the pictures of mask rows: colours, sizes, modes, damage.")
]
FetchMasks = Annotated[
    bool,
    flag("--fetch-masks", "As --masks, and fetch pictures that rows only name by their address."),
]

MaskRows = Annotated[
    int | None,
    flag("--mask-rows", "Rows with masks one import carries at most; 1000 are advised.", min=1),
]


UploadMasks = Annotated[
    bool,
    flag(
        "--upload-masks",
        "When all is checked send the pictures in rows first, each once; the rows then name their "
        "addresses.",
    ),
]


def read_mask_look(*, masks: bool, fetch: bool) -> MaskLook | None:
    """Which pictures are looked at; None when none are.

    | --masks | --fetch-masks | looked at            |
    |---------|---------------|----------------------|
    | no      | no            | none                 |
    | yes     | no            | embedded             |
    | any     | yes           | embedded and fetched |
    """
    if fetch:
        return MaskLook.FETCHED
    return MaskLook.EMBEDDED if masks else None


def read_masks(
    *, masks: bool, fetch: bool, rows: int | None, upload: bool = False
) -> request.Masks:
    """What is asked for rows with masks."""
    return request.Masks(read_mask_look(masks=masks, fetch=fetch), rows, upload)
