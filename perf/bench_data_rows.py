"""Data rows made from a file of assets: our command and the official SDK, on the same sandbox."""

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import inputs
from bench_sandbox import local_sandbox
from compare import Bench, Line, alternate, middle, ratio
from importing import COMMAND, KEY
from measure import Sample, run, run_program
from scale import Scale

MEBIBYTE = 1 << 20
TENTH = 0.1
ASSET = (
    b'{"row_data": "https://assets.example.com/images/%09d.jpg", "global_key": "asset-%09d",'
    b' "external_id": "%09d.jpg", "media_type": "IMAGE",'
    b' "metadata": [{"name": "split", "value": "train"}]}\n'
)


def bench(scale: Scale) -> Bench:
    """CPU seconds and peak memory of the two clients; the sandbox's own are not counted."""
    path = assets(scale.fewer_rows)
    samples = alternate(
        {"ours": lambda: _ours(path), "official SDK": lambda: _sdk(path)}, pairs=1, warm=False
    )
    done = Bench()
    done.keep(samples)
    for name, number, unit in (("CPU seconds", _cpu, "s"), ("peak memory", _memory, "MiB")):
        ours, theirs = samples["ours"], samples["official SDK"]
        done.lines.append(
            Line(
                f"{scale.fewer_rows:,} data rows, {name} / official SDK",
                f"{middle(ours, number):,.1f} {unit}",
                f"{middle(theirs, number):,.1f} {unit}",
                ratio(ours, theirs, number),
                at_most=TENTH,
            )
        )
    return done


def assets(rows: int) -> Path:
    """Images with keys, external ids and one field of metadata each."""

    def write(file: BinaryIO) -> None:
        file.writelines(ASSET % ((number,) * 3) for number in range(rows))

    return inputs.made(f"{rows}-assets.ndjson", write)


def _ours(path: Path) -> Sample:
    runs = Path(tempfile.mkdtemp(prefix="runs-", dir=inputs.folder()))
    try:
        with local_sandbox(1) as (endpoint, seeded):
            words = ["--to", f"labelbox:dataset/{seeded['dataset_id']}", "--kind", "data-rows"]
            where = ["--endpoint", endpoint, "--runs", str(runs), "--json"]
            return run([*COMMAND, str(path), *words, *where], environment=KEY)
    finally:
        shutil.rmtree(runs, ignore_errors=True)


def _sdk(path: Path) -> Sample:
    with local_sandbox(1) as (endpoint, seeded):
        return run_program("sdk_data_rows", endpoint, seeded["dataset_id"], path)


def _cpu(sample: Sample) -> float:
    return sample.cpu


def _memory(sample: Sample) -> float:
    return sample.peak_rss / MEBIBYTE
