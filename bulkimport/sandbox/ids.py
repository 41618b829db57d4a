"""Names for things: 25 characters, as the platform's own ids have.

The id of a data row is its number written another way, so a million data rows need no index of
ids and a seeded folder is the same each time. All other ids are random.
"""

import secrets
import string
from typing import Final

DIGITS: Final = string.digits + string.ascii_lowercase
ID_LENGTH: Final = 25
DATA_ROW: Final = "cdr"


def new_id() -> str:
    """Return an id that nothing else has."""
    return "c" + base36(secrets.randbits(120)).rjust(ID_LENGTH - 1, "0")


def data_row_id(number: int) -> str:
    """Return the id of the data row with this number."""
    return DATA_ROW + base36(number).rjust(ID_LENGTH - len(DATA_ROW), "0")


def data_row_number(text: str) -> int | None:
    """Return the number of the data row with this id, None if no data row can have it."""
    digits = text[len(DATA_ROW) :]
    regular = len(text) == ID_LENGTH and text.startswith(DATA_ROW) and set(digits) <= set(DIGITS)
    number = int(digits, 36) if regular else 0
    return number if 0 < number < 1 << 63 else None


def base36(number: int) -> str:
    """Write a number in the digits 0 to z."""
    digits = []
    while number:
        number, digit = divmod(number, 36)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)) or "0"
