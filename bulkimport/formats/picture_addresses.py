"""Rows that hold pictures made into rows that name their addresses; every other byte stays."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterator
from typing import Final

from bulkimport.native import Digest

# A key that a string repeats has its quotes escaped there, so that this is always a key.
_EMBEDDED: Final = re.compile(rb'"imBytes"[ \t\r]*:[ \t\r]*"([A-Za-z0-9+/=\\]*)"')
_KEY: Final = b'"imBytes"'
_ADDRESS_KEY: Final = b'"instanceURI"'


def pictures_in(row: bytes) -> Iterator[tuple[str, int, int]]:
    """The digest of each picture in a row, and where its base64 begins and how long it is.

    Rows that name addresses too are left alone: no member of theirs may stand twice.
    """
    if _KEY in row and _ADDRESS_KEY not in row:
        for found in _EMBEDDED.finditer(row):
            yield digest_of(found[1]), found.start(1), len(found[1])


def name_addresses(row: bytes, address_of: Callable[[str], str | None]) -> bytes:
    """The row with an address in place of each picture that has one.

    `address_of` is asked by digest. An address is written as it is: it has no quotes.
    """
    if _KEY not in row or _ADDRESS_KEY in row:
        return row

    def named(found: re.Match[bytes]) -> bytes:
        address = address_of(digest_of(found[1]))
        return found[0] if address is None else _ADDRESS_KEY + b':"' + address.encode() + b'"'

    return _EMBEDDED.sub(named, row)


def digest_of(text: bytes) -> str:
    """The digest of a picture by its base64, however JSON spells that."""
    digest = Digest()
    digest.update(_plain(text))
    return digest.hexdigest()


def picture_of(text: bytes) -> bytes | None:
    """The picture of a base64 as JSON spells it; None when it is none."""
    try:
        return b64decode(_plain(text), validate=True)
    except Error:
        return None


def _plain(text: bytes) -> bytes:
    # Some writers escape the slashes of all strings.
    return text.replace(rb"\/", b"/")
