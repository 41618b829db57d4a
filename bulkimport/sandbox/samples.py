"""Made-up image annotations, the same for the same seed: for rehearsals, proofs and measurements.

Boxes, polygons, points, radio, checklist and nested answers, about ten to a data row.
"""

import json
import random
import uuid
from collections.abc import Iterator
from typing import Final

ROWS_PER_DATA_ROW: Final = 10

ONTOLOGY: Final = {
    "tools": [
        {"tool": "rectangle", "name": "vehicle", "color": "#e6194b", "classifications": []},
        {"tool": "polygon", "name": "building", "color": "#3cb44b", "classifications": []},
        {"tool": "point", "name": "corner", "color": "#4363d8", "classifications": []},
    ],
    "classifications": [
        {
            "type": "radio",
            "name": "weather",
            "instructions": "weather",
            "options": [{"label": name, "value": name} for name in ("sunny", "rain", "snow")],
        },
        {
            "type": "checklist",
            "name": "content",
            "instructions": "content",
            "options": [{"label": name, "value": name} for name in ("people", "animals", "signs")],
        },
        {
            "type": "radio",
            "name": "scene",
            "instructions": "scene",
            "options": [
                {
                    "label": "street",
                    "value": "street",
                    "options": [
                        {
                            "type": "radio",
                            "name": "surface",
                            "instructions": "surface",
                            "options": [
                                {"label": name, "value": name} for name in ("asphalt", "gravel")
                            ],
                        }
                    ],
                },
                {"label": "indoors", "value": "indoors"},
            ],
        },
    ],
}


def data_row_key(number: int) -> str:
    """The global key of the `number`-th data row."""
    return f"image-{number:08d}.jpg"


def rows(count: int, *, seed: int = 0, with_uuids: bool = True) -> Iterator[bytes]:
    """Yield `count` rows as JSON lines without line end, data row by data row.

    Each data row has one answer to each question at most and tools for the rest. Costs some three
    microseconds a row.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data
    for number in range(count):
        data_row, place = divmod(number, ROWS_PER_DATA_ROW)
        name = str(uuid.UUID(int=chance.getrandbits(128), version=4)) if with_uuids else ""
        head = f'"uuid":"{name}",' if name else ""
        key = f'"dataRow":{{"globalKey":"{data_row_key(data_row)}"}}'
        yield f"{{{head}{key},{_payload(place, chance)}}}".encode()


def ontology_text() -> str:
    """The ontology these rows bind to, as JSON text."""
    return json.dumps(ONTOLOGY)


def _payload(place: int, chance: random.Random) -> str:
    if place == 0:
        return f'"name":"weather","answer":{{"name":"{chance.choice(("sunny", "rain", "snow"))}"}}'
    if place == 1:
        return '"name":"content","answer":[{"name":"people"},{"name":"signs"}]'
    if place == 2:  # noqa: PLR2004 - the third of ten
        nested = (
            f'{{"name":"surface","answer":{{"name":"{chance.choice(("asphalt", "gravel"))}"}}}}'
        )
        return f'"name":"scene","answer":{{"name":"street","classifications":[{nested}]}}'
    x, y = chance.randrange(1800), chance.randrange(1000)
    if place % 3 == 0:
        size = f'"height":{chance.randrange(8, 400)},"width":{chance.randrange(8, 400)}'
        return f'"name":"vehicle","bbox":{{"top":{y},"left":{x},{size}}}'
    if place % 3 == 1:
        return f'"name":"corner","point":{{"x":{x}.5,"y":{y}.25}}'
    points = ",".join(
        f'{{"x":{x + across},"y":{y + down}}}'
        for across, down in ((0, 0), (40, 4), (61, 35), (30, 70), (chance.randrange(9), 40))
    )
    return f'"name":"building","polygon":[{points}]'
