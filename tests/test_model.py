"""The values that rooms hand to each other say what they mean and hide what they must."""

import itertools
from dataclasses import fields, replace

import pytest

from bulkimport.errors import UsageError
from bulkimport.model import Account, Address, ImportState, ImportStatus, parse_address


@pytest.mark.parametrize(("text", "place"), [("labelbox:abc", "abc"), ("labelbox:a:b", "a:b")])
def test_an_address_is_read_and_written(text: str, place: str) -> None:
    """The service, and the place in it."""
    address = parse_address(text)

    assert address == Address("labelbox", place)
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "labelbox", "labelbox:", "labelbox: ", ":abc", "Labelbox:abc", "other:abc"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """With the form it should have."""
    with pytest.raises(UsageError) as caught:
        parse_address(text)

    assert repr(text) in caught.value.message
    assert "labelbox:PROJECT_ID" in caught.value.remedy


def test_an_account_adds_up_when_every_row_is_somewhere_once() -> None:
    """One more or less anywhere is seen."""
    parts = [field.name for field in fields(Account) if field.name != "read"]
    whole = Account(28, *range(1, 8))

    assert whole.adds_up()
    assert Account().adds_up()
    for name, change in itertools.product(["read", *parts], (-1, 1)):
        assert not replace(whole, **{name: getattr(whole, name) + change}).adds_up()


def test_the_status_of_an_import_does_not_show_its_addresses() -> None:
    """They carry their own access."""
    secret = "https://host/file?signature=marked"
    status = ImportStatus("name", "id", ImportState.FINISHED, 100, secret, secret, secret)

    assert "marked" not in repr(status)
    assert "marked" not in f"{status} {[status]}"
    assert "name" in repr(status)
