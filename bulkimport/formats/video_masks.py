"""Masks of a video: rows that hold images by frame and, for all of them, instances by colour.

An instance is a colour wherever it occurs in its row, so within one row a feature has one colour
and a colour is one feature. An export may change colours from frame to frame: a frame that does not
fit the rows begun so far begins another row. Two rows never share an image; they share a frame only
when the export has several images for it.
"""

from dataclasses import dataclass, field

from bulkimport.formats.binding import Binding
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.payloads import WHITE
from bulkimport.formats.shape import JSON, Malformed, list_of, object_of, whole_of
from bulkimport.formats.timeline import Timeline

Colour = tuple[int, ...]


@dataclass(slots=True)
class Composite:
    """Frames whose colours agree: images by frame, and which colour each feature has."""

    images: dict[int, str] = field(default_factory=dict)
    colours: dict[str, Colour] = field(default_factory=dict)

    def takes(self, frame: int, shown: dict[str, Colour]) -> bool:
        """Whether an image with these features fits beside the others."""
        if frame in self.images:
            return False
        owners = {colour: feature for feature, colour in self.colours.items()}
        return len(set(shown.values())) == len(shown) and all(
            self.colours.get(feature, colour) == colour and owners.get(colour, feature) == feature
            for feature, colour in shown.items()
        )

    def add(self, frame: int, url: str, shown: dict[str, Colour]) -> None:
        """Take an image."""
        self.images[frame] = url
        self.colours.update(shown)


def is_mask(thing: JSON) -> bool:
    """Whether an object of a frame is a mask."""
    return any(thing.get(member) is not None for member in ("composite_mask", "mask"))


def mask_rows(timeline: Timeline, binding: Binding, losses: Losses) -> list[JSON]:
    """The payloads of all rows that the label's masks need."""
    features: dict[str, JSON] = {}
    composites: list[Composite] = []
    for frame, url, shown in _images(timeline, features, losses):
        _place(composites, frame, url, shown=shown)
    seen = [feature for composite in composites for feature in composite.colours]
    losses.add(Loss.MASK_COLOURS, len(seen) - len(set(seen)))
    losses.add(Loss.MASK_ANSWERS, sum(bool(f.get("classifications")) for f in features.values()))
    return [_payload(composite, features, binding) for composite in composites]


def _images(
    timeline: Timeline, features: dict[str, JSON], losses: Losses
) -> list[tuple[int, str, dict[str, Colour]]]:
    """Every image once: its frame, its URL, and the colour of each feature on it."""
    shown: dict[tuple[int, str], dict[str, Colour]] = {}
    for feature, track in timeline.objects.items():
        for when, thing in track:
            if is_mask(thing):
                features[feature] = thing
                url, colour = _image(thing)
                shown.setdefault((when, url), {})[feature] = colour
    losses.add(Loss.MASK_URLS, len(shown))
    return [(when, url, colours) for (when, url), colours in sorted(shown.items(), key=_frame)]


def _frame(image: tuple[tuple[int, str], dict[str, Colour]]) -> int:
    return image[0][0]


def _image(thing: JSON) -> tuple[str, Colour]:
    composite = thing.get("composite_mask") is not None
    mask = object_of(thing["composite_mask" if composite else "mask"], "mask")
    url = mask.get("url")
    if not isinstance(url, str):
        raise Malformed("url", expected="the URL of a mask", found=url)
    channels = list_of(mask.get("color_rgb"), "color_rgb") if composite else WHITE
    return url, tuple(whole_of(channel, "color_rgb") for channel in channels)


def _place(composites: list[Composite], frame: int, url: str, *, shown: dict[str, Colour]) -> None:
    for composite in composites:
        if composite.takes(frame, shown):
            composite.add(frame, url, shown)
            return
    composites.append(Composite())
    composites[-1].add(frame, url, shown)


def _payload(composite: Composite, features: dict[str, JSON], binding: Binding) -> JSON:
    frames = [{"index": frame, "instanceURI": url} for frame, url in composite.images.items()]
    instances = [
        {
            "colorRGB": list(colour),
            **binding.bind_named(features[feature], member="featureSchemaId"),
        }
        for feature, colour in composite.colours.items()
    ]
    return {"masks": {"frames": frames, "instances": instances}}
