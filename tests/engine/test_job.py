"""A migration is read strictly: what cannot be meant is named before anything is asked."""

import json
from pathlib import Path

import pytest

from bulkimport.destinations.labelbox.batches import Consensus
from bulkimport.engine.job import Job, Thing, read_job
from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.conversion import Format
from bulkimport.model import Kind, OnExisting

DATA_ROWS = '[data_rows]\nsources = ["a.csv"]\n'
PROJECT = '[project]\nmedia = "image"\n'


def read(folder: Path, text: str) -> Job:
    """Write a job and read it."""
    path = folder / "job.toml"
    path.write_text(text)
    return read_job(path)


def test_everything_that_is_not_named_takes_the_name_of_the_job(tmp_path: Path) -> None:
    """Paths are taken from the file's own folder."""
    (tmp_path / "o.json").write_text(json.dumps({"tools": [{"tool": "line", "name": "l"}]}))
    job = read(tmp_path, f'name = "streets"\n{DATA_ROWS}{PROJECT}[ontology]\nfile = "o.json"\n')

    assert (job.dataset.name, job.ontology.name, job.batches.prefix) == (
        "streets",
        "streets",
        "streets-",
    )
    assert job.data_rows.sources == (str(tmp_path / "a.csv"),)
    assert job.data_rows.shaping.on_existing is OnExisting.SKIP
    assert job.annotations is None


def test_what_is_there_is_named_by_its_id(tmp_path: Path) -> None:
    """A dataset, a project; then the ontology is the project's own."""
    job = read(tmp_path, f'{DATA_ROWS}[dataset]\nid = "d"\n[project]\nid = "p"\n')

    assert job.dataset.id == "d"
    assert job.project == Thing(id="p")
    assert (job.ontology.features, job.ontology.id, job.ontology.project) == (None, "", "")


def test_batches_and_annotations_say_how(tmp_path: Path) -> None:
    """Priority and consensus; kind, format and what of COCO is taken."""
    job = read(
        tmp_path,
        f"{DATA_ROWS}{PROJECT}"
        "[batches]\npriority = 1\nconsensus = {labels = 3, share = 0.5}\n"
        '[annotations]\nsources = "c.json"\nkind = "prelabels"\nformat = "coco"\n'
        'coco_rows = "boxes"\n',
    )

    assert (job.batches.priority, job.batches.consensus) == (1, Consensus(3, 0.5))
    assert job.annotations is not None
    assert job.annotations.kind is Kind.PRELABELS
    assert job.annotations.shaping.conversion.format is Format.COCO


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROJECT, "data_rows"),
        (DATA_ROWS, "media"),
        (f"colour = 1\n{DATA_ROWS}{PROJECT}", "colour"),
        (f'{DATA_ROWS}{PROJECT}[dataset]\ncolour = "red"', "colour"),
        (f'{DATA_ROWS}[project]\nmedia = "dicom"', "retired"),
        (f'{DATA_ROWS}{PROJECT}[annotations]\nsources = ["r"]', "kind"),
        (f'{DATA_ROWS}{PROJECT}[annotations]\nsources = ["r"]\nkind = "data-rows"', "annotations"),
        (f'{DATA_ROWS}{PROJECT}[annotations]\nsources = ["r"]\nkind = "others"', "others"),
        (f'{DATA_ROWS}{PROJECT}[ontology]\nid = "a"\nproject = "b"', "one of them"),
        (f"{DATA_ROWS}{PROJECT}[batches]\npriority = 9", "priority"),
        (f"{DATA_ROWS}{PROJECT}[batches]\nconsensus = 3", "labels and share"),
        (f"{DATA_ROWS}{PROJECT}[batches]\nconsensus = {{labels = 3}}", "labels and share"),
        (f"{DATA_ROWS}[project]\nmedia = 5", "5"),
        (f"dataset = 3\n{DATA_ROWS}{PROJECT}", "table"),
        ("name =", "TOML"),
    ],
)
def test_what_a_job_cannot_mean_is_named(tmp_path: Path, text: str, said: str) -> None:
    """The error names the file and the word."""
    with pytest.raises(UsageError, match=said) as raised:
        read(tmp_path, text)
    assert "job.toml" in str(raised.value)


def test_one_way_of_quality_may_be_a_word_by_itself(tmp_path: Path) -> None:
    """As `--quality benchmark` is."""
    alone = read(tmp_path, f'{DATA_ROWS}{PROJECT}quality = "benchmark"')

    assert alone.project == read(tmp_path, f'{DATA_ROWS}{PROJECT}quality = ["benchmark"]').project


def test_a_job_that_is_not_there_is_a_source_that_cannot_be_read(tmp_path: Path) -> None:
    """As any other file that is named."""
    with pytest.raises(SourceUnreadable):
        read_job(tmp_path / "never.toml")
