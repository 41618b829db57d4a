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
    from bulkimport.engine.request import Shaping, Uuids
    from bulkimport.engine.shutdown import Stop
    from bulkimport.engine.work import Limits
    from bulkimport.errors import BulkimportError
    from bulkimport.formats.conversion import Conversion, Format
    from bulkimport.formats.tables import TableFile
    from bulkimport.model import Account, Address, Kind
    from bulkimport.report.document import Report
    from bulkimport.settings import Secret, Settings
    from bulkimport.shards.group import Incomplete

__all__ = [
    "Account",
    "Address",
    "BulkimportError",
    "Checked",
    "Conversion",
    "Format",
    "Incomplete",
    "Kind",
    "Limits",
    "Options",
    "PlanMade",
    "Report",
    "Secret",
    "Settings",
    "Shaping",
    "Stop",
    "TableFile",
    "Uuids",
    "Written",
    "check_rows",
    "convert_rows",
    "import_rows",
    "plan_rows",
    "resume",
    "run",
    "status",
    "stream_import",
]

# A name is loaded when it is first asked for: importing one room must not load all of them,
# least of all the sandbox, which judges the rest and shares no code with it.
_HOMES = {
    "bulkimport.engine.checking": ("Checked",),
    "bulkimport.engine.request": ("Shaping", "Uuids"),
    "bulkimport.engine.shutdown": ("Stop",),
    "bulkimport.engine.work": ("Limits",),
    "bulkimport.engine.convert_files": ("Written",),
    "bulkimport.errors": ("BulkimportError",),
    "bulkimport.formats.conversion": ("Conversion", "Format"),
    "bulkimport.formats.tables": ("TableFile",),
    "bulkimport.model": ("Account", "Address", "Kind"),
    "bulkimport.report.document": ("Report",),
    "bulkimport.settings": ("Secret", "Settings"),
    "bulkimport.shards.group": ("Incomplete",),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "bulkimport.api")
    return getattr(import_module(home), name)
