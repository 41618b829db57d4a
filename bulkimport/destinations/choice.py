"""Which destination an address and a kind of import mean."""

from dataclasses import dataclass

from bulkimport.clock import SystemClock
from bulkimport.destinations.base import Destination
from bulkimport.destinations.labelbox.data_rows import LabelboxDataRows
from bulkimport.destinations.labelbox.destination import Labelbox
from bulkimport.destinations.labellerr.destination import Labellerr
from bulkimport.errors import UsageError
from bulkimport.model import LABELLERR, Address, Kind, OnExisting
from bulkimport.settings import LabellerrKeys, Secret, Settings


@dataclass(frozen=True, slots=True)
class DataRowTerms:
    """What only data rows ask: what becomes of those that are there, and who signs for them."""

    on_existing: OnExisting = OnExisting.SKIP
    iam: str | None = None


def require_place(kind: Kind, address: Address) -> None:
    """Raise UsageError unless the address is of what this kind of import goes to."""
    if address.service == LABELLERR:
        if kind is not Kind.PRELABELS:
            raise UsageError(
                f"Labellerr takes no {kind.value} by this way", remedy="give --kind prelabels"
            )
        return
    if (kind is Kind.DATA_ROWS) != bool(address.dataset):
        raise UsageError(
            f"{kind.value} do not go to {address}",
            remedy="data-rows go to labelbox:dataset/ID, labels and prelabels to a project",
        )


def open_destination(
    address: Address,
    kind: Kind,
    *,
    endpoint: str,
    key: Secret | LabellerrKeys,
    settings: Settings,
    data_rows: DataRowTerms,
    conf_bucket: str | None = None,
) -> Destination:
    """Open nothing yet. Raises UsageError or CredentialsRefused for what cannot work."""
    clock = SystemClock()
    if isinstance(key, LabellerrKeys):
        return Labellerr(
            address=address,
            endpoint=endpoint,
            keys=key,
            settings=settings,
            clock=clock,
            conf_bucket=conf_bucket,
        )
    if kind is not Kind.DATA_ROWS:
        return Labelbox(
            address=address,
            kind=kind,
            endpoint=endpoint,
            key=key,
            settings=settings,
            clock=clock,
        )
    return LabelboxDataRows(
        address=address,
        endpoint=endpoint,
        key=key,
        settings=settings,
        clock=clock,
        on_existing=data_rows.on_existing,
        iam=data_rows.iam,
    )
