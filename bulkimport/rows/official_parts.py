"""What all annotations of the official SDK have: a kind, a feature, scores, sometimes a uuid."""

from typing import Any
from uuid import UUID

from bulkimport.rows.builders.features import Feature, Metrics

# An object of labelbox.types, known by its attributes: the package may not be there to name it.
Official = Any

PACKAGE = "labelbox."


def official_kind(given: object) -> str | None:
    """The name of the SDK's class that an object is of, or that its class inherits from first."""
    for kind in type(given).__mro__:
        if kind.__module__.startswith(PACKAGE):
            return kind.__name__
    return None


def feature_of(named: Official) -> str | Feature:
    """The feature of an annotation or option, by all the names that it was given."""
    if named.feature_schema_id is None:
        return str(named.name)
    return Feature(named.name, named.feature_schema_id)


def given_uuid(annotation: Official) -> str | None:
    """The uuid that the author of an annotation gave it; the SDK's own random ones are None."""
    given = annotation.extra.get("uuid") if annotation.extra else None
    if given is None and annotation.__pydantic_extra__:
        given = annotation.__pydantic_extra__.get("_uuid")
    if given is None:
        own = _own_uuid(annotation)
        given = None if isinstance(own, UUID) else own
    return None if given is None else str(given)


def any_uuid(annotation: Official) -> str | None:
    """The uuid of an annotation, random or not."""
    own = _own_uuid(annotation)
    return None if own is None else str(own)


def confidence_of(*scored: Official) -> float | None:
    """The first confidence among an annotation and its value; 0 is one."""
    given = (getattr(one, "confidence", None) for one in scored)
    return next((confidence for confidence in given if confidence is not None), None)


def metrics_of(*scored: Official) -> Metrics:
    """The first custom metrics among an annotation and its value."""
    given = (getattr(one, "custom_metrics", None) for one in scored)
    found: list[Official] = next((metrics for metrics in given if metrics), [])
    return [(metric.name, metric.value) for metric in found]


def _own_uuid(annotation: Official) -> object:
    # Where pydantic keeps private attributes: asked by name, it looks in five places before.
    return (annotation.__pydantic_private__ or {}).get("_uuid")
