"""Memory does not grow with the document: ten times the annotations take no more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.coco import CAR, image

PROGRAM = """
import sys
from pathlib import Path
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.converter import Converter, Paths

source, folder = map(Path, sys.argv[1:])
converter = Converter(
    Conversion(Format.COCO), relationships=True, block_bytes=4 << 20, told=lambda _: None
)
to = Paths(lambda ordinal: folder / f"rows.{ordinal}", folder / "refused")
made = converter.convert(source, name="source", to=to)
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(sum(made.rows.values()), peak)
"""
RING = json.dumps([[column / 4 + corner for corner in (10, 20)] for column in range(25)])
SHAPE = f'"segmentation":[{RING.replace("], [", ", ").removeprefix("[").removesuffix("]")}]'
REST = f'"category_id":1,"bbox":[10,20,6,6],"area":1,"iscrowd":0,{SHAPE}'
PER_IMAGE = 10
MOST_BYTES = 500 << 20
GROWTH = 1.1


def write(path: Path, count: int, *, categories_last: bool) -> None:
    """Write a document of so many annotations, ten an image, those of an image far apart."""
    images = count // PER_IMAGE
    categories = f'"categories":{json.dumps([CAR])}'
    with path.open("w") as file:
        file.write("{" if categories_last else f"{{{categories},")
        file.write('"annotations":[')
        for number in range(count):
            comma = "," if number else ""
            file.write(f'{comma}{{"id":{number},"image_id":{number * 7919 % images},{REST}}}')
        file.write('],"images":[')
        file.write(",".join(json.dumps(image(number)) for number in range(images)))
        file.write(f"],{categories}}}" if categories_last else "]}")


def peak(folder: Path, count: int, *, categories_last: bool) -> int:
    """The peak of memory, in bytes, of a process that converts such a document.

    That of its own pages: what the kernel tells of a child begins with the peak of its parent.
    """
    source = folder / f"{count}.json"
    write(source, count, categories_last=categories_last)
    rows, most = converted(source, folder)
    assert rows == 2 * count
    source.unlink()
    return most


def converted(source: Path, folder: Path) -> tuple[int, int]:
    """The rows of a document that a process of its own makes, and the peak of its memory."""
    program = [sys.executable, "-c", PROGRAM, source, folder]
    said = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    rows, kibibytes = map(int, said.split())
    return rows, kibibytes << 10


@pytest.mark.parametrize("categories_last", [False, True])
def test_memory_is_flat(tmp_path: Path, *, categories_last: bool) -> None:
    """The small twin of the proof below."""
    small, large = (
        peak(tmp_path, count, categories_last=categories_last) for count in (50_000, 200_000)
    )
    assert large <= GROWTH * small


def write_keys(path: Path, count: int, *, in_element: bool) -> None:
    """Write a document with so many keys that nobody knows, at the top or in one annotation."""
    keys = "".join(f'"k{number}":0,' for number in range(count))
    top, own = ("", keys) if in_element else (keys, "")
    annotations = f'"annotations":[{{{own}"id":1,"image_id":1,{REST}}}]'
    path.write_text(
        f'{{{top}{annotations},"images":[{json.dumps(image())}],"categories":[{json.dumps(CAR)}]}}'
    )


def peak_of_keys(folder: Path, count: int, *, in_element: bool) -> int:
    """The peak of memory, in bytes, of a process that converts such a document."""
    source = folder / "keys.json"
    write_keys(source, count, in_element=in_element)
    rows, peak = converted(source, folder)
    assert rows == 2
    return peak


def test_unknown_keys_take_no_memory(tmp_path: Path) -> None:
    """The small twin of the proof below; what one element takes is its own size twice."""
    few, many = (peak_of_keys(tmp_path, n, in_element=False) for n in (500_000, 2_000_000))
    inside = peak_of_keys(tmp_path, 500_000, in_element=True)

    assert many <= GROWTH * few
    assert inside <= GROWTH * few + 3 * (tmp_path / "keys.json").stat().st_size


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_million_unknown_keys_take_no_memory(tmp_path: Path) -> None:
    """At the top they are counted; in one annotation they make it too large to be read."""
    few, many = (peak_of_keys(tmp_path, n, in_element=False) for n in (500_000, 10_000_000))
    assert many <= GROWTH * few

    source = tmp_path / "keys.json"
    write_keys(source, 12_000_000, in_element=True)
    with pytest.raises(subprocess.CalledProcessError) as ended:
        converted(source, tmp_path)
    assert "has an element of more than 67,108,864 bytes" in ended.value.stderr


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("categories_last", [False, True])
def test_five_million_annotations_take_as_much_as_half_a_million(
    tmp_path: Path, *, categories_last: bool
) -> None:
    """Two gigabytes of a document."""
    small, large = (
        peak(tmp_path, count, categories_last=categories_last) for count in (500_000, 5_000_000)
    )
    assert large <= GROWTH * small
    assert large < MOST_BYTES
