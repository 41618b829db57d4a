"""Judges answers: whether they fit the question and name options the ontology has."""

from collections.abc import Mapping
from typing import Any, Final

from bulkimport.sandbox.features import Feature, Names, find
from bulkimport.sandbox.verdicts import invalid, unknown

TEXTS: Final = frozenset({"text", "prompt", "response-text"})
CHOICES: Final = frozenset(
    {"radio", "checklist", "dropdown", "response-radio", "response-checklist"}
)


def check_answer(node: Mapping[str, Any], question: Feature) -> None:
    """Judge `answer` of a row or of a question below one; raises Unfit."""
    answer = node["answers"] if "answers" in node else node.get("answer")
    check_frames(node)
    if question.kind in TEXTS:
        _check_text(answer, question)
    elif question.kind in CHOICES:
        _check_choices(answer, question)
    else:
        raise invalid(f"a {question.kind} takes no answer")


def check_questions(nodes: object, questions: Names) -> None:
    """Judge the `classifications` below an object or an answer."""
    if not isinstance(nodes, list):
        raise invalid("classifications must be a list")
    for node in nodes:
        if not isinstance(node, dict):
            raise invalid("a classification must be an object")
        question = find(questions, node)
        if question is None:
            raise unknown(node)
        check_answer(node, question)


def check_frames(node: Mapping[str, Any]) -> None:
    """Judge `frames`, if any: whole numbers, from a start to an end not before it."""
    spans = node.get("frames")
    if spans is not None and not isinstance(spans, list):
        raise invalid("frames must be a list of {start, end}")
    for span in spans or ():
        if not isinstance(span, dict):
            raise invalid("frames must be a list of {start, end}")
        start, end = span.get("start"), span.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start <= end:
            raise invalid("frames must run from a start to an end not before it")


def _check_text(answer: object, question: Feature) -> None:
    if isinstance(answer, str):
        return
    if not isinstance(answer, list) or not answer:
        raise invalid("the answer of a text question must be a text")
    for part in answer:
        if not isinstance(part, dict) or not isinstance(part.get("value"), str):
            raise invalid("a temporal text answer must have a value")
        check_frames(part)
        if "classifications" in part:
            check_questions(part["classifications"], question.children)


def _check_choices(answer: object, question: Feature) -> None:
    chosen = [answer] if isinstance(answer, dict) else answer
    if not isinstance(chosen, list) or not chosen:
        raise invalid(f"the answer of a {question.kind} must name an option")
    plain = []
    for choice in chosen:
        if not isinstance(choice, dict):
            raise invalid("an answer must be an object")
        option = find(question.options, choice)
        if option is None:
            raise unknown(choice)
        check_frames(choice)
        if "classifications" in choice:
            check_questions(choice["classifications"], option.children)
        if "frames" not in choice:
            plain.append(id(option))
    if len(set(plain)) < len(plain):
        raise invalid("the same option is chosen twice")
    if question.kind.endswith("radio") and len(plain) > 1:
        raise invalid("a radio question has one answer")
