"""Where one COCO document goes."""

from dataclasses import dataclass

from bulkimport.disk import AppendFile
from bulkimport.formats.coco.sizes import SizeFile
from bulkimport.formats.files import RowFile
from bulkimport.formats.refusals import Refusals
from bulkimport.source.beside import Beside


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where rows go, refusals, images that lost rows (as ROW), and images' sizes.

    `beside` reads the pictures beside the document, if that lies in a folder.
    """

    rows: RowFile
    refusals: Refusals
    incomplete: AppendFile
    sizes: SizeFile
    beside: Beside | None = None
