"""The names of a project's files, listed page by page from the datasets attached to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bulkimport.destinations.faults import Fault, Json
from bulkimport.destinations.labellerr.answers import error_of
from bulkimport.destinations.labellerr.wire import Wire
from bulkimport.disk import AppendFile
from bulkimport.errors import DestinationRefused

PAGE: Final = 1000
REMEDY: Final = "give the names of the project's files with --files LIST"


async def list_files(wire: Wire, datasets: Sequence[str], to: Path) -> None:
    """Write the names to `to`, one a line, durably. Costs a request for each thousand files.

    Raises DestinationAway for passing trouble, and then begins anew when it is called again;
    DestinationRefused when the listing cannot be had.
    """
    file = AppendFile(to, size=0)
    try:
        for dataset in datasets:
            await _list(wire, dataset, file)
        file.sync()
    finally:
        file.close()


def datasets_of(project: Json) -> list[str]:
    """The ids of the datasets attached to a project. Raises DestinationRefused for none."""
    attached = project.get("attached_datasets")
    found = [_dataset(one) for one in attached] if isinstance(attached, list) else []
    datasets = [one for one in found if one]
    if not datasets:
        raise DestinationRefused(
            "Labellerr does not say which datasets the project has", remedy=REMEDY
        )
    return datasets


async def _list(wire: Wire, dataset: str, file: AppendFile) -> None:
    after: str | None = None
    while True:
        answer = await wire.files(dataset, size=PAGE, after=after)
        if isinstance(answer, Fault):
            raise _not_listed(answer)
        page = answer.get("response")
        if not isinstance(page, dict) or not isinstance(page.get("files"), list):
            raise DestinationRefused(
                "Labellerr lists the project's files in an unknown form", remedy=REMEDY
            )
        file.write("".join(f"{name_of(one)}\n" for one in page["files"]).encode())
        following = page.get("next_search_after")
        if not following:
            return
        if str(following) == after:
            raise DestinationRefused("Labellerr's listing of files does not end", remedy=REMEDY)
        after = str(following)


def _not_listed(fault: Fault) -> Exception:
    error = error_of(fault)
    return (
        error
        if error.remedy or error.exit_code != DestinationRefused.exit_code
        else (DestinationRefused(error.message, remedy=REMEDY))
    )


def _dataset(attached: object) -> str:
    """An id, or an object that has one."""
    if isinstance(attached, dict):
        attached = attached.get("dataset_id") or attached.get("id")
    return str(attached or "")


def name_of(file: object) -> str:
    """Nowhere is it written how the name is called; all that know it ask here."""
    name = file.get("file_name") if isinstance(file, dict) else None
    if not isinstance(name, str) or "\n" in name:
        raise DestinationRefused(
            "Labellerr's listing does not say how the project's files are called", remedy=REMEDY
        )
    return name
