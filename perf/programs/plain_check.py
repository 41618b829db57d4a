"""A peer: the checks of image rows in plain Python. `plain_check.py FILE ONTOLOGY ASSETS`.

Each line is parsed by orjson and held to the rules of a row, of its asset and of its companions,
with all that must be remembered in dicts: the way it is written where nobody counts bytes.
"""

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from plain_rows import MILD, Features, Json, broken, data_row, payload
from telling import tell

WARNINGS = {
    *("R-ID-5", "R-DR-4", "R-KIND-3", "R-BBOX-3", "R-BBOX-4", "R-BBOX-5", "R-COORD-1"),
    *("R-POLY-3", "R-POLY-4", "R-CLS-6", "R-ID-3", "R-CLS-9"),
}
MOST_OF_ONE_NAME = 5_000
Sizes = Mapping[str, tuple[float, float]]
Owner = tuple[str, str]


def check(
    lines: Iterable[bytes], features: Features, sizes: Sizes
) -> tuple[int, int, Counter[str]]:
    """Give the rows read, those refused, and how many rows break each rule."""
    slugs: list[set[str]] = []
    uuids: defaultdict[str, list[tuple[int, Owner]]] = defaultdict(list)
    answers: defaultdict[Any, list[int]] = defaultdict(list)
    names: defaultdict[Any, list[int]] = defaultdict(list)
    for line in lines:
        number, row = len(slugs), _parsed(line)
        found = {"R-FILE-1"} if row is None else set(broken(row, features))
        slugs.append(found)
        if row is None or _refuses(found):
            continue
        found |= _beyond(row, sizes)
        owner, kind = data_row(row), payload(row)
        if row.get("uuid"):
            uuids[_bare(row["uuid"])].append((number, owner))
        if kind in ("answer", "answers"):
            answers[owner, row["name"], row.get("messageId")].append(number)
        names[owner, row["name"]].append(number)
    for number, slug in _together(uuids, answers, names):
        slugs[number].add(slug)
    counts = Counter(slug.rstrip(MILD) for found in slugs for slug in found)
    return len(slugs), sum(map(_refuses, slugs)), counts


def read_sizes(path: Path) -> Sizes:
    """Width and height of each asset by its global key."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            asset["global_key"].lower(): (float(asset["width"]), float(asset["height"]))
            for asset in csv.DictReader(file)
        }


def _parsed(line: bytes) -> Json:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _bare(uuid: str) -> str:
    return uuid.strip("{}").replace("-", "").lower()


def _beyond(row: Mapping[str, Any], sizes: Sizes) -> set[str]:
    reference = row["dataRow"].get("globalKey")
    size = sizes.get(reference.lower()) if reference else None
    if size is None:
        return set()
    width, height = size
    if box := row.get("bbox"):
        right, bottom = box["left"] + box["width"], box["top"] + box["height"]
        return {"R-BBOX-5"} if right > width + 0.5 or bottom > height + 0.5 else set()
    vertices = row.get("polygon") or [row["point"]] if "point" in row or "polygon" in row else []
    outside = any(
        not (0 <= vertex["x"] <= width and 0 <= vertex["y"] <= height) for vertex in vertices
    )
    return {"R-COORD-1"} if outside else set()


def _refuses(found: set[str]) -> bool:
    return any(slug not in WARNINGS and not slug.endswith(MILD) for slug in found)


def _together(
    uuids: Mapping[str, list[tuple[int, Owner]]],
    answers: Mapping[Any, list[int]],
    names: Mapping[Any, list[int]],
) -> Iterator[tuple[int, str]]:
    for rows in uuids.values():
        owners = Counter(owner for _, owner in rows)
        for number, owner in rows if len(rows) > 1 else ():
            if len(owners) > 1:
                yield number, "R-ID-3"
            if owners[owner] > 1:
                yield number, "R-ID-2"
    for numbers, most, slug in (
        *((numbers, 1, "R-CLS-9") for numbers in answers.values()),
        *((numbers, MOST_OF_ONE_NAME, "R-LIM-1") for numbers in names.values()),
    ):
        if len(numbers) > most:
            yield from ((number, slug) for number in numbers)


def main(path: Path, ontology: Path, assets: Path) -> None:
    """Check the file and tell what that took."""
    began, cpu = time.perf_counter(), time.process_time()
    features = Features(orjson.loads(ontology.read_bytes()))
    with path.open("rb") as lines:
        rows, refused, found = check(lines, features, read_sizes(assets))
    tell(began, cpu, rows=rows, path=path, refused=refused, found=found)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
