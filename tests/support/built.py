"""Annotations drawn at random, of every family that a medium has, all of them meant."""

from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import strategies as st

from bulkimport.rows.builders.answers import Checklist, Option, Radio, Text
from bulkimport.rows.builders.chat import Message, MultiSelection, Ranking, SingleSelection
from bulkimport.rows.builders.document import DocumentBox, DocumentEntity, TextSelection, Unit
from bulkimport.rows.builders.features import DataRow, Feature
from bulkimport.rows.builders.frames import FrameAnswer, over_frames
from bulkimport.rows.builders.geometry import Box, Line, Point, Polygon
from bulkimport.rows.builders.label import Label
from bulkimport.rows.builders.masks import BinaryMask, ImageMask, RunLengthMask, UrlMask
from bulkimport.rows.builders.objects import Object
from bulkimport.rows.builders.relationships import Relationship
from bulkimport.rows.builders.temporal import TemporalQuestion, TemporalText, TextValue
from bulkimport.rows.builders.text import ConversationEntity, TextEntity
from bulkimport.rows.builders.video import Keyframe, MaskFrame, MaskInstance, Track, VideoMasks

Drawn = st.SearchStrategy[Any]

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=25, max_size=25)
FEATURES = st.one_of(
    WORDS,
    st.builds(Feature, WORDS, IDS),
    st.builds(Feature, schema_id=IDS),
    st.builds(Feature, WORDS),
)
UUIDS = st.none() | st.uuids() | st.uuids().map(str)
SCORES = st.none() | st.floats(0, 1) | st.sampled_from([0, 1])
METRICS = st.lists(st.tuples(WORDS, st.floats(-1e6, 1e6)), max_size=2)
AT = st.floats(0, 1e6) | st.integers(0, 10**6)
SIZES = st.floats(0.5, 1e6)
POINTS = st.builds(Point, AT, AT)
BOXES = st.builds(Box, AT, AT, SIZES, SIZES)
LINES = st.builds(Line, st.lists(POINTS, min_size=2, max_size=5))
POLYGONS = st.builds(Polygon, st.lists(POINTS, min_size=3, max_size=6))
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
PNG = BinaryMask(np.eye(3))
MASKS = st.one_of(
    st.builds(UrlMask, st.just("https://masks.example/m.png"), COLOURS),
    st.builds(ImageMask, st.just(b"\x89PNG\r\n\x1a\n"), COLOURS),
    st.just(PNG),
    st.tuples(st.integers(1, 9), st.integers(1, 9)).map(
        lambda size: RunLengthMask(size, [0, size[0] * size[1]])
    ),
)


def distinct(options: Drawn, **sizes: int) -> Drawn:
    """Options of different names: none stands twice in one answer."""
    return st.lists(options, unique_by=lambda option: str(option.feature), **sizes)


def nested(below: Drawn) -> Drawn:
    """Answers with others below them."""
    kin = st.lists(below, max_size=2)
    options = st.builds(Option, WORDS, kin, confidence=SCORES, metrics=METRICS)
    return st.one_of(
        st.builds(Radio, FEATURES, options),
        st.builds(Checklist, FEATURES, distinct(options, min_size=1, max_size=3)),
        st.builds(Text, FEATURES, WORDS, kin),
    )


LEAVES = st.one_of(
    st.builds(Radio, FEATURES, WORDS | IDS.map(lambda one: Feature(schema_id=one))),
    st.builds(Checklist, FEATURES, st.lists(WORDS, min_size=1, max_size=3, unique=True)),
    st.builds(Text, FEATURES, WORDS),
)
BELOW = st.recursive(LEAVES, nested, max_leaves=4)


def answers(**given: Drawn) -> Drawn:
    """Answers that are rows."""
    return st.one_of(
        st.builds(Radio, FEATURES, WORDS, uuid=UUIDS, confidence=SCORES, **given),
        st.builds(
            Checklist,
            FEATURES,
            distinct(st.builds(Option, WORDS, st.lists(BELOW, max_size=2)), min_size=1, max_size=3),
            uuid=UUIDS,
            **given,
        ),
        st.builds(Text, FEATURES, WORDS, st.lists(BELOW, max_size=1), uuid=UUIDS, **given),
    )


def objects(shapes: Drawn) -> Drawn:
    """Objects with answers below them."""
    return st.builds(
        Object,
        FEATURES,
        shapes,
        st.lists(BELOW, max_size=2),
        uuid=UUIDS,
        confidence=SCORES,
        metrics=METRICS,
    )


def spans(within: tuple[int, int]) -> Drawn:
    """Spans that do not touch, all within one."""
    start, end = within
    marks = st.lists(st.integers(start, end), min_size=2, max_size=6, unique=True).map(sorted)
    pairs = marks.map(lambda at: list(zip(at[::2], at[1::2], strict=False)))
    return st.just([within]) | pairs if end - start < 6 else pairs


@st.composite
def temporal(draw: st.DrawFn, within: tuple[int, int] = (0, 1000), depth: int = 2) -> Any:
    """A temporal question, whose children lie within the spans above them."""

    def kin(frames: list[tuple[int, int]]) -> list[Any]:
        return [draw(temporal(frames[0], depth - 1))] if depth and draw(st.booleans()) else []

    frames = draw(st.lists(spans(within), min_size=1, max_size=3))
    names = draw(st.lists(WORDS, min_size=3, max_size=3, unique=True))
    if draw(st.booleans()):
        values = [TextValue(name, at, kin(at)) for name, at in zip(names, frames, strict=False)]
        return TemporalText(draw(WORDS), values)
    options = [Option(name, kin(at), frames=at) for name, at in zip(names, frames, strict=False)]
    return TemporalQuestion(draw(WORDS), options)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """A track of ascending keyframes of one kind; questions below its answers are left out."""
    shapes = draw(st.sampled_from([BOXES, POINTS, st.just(Line([(1, 2), (3, 4)]))]))
    frames = sorted(draw(st.sets(st.integers(1, 10**6), min_size=1, max_size=6)))
    keyframes = [Keyframe(at, draw(shapes), draw(st.lists(LEAVES, max_size=1))) for at in frames]
    cut = draw(st.integers(0, len(keyframes) - 1))
    segments = [keyframes[:cut], keyframes[cut:]] if cut else [keyframes]
    return Track(draw(FEATURES), segments, uuid=draw(UUIDS))


@st.composite
def framed(draw: st.DrawFn) -> Any:
    """A question answered frame by frame, in one segment or in runs."""
    feature = draw(WORDS)
    answer = draw(
        st.sampled_from(
            [
                WORDS.map(lambda said: Radio(feature, said)),
                st.lists(WORDS, min_size=1, max_size=3, unique=True).map(
                    lambda said: Checklist(feature, said)
                ),
                WORDS.map(lambda said: Text(feature, said)),
            ]
        )
    )
    frames = draw(st.sets(st.integers(1, 99), min_size=1, max_size=6))
    segment = draw(st.sampled_from([None, 0]))
    return over_frames([FrameAnswer(at, draw(answer), segment) for at in frames])


MASK_FRAMES = st.one_of(
    st.builds(MaskFrame, st.integers(1, 10**6), url=st.just("https://masks.example/m.png")),
    st.builds(MaskFrame, st.integers(1, 10**6), png=st.just(b"\x89PNG\r\n\x1a\n")),
)
VIDEO_MASKS = st.builds(
    VideoMasks,
    st.lists(MASK_FRAMES, min_size=1, max_size=3, unique_by=lambda frame: frame.index),
    st.lists(
        st.builds(MaskInstance, WORDS, COLOURS),
        min_size=1,
        max_size=3,
        unique_by=lambda instance: instance.colour,
    ),
    uuid=UUIDS,
)
MESSAGES = st.lists(
    st.builds(Message, WORDS, WORDS), min_size=1, max_size=3, unique_by=lambda one: one.message_id
)
PAGES = st.integers(1, 500)
SELECTIONS = st.builds(TextSelection, WORDS, st.lists(WORDS, min_size=1, max_size=3), PAGES)
FRACTIONS = st.floats(0.01, 0.5)
DOCUMENT_BOXES = st.one_of(
    st.builds(DocumentBox, BOXES, PAGES, st.sampled_from([Unit.POINTS, Unit.PIXELS, Unit.INCHES])),
    st.builds(
        DocumentBox,
        st.builds(Box, FRACTIONS, FRACTIONS, FRACTIONS, FRACTIONS),
        PAGES,
        st.just(Unit.PERCENT),
    ),
)
SPANS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**3))
TEXT_ENTITIES = SPANS.map(lambda at: TextEntity(at[0], sum(at)))
CONVERSATION_ENTITIES = st.builds(
    lambda message, at: ConversationEntity(message, at[0], sum(at)), WORDS, SPANS
)
DEGREES = st.builds(Point, st.floats(-180, 180), st.floats(-90, 90))

MEDIA: dict[str, Drawn] = {
    "image": objects(st.one_of(POINTS, BOXES, LINES, POLYGONS, MASKS)) | answers(),
    "video": st.one_of(tracks(), framed(), temporal(), VIDEO_MASKS, answers()),
    "text": objects(TEXT_ENTITIES) | answers(),
    "document": objects(DOCUMENT_BOXES)
    | st.builds(Object, WORDS, st.builds(DocumentEntity, st.lists(SELECTIONS, min_size=1)))
    | answers(),
    "audio": temporal() | answers(),
    "conversational": objects(CONVERSATION_ENTITIES) | answers() | answers(message_id=WORDS),
    "chat": st.one_of(
        st.builds(lambda name, ids: SingleSelection(name, "p", ids[0]), FEATURES, MESSAGES),
        st.builds(MultiSelection, FEATURES, WORDS, MESSAGES, uuid=UUIDS),
        st.builds(Ranking, FEATURES, WORDS, MESSAGES, uuid=UUIDS),
        answers(),
    ),
    "html": answers(),
    "geo": objects(
        DEGREES
        | st.builds(Line, st.lists(DEGREES, min_size=2, max_size=4))
        | st.builds(Polygon, st.lists(DEGREES, min_size=3, max_size=4))
    )
    | answers(),
}


@st.composite
def related(draw: st.DrawFn) -> list[Any]:
    """Two objects and a relationship between them."""
    ends = [Object(draw(WORDS), draw(BOXES), uuid=UUID(int=number)) for number in (1, 2)]
    edge = Relationship(
        draw(WORDS),
        source=ends[0],
        target=ends[1],
        bidirectional=draw(st.booleans()),
        readonly=draw(st.sampled_from([None, False])),
    )
    return [*ends, edge]


def labels(annotations: Drawn) -> Drawn:
    """Labels of some annotations."""
    keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
    return st.builds(
        Label,
        st.builds(DataRow, global_key=keys) | st.builds(DataRow, id=IDS),
        annotations,
        benchmark=st.booleans(),
    )
