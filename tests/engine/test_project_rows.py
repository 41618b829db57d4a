"""A project's data rows on disk: whole, though files of the export are cut off on the way."""

from pathlib import Path

import pytest
from support.virtual import VirtualClock, virtual

from bulkimport.destinations.base import Take
from bulkimport.engine.project_rows import save_data_rows
from bulkimport.errors import DestinationAway, DestinationRefused
from bulkimport.events import to_nobody
from bulkimport.settings import Settings
from bulkimport.uploads.pace import Pace

FILES = [b'{"data_row":1}\n{"data_row":2}\n', b'{"data_row":3}\n']


class Exports:
    """An export in files; the first attempts at one are cut off after some bytes."""

    def __init__(self, files: list[bytes], *, cut_off: int = 0) -> None:
        """Give these files."""
        self.files, self.cut_off, self.broken = files, cut_off, False

    async def start_export(self) -> str:
        """Begin."""
        return "export"

    async def export_size(self, export: str) -> int:
        """All files together."""
        assert export == "export"
        return sum(map(len, self.files))

    async def read_export(self, export: str, offset: int, take: Take) -> int:
        """The file at `offset`."""
        assert export == "export"
        if self.broken:
            raise DestinationRefused("the export failed")
        starts = [sum(map(len, self.files[:number])) for number in range(len(self.files))]
        file = self.files[starts.index(offset)]
        if self.cut_off:
            self.cut_off -= 1
            await take([file[:20]])
            raise DestinationAway("cut off")
        await take([file[:5], file[5:]])
        return offset + len(file)


def pace() -> Pace:
    """Patient, in no real time."""
    return Pace(settings=Settings(), clock=VirtualClock(), chance=lambda: 0.5, listener=to_nobody)


@virtual
@pytest.mark.parametrize("cut_off", [0, 1, 3])
async def test_what_was_cut_off_is_written_again(tmp_path: Path, cut_off: int) -> None:
    """No byte twice, none missing."""
    path = tmp_path / "new" / "rows.ndjson"

    lines = await save_data_rows(Exports(FILES, cut_off=cut_off), pace(), path)

    assert (lines, path.read_bytes()) == (3, b"".join(FILES))


@virtual
async def test_an_empty_export_is_an_empty_file(tmp_path: Path) -> None:
    """A project without data rows."""
    path = tmp_path / "rows.ndjson"

    assert await save_data_rows(Exports([]), pace(), path) == 0
    assert path.read_bytes() == b""


@virtual
async def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    """What failed half-way is no snapshot."""
    exports, path = Exports(FILES), tmp_path / "rows.ndjson"
    exports.broken = True

    with pytest.raises(DestinationRefused):
        await save_data_rows(exports, pace(), path)

    assert not path.exists()
