"""Tables of what a check finds in rows, and of what that says beside other rows.

They are made by the Rust half, which has their twins.
"""

import numpy as np

# The verdict on one good row. Its twin: `Checked::add` in native/src/check/verdict.rs.
CHECK = np.dtype(
    [
        ("rule", "<u2"),  # number of the first rule that refuses the row; 0 for none
        ("warned", "u1"),  # 1 when any rule warns
        ("notes", "u1"),  # what will be put right, by bits
        ("feature", "<u4"),  # number of the ontology's feature; 0 when it is not known
    ]
)

# Bits of a CHECK's notes: the rules R-POLY-2, R-TMP-9 and R-TMP-10. Their twin: `Report::INFO`.
NOTE_RULES = ("R-POLY-2", "R-TMP-9", "R-TMP-10")

# How far a row's geometry and frames go. Its twin: `Extent::pack` in native/src/check/extent.rs.
MEASURE = np.dtype(
    [
        ("row", "<u4"),  # index among the ROWs
        ("kind", "u1"),  # index into KINDS
        ("unit", "u1"),  # index into UNITS
        ("flags", "u1"),
        ("padding", "u1"),
        *((side, "<f8") for side in ("min_x", "min_y", "max_x", "max_y")),
        ("last", "<u8"),  # frame, millisecond, character or page
    ]
)

# Flags and units of a MEASURE. Their twins: native/src/check/extent.rs and text.rs.
HAS_BOX = 1
HAS_LAST = 2
OF_BOXES = 4  # the coordinates are those of boxes
UNITS = ("", "POINTS", "PIXELS", "INCHES", "PERCENT")

# What a relationship joins. Its twin: `Link::pack` in native/src/check/link.rs.
LINK = np.dtype(
    [
        ("row", "<u4"),  # index among the ROWs
        ("flags", "<u4"),
        ("source_low", "<u8"),
        ("source_high", "<u8"),
        ("target_low", "<u8"),
        ("target_high", "<u8"),
        ("feature", "<u4"),  # number of the feature that is the source; 0 when it is not known
        ("padding", "<u4"),
    ]
)

# Flags of a LINK. Their twins: native/src/check/link.rs.
SOURCE_IS_UUID = 1
TARGET_IS_UUID = 2
BOTH_WAYS = 4
SOURCE_IS_FEATURE = 8

# What a row says that counts only beside others. Its twin: native/src/check/clue.rs.
CLUE = np.dtype([("row", "<u4"), ("about", "<u4"), ("value", "<u8")])

# What a CLUE is about: the message of an answer without frames (0 for none), the frame of a video's
# mask, the address of a mask's picture.
ANSWER, FRAME, PICTURE = range(3)

# One thing that a row says; equal keys are one data row, but for chance. Its twin:
# native/src/heard.rs.
SAID = np.dtype([("key", "<u8"), ("value", "<u8"), ("ordinal", "<u4"), ("topic", "<u4")])

# A uuid, mixed, and the data row that has it. Its twin: native/src/heard.rs.
NAMED = np.dtype([("uuid", "<u8"), ("key", "<u8")])

# How far neighbouring rows of one data row reach together. Its twin: native/src/reach.rs.
EXTENT = np.dtype(
    [
        ("key_low", "<u8"),
        ("key_high", "<u8"),
        ("bounds", "<f8", (4,)),  # least x and y, greatest x and y; +inf and -inf for none
        ("lasts", "<i8", (4,)),  # last frame, millisecond, page and character; -1 for none
    ]
)
