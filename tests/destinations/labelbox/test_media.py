"""Media types and quality settings are read as the official SDK reads them."""

import labelbox
import pytest

from bulkimport.destinations.labelbox.media import QualitySettings, read_quality, wire_media
from bulkimport.errors import UsageError

SDK_WORDS = [
    *(name for name in labelbox.MediaType.__members__ if name not in ("Unknown", "Unsupported"))
]


@pytest.mark.parametrize("word", SDK_WORDS)
def test_every_word_of_the_sdk_is_read_as_the_sdk_reads_it(word: str) -> None:
    """In any case, and the wire's own name too."""
    wire = labelbox.MediaType[word].value

    assert {wire_media(word), wire_media(word.upper()), wire_media(wire)} == {wire}


@pytest.mark.parametrize("word", ["Dicom", "json", "DICOM"])
def test_retired_media_types_are_refused_and_said_to_be_retired(word: str) -> None:
    """They stand in older guides."""
    with pytest.raises(UsageError, match="retired"):
        wire_media(word)


@pytest.mark.parametrize("word", ["", "Unknown", "movie"])
def test_other_words_are_no_media_types(word: str) -> None:
    """The remedy names those there are."""
    with pytest.raises(UsageError, match="point_cloud"):
        wire_media(word)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("benchmark,consensus", (3, 0.0, True, True)),
        ("benchmark", (1, 1.0, True, False)),
        ("Consensus", (3, 0.0, False, True)),
    ],
)
def test_quality_settings_are_those_of_the_sdk(
    words: str, settings: tuple[int, float, bool, bool]
) -> None:
    """The table of QualitySettings."""
    made = QualitySettings.of(read_quality(words))

    assert (made.labels, made.share, made.benchmark, made.consensus) == settings


def test_consensus_takes_its_own_numbers() -> None:
    """Labels a data row, and the share of data rows."""
    made = QualitySettings.of(read_quality("consensus"), labels=5, share=0.25)

    assert (made.labels, made.share) == (5, 0.25)


@pytest.mark.parametrize(
    ("words", "labels", "share"),
    [("benchmark", 2, None), ("benchmark", None, 0.5), ("consensus", None, 1.5)],
)
def test_numbers_that_cannot_be_meant_are_refused(
    words: str, labels: int | None, share: float | None
) -> None:
    """They are for consensus, and a share is a share."""
    with pytest.raises(UsageError):
        QualitySettings.of(read_quality(words), labels=labels, share=share)


def test_other_quality_words_are_refused() -> None:
    """The remedy names both."""
    with pytest.raises(UsageError, match="benchmark, consensus"):
        read_quality("best")
