"""The data rows of a project on disk: what its keys are led by, and what a snapshot holds."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bulkimport.destinations.base import Exporting
from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.uploads.pace import Pace


async def save_data_rows(destination: Exporting, pace: Pace, path: Path) -> int:
    """Write the project's data rows to `path`, one a line of the service's export; counts them.

    The file is whole or absent. Costs an export at the service; memory for some pieces. A lost
    answer begins a second export, which does no harm. Raises what the destination's questions
    raise, and DestinationAway when the patience with an outage has ended.
    """
    make_folder(path.parent)
    draft = path.with_name(f"{path.name}.draft")
    export = await pace.ask(destination.start_export)
    size = await pace.ask(partial(destination.export_size, export))
    with disk_trouble_at(draft), draft.open("wb") as file:
        offset = lines = counted = 0

        async def take(pieces: Sequence[bytes]) -> None:
            nonlocal counted
            counted += sum(piece.count(b"\n") for piece in pieces)
            file.writelines(pieces)

        async def attempt() -> int:
            nonlocal counted
            # What an attempt that was cut off has written is written again.
            file.seek(offset)
            file.truncate()
            counted = 0
            return await destination.read_export(export, offset, take)

        while offset < size:
            offset = await pace.ask(attempt)
            lines += counted
    with disk_trouble_at(path):
        draft.replace(path)
    return lines
