"""Rows written as the platform exports them, by hand from the format notes: the way there.

Nothing here is shared with `bulkimport/formats`, which is the way back. Two things a row does not
say are said by members that are no row's: `export_in` (`timestamp` for audio) and `export_kind`
(`checklist`) of a question with frames; `plain` leaves them out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

JSON = dict[str, Any]
PROJECT = "project-1"
KEYS = {"messageId": "message_id", "modelConfigName": "model_config_name"}


def data_row(
    labels: Sequence[Sequence[JSON]], *, key: str = "a.jpg", project: str = PROJECT, **members: Any
) -> JSON:
    """One data row of an export; `labels` are the rows of each of its labels."""
    return {
        "data_row": {"id": f"{key:x<25.25}", "global_key": key, "row_data": "https://h/a"},
        "media_attributes": {"height": 100, "width": 200},
        "projects": {
            project: {
                "name": project.title(),
                "labels": [label(rows, number) for number, rows in enumerate(labels)],
                "project_details": {},
            }
        },
        **members,
    }


def label(rows: Sequence[JSON], number: int = 0) -> JSON:
    """One label; a row's `uuid` is taken for its feature id."""
    annotations: JSON = {"objects": [], "classifications": [], "relationships": []}
    for row in rows:
        _add(annotations, row)
    return {
        "label_kind": "Video" if "frames" in annotations else "Default",
        "version": "1.0.0",
        "id": f"label-{number}",
        "label_details": {},
        "annotations": annotations,
    }


def plain(part: Any) -> Any:
    """A row without the members that are no row's."""
    if isinstance(part, list):
        return [plain(one) for one in part]
    if isinstance(part, dict):
        return {name: plain(one) for name, one in part.items() if not name.startswith("export_")}
    return part


def write(path: Path, exported: Iterable[JSON]) -> Path:
    """Write an export as NDJSON."""
    path.write_text("".join(json.dumps(one) + "\n" for one in exported))
    return path


def _add(annotations: JSON, row: JSON) -> None:
    feature = _feature(row)
    if "segments" in row:
        _add_segments(annotations, row, feature)
    elif "masks" in row:
        _add_masks(annotations, row)
    elif "relationship" in row:
        ends = row["relationship"]
        inside = {end: ends[end] for end in ("source", "target")}
        annotations["relationships"].append({**feature, f"{ends['type']}_relationship": inside})
    elif "answer" in row and _frames_in(row["answer"]):
        _add_timed(annotations, row, feature)
    elif "answer" in row:
        annotations["classifications"].append({**feature, **_answered(row)})
    else:
        annotations["objects"].append({**feature, **_payload(row), **_nested(row)})


def _feature(row: JSON) -> JSON:
    name = row.get("name")
    ids = {"feature_id": row["uuid"]} if "uuid" in row else {}
    return {**ids, "feature_schema_id": f"schema-{name}", "name": name, "value": str(name).lower()}


def _payload(row: JSON) -> JSON:
    if "page" in row:
        box = {**row["bbox"], "unit": row["unit"].lower()}
        return {"page_number": row["page"], "bounding_box": box, "page_dimensions": {"height": 9}}
    if "bbox" in row:
        return {"annotation_kind": "ImageBoundingBox", "bounding_box": row["bbox"]}
    if "mask" in row:
        mask = row["mask"]
        inside = {"url": mask["instanceURI"], "color_rgb": mask["colorRGB"]}
        return {"annotation_kind": "ImageSegmentationMask", "composite_mask": inside}
    if "messageEvaluationTask" in row:
        return _task(row["messageEvaluationTask"])
    shapes = {kind: row[kind] for kind in ("polygon", "line", "point") if kind in row}
    return shapes or _span(row)


def _span(row: JSON) -> JSON:
    if "messageId" in row:
        place = {"message_id": row["messageId"], "location": row["location"]}
        return {"conversational_location": place}
    if "location" in row:
        span = row["location"]
        return {"location": {**span, "token": "x" * (span["end"] - span["start"] + 1)}}
    return {"location": {"groups": [_group(selection) for selection in row["textSelections"]]}}


def _group(selection: JSON) -> JSON:
    place = {"id": selection["groupId"], "page_number": selection["page"]}
    return {**place, "tokens": selection["tokenIds"], "text": "some words"}


def _task(task: JSON) -> JSON:
    data = task["data"]
    if task["format"] == "message-single-selection":
        return {
            "selected_message": {**_message(data), "parent_message_id": data["parentMessageId"]}
        }
    member, inside, given = {
        "message-multi-selection": ("selected_messages", "messages", "selectedMessages"),
        "message-ranking": ("ranked_messages", "ranked_messages", "rankedMessages"),
    }[task["format"]]
    messages = [_message(message) for message in data[given]]
    return {member: {inside: messages, "parent_message_id": data["parentMessageId"]}}


def _message(message: JSON) -> JSON:
    renamed = {KEYS[old]: message[old] for old in KEYS}
    return renamed | ({"order": message["order"]} if "order" in message else {})


def _answered(row: JSON) -> JSON:
    """A classification's own members."""
    answer, message = row["answer"], row.get("messageId")
    about = {} if message is None else {"message_id": message}
    kind = "" if message is None else "conversational_"
    if isinstance(answer, str):
        return {**about, f"{kind}text_answer": {"content": answer, **_nested(row)}}
    if isinstance(answer, list):
        return {**about, f"{kind}checklist_answers": [_option(option) for option in answer]}
    return {**about, f"{kind}radio_answer": _option(answer)}


def _option(option: JSON) -> JSON:
    return {"name": option["name"], "value": option["name"].lower(), **_nested(option)}


def _nested(parent: Mapping[str, Any]) -> JSON:
    inside = [
        {"name": question["name"], **_answered(question)}
        for question in parent.get("classifications", ())
    ]
    return {"classifications": inside}


# --- video and audio ---------------------------------------------------------------------------


def _frame(annotations: JSON, when: int, where: str = "frames") -> JSON:
    frames = annotations.setdefault(where, {})
    return frames.setdefault(str(when), {"objects": {}, "classifications": []})


def _add_segments(annotations: JSON, row: JSON, feature: JSON) -> None:
    key, frames = row["uuid"], []
    for segment in row["segments"]:
        for keyframe in segment["keyframes"]:
            kind = next(kind for kind in ("bbox", "point", "line") if kind in keyframe)
            named = {"bbox": "bounding_box"}.get(kind, kind)
            drawn = {**feature, named: keyframe[kind], **_nested(keyframe)}
            _frame(annotations, keyframe["frame"])["objects"][key] = drawn
            frames.append(keyframe["frame"])
    ends = [[s["keyframes"][0]["frame"], s["keyframes"][-1]["frame"]] for s in row["segments"]]
    annotations.setdefault("segments", {})[key] = ends
    annotations.setdefault("key_frame_feature_map", {})[key] = frames


def _add_masks(annotations: JSON, row: JSON) -> None:
    for frame in row["masks"]["frames"]:
        for instance in row["masks"]["instances"]:
            mask = {"url": frame["instanceURI"], "color_rgb": instance["colorRGB"]}
            feature = f"mask-{instance['name']}"
            drawn = {"feature_id": feature, "name": instance["name"], "composite_mask": mask}
            _frame(annotations, frame["index"])["objects"][feature] = drawn


def _frames_in(answer: Any) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(isinstance(one, dict) and "frames" in one for one in given)


def _add_timed(annotations: JSON, row: JSON, feature: JSON) -> None:
    """A question at every moment at which its answer changes, and its ranges."""
    where = "timestamp" if row.get("export_in", "frames") == "timestamp" else "frames"
    ranges = _ranges(row["answer"])
    for start, end in ranges:
        for when in sorted({w for w in _changes(row["answer"]) if start <= w <= end} | {start}):
            asked = {**feature, **_at(row, when)}
            _frame(annotations, when, where)["classifications"].append(asked)
    annotations.setdefault("segments", {})[row["uuid"]] = ranges


def _given(answer: Any) -> list[JSON]:
    return answer if isinstance(answer, list) else [answer]


def _ranges(answer: Any) -> list[list[int]]:
    spans = sorted((s["start"], s["end"]) for one in _given(answer) for s in one["frames"])
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + 1:
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([start, end])
    return joined


def _changes(answer: Any) -> set[int]:
    changes = set()
    for one in _given(answer):
        changes |= {moment for s in one["frames"] for moment in (s["start"], s["end"] + 1)}
        for question in one.get("classifications", ()):
            changes |= _changes(question["answer"])
    return changes


def _at(question: JSON, when: int) -> JSON:
    """What a question's answer is at one moment."""
    held = [
        one
        for one in _given(question["answer"])
        if any(s["start"] <= when <= s["end"] for s in one["frames"])
    ]
    if any("value" in one for one in held):
        return {"text_answer": {"content": held[0]["value"], **_nested_at(held[0], when)}}
    options = [{"name": one["name"], **_nested_at(one, when)} for one in held]
    if question.get("export_kind", "radio") == "checklist":
        return {"checklist_answers": options}
    return {"radio_answer": options[0]}


def _nested_at(one: JSON, when: int) -> JSON:
    asked = [
        {"name": question["name"], **_at(question, when)}
        for question in one.get("classifications", ())
        if any(
            s["start"] <= when <= s["end"] for a in _given(question["answer"]) for s in a["frames"]
        )
    ]
    return {"classifications": asked}
