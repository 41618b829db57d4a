"""Groups of flags: written down once as a dataclass, taken by a command as one parameter."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from itertools import chain
from typing import Any, TypeGuard


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """The command with each parameter that is a dataclass spread into its fields, a flag each.

    Typer and `--help` see the fields where the parameter stands; the command is given the whole.
    """
    declared = signature(command)
    kinds = {name: parameter.annotation for name, parameter in declared.parameters.items()}
    groups = {name: kind for name, kind in kinds.items() if _is_group(kind)}

    @wraps(command)
    def gathered(**given: Any) -> None:  # noqa: ANN401 - as many types as there are flags
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    flags = chain.from_iterable(map(_flags, declared.parameters.values()))
    vars(gathered)["__signature__"] = declared.replace(parameters=list(flags))
    return gathered


def _flags(parameter: Parameter) -> Iterator[Parameter]:
    group = parameter.annotation
    found = signature(group).parameters.values() if _is_group(group) else [parameter]
    return (flag.replace(kind=Parameter.KEYWORD_ONLY) for flag in found)


def _is_group(annotation: object) -> TypeGuard[type[Any]]:
    return isinstance(annotation, type) and is_dataclass(annotation)
