"""What the scan and the rules say of rows made in Python."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson

from bulkimport.native import CODES, Checker, scan_block
from bulkimport.rows.given import row_lines


def faults(given: Iterable[object], *, media: str = "any", ontology: Any = None) -> list[str]:
    """The codes of the scan and the rules that refuse any of the rows, each as often as it does.

    Relationships are judged as pre-labels and everything else as labels, as they are imported.
    """
    lines = list(row_lines(given))
    scanned = scan_block(b"".join(lines), source=0, offset=0, line=1, last=True)[2]
    told = [CODES[code] for code in scanned["code"].tolist() if CODES[code] != "ok"]
    checkers = {
        kind: _checker(media, kind, orjson.dumps(ontology)) for kind in ("labels", "prelabels")
    }
    for line in lines:
        kind = "prelabels" if b'"relationship":' in line else "labels"
        told += [one.slug for one in checkers[kind].explain(line.strip()) if one.severity == "E"]
    return told


@cache
def _checker(media: str, kind: str, ontology: bytes) -> Checker:
    spec = {"media": media, "kind": kind, "ontology": orjson.loads(ontology), "severity": {}}
    return Checker(orjson.dumps(spec))
