"""Answers that hold for a time: the ranges of a question, split where its answer changes.

An answer given at a moment holds until the next moment at which the export has one, or until the
segment ends. Equal options are one, with all their ranges; ranges that touch are joined. A nested
question is taken the same way, so each of its ranges lies within one of its parent's.

| kind      | the row's answer                                                              |
|-----------|-------------------------------------------------------------------------------|
| radio     | one option with frames for a video, if it never changes and nests nothing;    |
|           | else a list of options with frames                                            |
| checklist | a list of options with frames                                                 |
| text      | a list of values with frames                                                  |
"""

from dataclasses import dataclass

from bulkimport.formats.answers import RADIO, TEXT, Answers, chosen, options_of
from bulkimport.formats.losses import Loss
from bulkimport.formats.shape import JSON, objects_of
from bulkimport.formats.timeline import Range, Timeline, Track, within

Spans = list[tuple[Range, JSON]]


@dataclass(frozen=True, slots=True)
class TemporalAnswers:
    """Turns questions with their times into answers with frames."""

    answers: Answers

    def answer(self, timeline: Timeline, feature: str) -> JSON | None:
        """The member `answer` of one question's row; None when nobody ever answered it."""
        track = timeline.questions[feature]
        spans = spans_of(track, timeline.ranges(feature, track))
        self.answers.losses.add(Loss.OUTSIDE, _outside(track, spans))
        options = self._options(spans)
        if not options:
            self.answers.losses.add(Loss.UNANSWERED)
            return None
        kind, _ = chosen(track[0][1])
        alone = kind in RADIO and len(options) == 1 and "classifications" not in options[0]
        return {"answer": options[0] if alone and timeline.in_frames else options}

    def _options(self, spans: Spans) -> list[JSON]:
        """Every option or text of the question, with the ranges in which it holds."""
        found: dict[str, Spans] = {}
        for span, question in spans:
            kind, _ = chosen(question)
            for option in options_of(question):
                word = "content" if kind in TEXT else "name"
                found.setdefault(str(option.get(word)), []).append((span, option))
        return [self._option(held) for held in found.values()]

    def _option(self, held: Spans) -> JSON:
        option = held[0][1]
        named = {"value": option["content"]} if "content" in option else self._bound(option)
        return {**named, "frames": frames_of([span for span, _ in held]), **self._nested(held)}

    def _bound(self, option: JSON) -> JSON:
        return self.answers.binding.bind(option)

    def _nested(self, held: Spans) -> JSON:
        found: dict[str, Spans] = {}
        for span, option in held:
            for question in objects_of(option.get("classifications"), "classifications"):
                found.setdefault(str(question.get("name")), []).append((span, question))
        questions = [
            {**self._bound(asked[0][1]), "answer": options}
            for asked in found.values()
            if (options := self._options(asked))
        ]
        return {"classifications": questions} if questions else {}


def spans_of(track: Track, ranges: list[Range]) -> Spans:
    """Each answer of a track with the stretch of time for which it holds, within its ranges."""
    spans: Spans = []
    for start, end in ranges:
        moments = within(track, (start, end))
        ends = [when - 1 for when, _ in moments[1:]] + [end]
        for place, (when, question) in enumerate(moments):
            spans.append(((start if place == 0 else when, ends[place]), question))
    return spans


def frames_of(ranges: list[Range]) -> list[JSON]:
    """Ranges in order, those that touch or overlap joined."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return [{"start": start, "end": end} for start, end in joined]


def _outside(track: Track, spans: Spans) -> int:
    return max(0, len(track) - len(spans))
