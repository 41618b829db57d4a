"""Labels of the official SDK are taken as they are, and mean what its own serialiser writes."""

import base64
import copy
import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support import official_page as page
from support import video_page
from support.checked import faults
from support.meaning import meaning
from support.official_types import (
    ID,
    an_object,
    below,
    box,
    conversation_entity,
    converter,
    document_box,
    document_entity,
    image,
    label,
    lb_types,
    mask,
    message,
    metric,
    option,
    png,
    point,
    question,
    radio,
    serialised,
    task,
)

from bulkimport.errors import UsageError
from bulkimport.rows.builders.masks import BinaryMask
from bulkimport.rows.given import rows_in
from bulkimport.rows.official import is_official, rows_of

UUID = "00000000-0000-0000-0000-00000000000{}"


LOSSLESS: dict[str, Any] = {
    "boxes": lambda: [an_object(box(5, 6, 1, 2), classifications=below(), confidence=0.5)],
    "polygons": lambda: [
        an_object(
            lb_types.Polygon(points=[point(0, 0), point(4, 0), point(4, 4)]),
            custom_metrics=[metric()],
            feature_schema_id=ID,
        )
    ],
    "lines": lambda: [an_object(lb_types.Line(points=[point(0, 0), point(4, 0)]))],
    "points": lambda: [an_object(point(0.5, 1), classifications=below())],
    "masks by url": lambda: [an_object(mask((9, 8, 7), url="https://masks.example/m.png"))],
    "texts": lambda: [an_object(lb_types.TextEntity(start=1, end=4))],
    "conversations": lambda: [
        an_object(conversation_entity()),
        question(radio("a"), message_id="m1"),
    ],
    "document boxes": lambda: [an_object(document_box())],
    "document boxes by extra": lambda: [
        an_object(box(1, 2, 3, 4), extra={"page": 3, "unit": "POINTS"})
    ],
    "document entities": lambda: [an_object(document_entity(), classifications=below())],
    "questions": lambda: [
        *below(),
        question(lb_types.Text(answer="words", confidence=0.5, custom_metrics=[metric()])),
        question(radio("a"), confidence=0.5),
    ],
    "frames by extra": lambda: [
        question(
            lb_types.Checklist(answer=[option("a")]), extra={"frames": [{"start": 1, "end": 9}]}
        )
    ],
    "prompts": lambda: [
        lb_types.PromptClassificationAnnotation(name="p", value=lb_types.PromptText(answer="why"))
    ],
    "single selections": lambda: [
        task(
            lb_types.MessageSingleSelectionTask(
                parent_message_id="p", message_id="a", model_config_name="m"
            )
        )
    ],
    "multi selections": lambda: [
        task(
            lb_types.MessageMultiSelectionTask(
                parent_message_id="p", selected_messages=[message("a"), message("b")]
            )
        )
    ],
    "rankings": lambda: [
        task(
            lb_types.MessageRankingTask(
                parent_message_id="p",
                ranked_messages=[message("a", order=1), message("b", order=2)],
            )
        )
    ],
    "video masks by url": lambda: [
        lb_types.VideoMaskAnnotation(
            frames=[lb_types.MaskFrame(index=1, instance_uri="https://masks.example/m.png")],
            instances=[
                lb_types.MaskInstance(color_rgb=(1, 2, 3), name="n", feature_schema_id=ID),
            ],
        )
    ],
    "metrics": lambda: [
        lb_types.ScalarMetric(metric_name="m", value={0.1: 1, 0.2: 2}, feature_name="n"),
        lb_types.ConfusionMatrixMetric(metric_name="c", value=(1, 2, 3, 4)),
    ],
}
DATA = [{"global_key": "a"}, {"uid": ID}]


@pytest.mark.parametrize("data", DATA, ids=["global key", "id"])
@pytest.mark.parametrize("family", LOSSLESS)
def test_what_the_sdk_writes_whole_we_write_alike(family: str, data: dict[str, str]) -> None:
    """Spelled in our way, by either name of the data row, benchmark or not."""
    for benchmark in (False, True):
        given = label(*LOSSLESS[family](), data=data, is_benchmark_reference=benchmark)

        assert meaning(rows_of(given)) == meaning(serialised(given))


@pytest.mark.parametrize(
    "make",
    [
        lambda: mask((9, 8, 7), arr=image()),
        lambda: mask((9, 8, 7), im_bytes=png()),
        lambda: mask(4, arr=image()),
        lambda: mask(4, im_bytes=png()),
        lambda: mask((200, 1, 1), arr=image()),
    ],
    ids=["array", "bytes", "value", "value of bytes", "absent colour"],
)
def test_masks_in_memory_have_the_same_pixels(make: Any) -> None:
    """Compared as pixels: the two write their PNGs differently."""
    given = label(an_object(make()))

    ours, theirs = (pixels(rows) for rows in (rows_of(given), serialised(given)))

    assert ours.shape == (2, 3)
    assert np.array_equal(ours, theirs)


def pixels(rows: Any) -> Any:
    """The pixels of the only row's mask."""
    (row,) = rows
    return np.array(Image.open(io.BytesIO(base64.b64decode(row["mask"]["png"]))))


def test_a_mask_by_url_may_have_one_value_for_its_colour() -> None:
    """The SDK's own serialiser refuses it."""
    given = label(an_object(mask(4, url="https://masks.example/m.png")))

    with pytest.raises(ValueError, match="colorRGB"):
        serialised(given)
    assert next(rows_of(given))["mask"]["colorRGB"] == [4, 4, 4]


def test_relationships_join_the_same_annotations() -> None:
    """By uuids that both rows have, given or not."""
    here, there = an_object(box(0, 0, 1, 1)), an_object(point(1, 2), extra={"uuid": UUID.format(1)})
    edge = lb_types.Relationship(source=here, target=there)
    given = label(here, there, lb_types.RelationshipAnnotation(name="holds", value=edge))

    assert meaning(rows_of(given)) == meaning(serialised(given))
    assert faults([given], media="image") == []


def test_a_relationship_keeps_its_schema_id() -> None:
    """The SDK's serialiser forgets it."""
    there = an_object(document_box())
    edge = lb_types.Relationship(
        source_ontology_name="total", target=there, type=lb_types.Relationship.Type.BIDIRECTIONAL
    )
    made = lb_types.RelationshipAnnotation(name="holds", value=edge, feature_schema_id=ID)
    ours, theirs = list(rows_of(label(there, made))), serialised(label(there, made))

    ((our_edge,), (their_edge,)) = (
        [row for row in rows if "relationship" in row] for rows in (ours, theirs)
    )
    assert our_edge["schemaId"] == ID
    assert "schemaId" not in their_edge
    assert {**their_edge, "schemaId": ID, "uuid": None} == {**our_edge, "uuid": None}


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize("heading", page.lists())
def test_every_list_of_the_page_on_videos_means_the_same(heading: str) -> None:
    """As the page builds it, a Label for each."""
    given = page.label(page.lists()[heading], is_benchmark_reference=True)

    assert meaning(rows_of(given)) == meaning(serialised(given))


def test_the_page_on_videos_becomes_the_rows_that_it_shows() -> None:
    """Python on one side of the page, NDJSON on the other."""
    labels = [page.label(annotations) for annotations in page.lists().values()]

    rows = [row for one in labels for row in rows_in(one)]

    assert meaning(rows) == meaning(video_page.rows())
    assert faults(labels, media="video", ontology=video_page.ONTOLOGY) == []


def test_official_objects_are_not_changed() -> None:
    """Not even the masks, into which the SDK writes base64."""
    labels = [page.label(annotations) for annotations in page.lists().values()]
    before = copy.deepcopy(labels)

    first, again = ([row for one in labels for row in rows_of(one)] for _ in range(2))

    assert first == again
    assert labels == before


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
def test_masks_that_the_sdk_has_serialised_are_still_readable() -> None:
    """It leaves base64 where the image was, and cannot serialise them again."""
    given = page.label(page.masks()["masks"])
    rows = list(rows_of(given))
    list(converter.NDJsonConverter.serialize([given]))

    with pytest.raises(TypeError):
        list(converter.NDJsonConverter.serialize([given]))
    assert list(rows_of(given)) == rows


def test_only_labels_can_be_rows() -> None:
    """An annotation alone says nothing of its data row."""
    with pytest.raises(UsageError, match="which data row"):
        list(rows_of(an_object(point(1, 2))))
    with pytest.raises(UsageError, match="neither by global_key nor by uid"):
        list(rows_of(label(data={"external_id": "a.jpg"})))


def test_a_class_of_the_caller_s_own_is_official_by_its_parent() -> None:
    """Whoever inherits from Label makes labels."""

    class MyLabel(lb_types.Label):  # type: ignore[misc, name-defined]
        """A label with a name of its own."""

    made = MyLabel(data={"global_key": "a"}, annotations=[an_object(point(1, 2))])

    assert is_official(made)
    assert len(list(rows_in(made))) == 1
    assert not is_official(BinaryMask(np.eye(2)))


def test_the_package_is_not_imported_for_those_who_do_not_use_it() -> None:
    """It is heavy, and its extras are not everywhere."""
    program = (
        "import sys; from bulkimport.rows.given import rows_in; list(rows_in(object()));"
        "sys.exit(any(name.split('.')[0] == 'labelbox' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
