"""The flags about pictures, by their table."""

import pytest

from bulkimport.cli.masks import read_mask_look
from bulkimport.engine.mask_rules import MaskLook


@pytest.mark.parametrize(
    ("masks", "fetch", "look"),
    [
        (False, False, None),
        (True, False, MaskLook.EMBEDDED),
        (False, True, MaskLook.FETCHED),
        (True, True, MaskLook.FETCHED),
    ],
)
def test_flags_say_which_pictures_are_looked_at(
    *, masks: bool, fetch: bool, look: MaskLook | None
) -> None:
    """To fetch is to look."""
    assert read_mask_look(masks=masks, fetch=fetch) is look
