"""Faults on purpose: what goes wrong, for which operation, how often.

A plan is JSON, given at the start or to `/_sandbox/faults` while the sandbox runs:

    {"seed": 7, "faults": [
       {"operation": "createLabelImport", "fault": "reset-after", "probability": 0.2},
       {"operation": "labelImport", "fault": "throttle", "count": 3, "retry_after": 2},
       {"operation": "*", "fault": "delay", "seconds": 0.5, "after": 10}]}

`operation` is a root field of the schema, `download`, `download:statuses` or `download:errors` for
those files of an import alone, `labellerr` for all of Labellerr's calls or one of them:
`labellerr:project`, `:upload_answers`, `:upload_answers_status`, `:direct-upload-url`,
`:upload-url`, `:project_files`, `:files`, `:dataset`, `:file_data`; or `*` for all. `probability`
(1) decides each time, `count` (no end) says how often at most, `after` (0) how many times to let
pass first.

    fault             what happens                                         further fields
    delay             the answer is late                                   seconds (1)
    throttle          429 before anything is done                          retry_after (none):
                                                                           seconds, or "date"
                                                                           with seconds (1)
    refuse            an error of the service, nothing done                code (required), message,
                                                                           status (200)
    error-before      5xx, nothing done                                    status (503)
    error-after       5xx, all done                                        status (502)
    reset-before      connection reset, nothing done                       bytes (0) read first
    reset-after       connection reset, all done
    late-commit       connection reset, all done later                     seconds (5)
    truncated-reply   half of the answer, all done
    slow-body         the upload is read slowly                            bytes_per_second (65536)
    too-large         413 for a request over so many bytes                 bytes (required)
    fail-import       the import ends FAILED, the job `failed`             message
    drop-status-rows  the last lines are missing in the status file        rows (1)
    unreachable-url   hosts count as out of reach                          hosts (all)
    slow-task         a task of data rows is IN_PROGRESS for a while       seconds (1)
    slow-processing   new data rows are processed only after a while       seconds (1)
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bulkimport.errors import UsageError

# At most one of each group strikes a request, and after one of BEFORE nothing else does: a fault
# that is counted has happened.
BEFORE: Final = frozenset({"throttle", "refuse", "error-before", "reset-before", "too-large"})
AFTER: Final = frozenset({"error-after", "reset-after", "late-commit", "truncated-reply"})
BESIDE: Final = frozenset(
    {
        *("delay", "slow-body", "fail-import", "drop-status-rows", "unreachable-url"),
        *("slow-task", "slow-processing"),
    }
)
NAMES: Final = BEFORE | AFTER | BESIDE
NEEDED: Final = MappingProxyType({"too-large": "bytes", "refuse": "code"})
EVERY_OPERATION: Final = "*"


@dataclass(kw_only=True)
class Rule:
    """One line of a plan and how often it was asked and struck."""

    operation: str
    fault: str
    probability: float = 1.0
    count: int | None = None
    after: int = 0
    fields: Mapping[str, Any]
    asked: int = 0
    injected: int = 0

    def strikes(self, operation: str, chance: random.Random) -> bool:
        """Decide for one request, and count it."""
        if self.operation not in (operation, operation.partition(":")[0], EVERY_OPERATION):
            return False
        self.asked += 1
        if self.asked <= self.after or (self.count is not None and self.injected >= self.count):
            return False
        if chance.random() >= self.probability:
            return False
        self.injected += 1
        return True

    def told(self) -> dict[str, Any]:
        """Write the rule as JSON, with its counts."""
        own = {"operation": self.operation, "fault": self.fault}
        limits = {"probability": self.probability, "count": self.count, "after": self.after}
        counts = {"asked": self.asked, "injected": self.injected}
        return {**own, **limits, **self.fields, **counts}


class Faults:
    """The plan in force. Equal seeds and equal requests give equal faults."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        """Raises UsageError for a plan that says something unknown."""
        self._seed = plan.get("seed", 0)
        self._chance = random.Random(self._seed)  # noqa: S311 - repeatable, not secret
        self._rules = [rule(line) for line in plan.get("faults", ())]

    def draw(self, operation: str, size: int = 0) -> dict[str, Mapping[str, Any]]:
        """Return the faults that strike this request of `size` bytes, by name."""
        struck: dict[str, Mapping[str, Any]] = {}
        for group in (BEFORE, BESIDE, AFTER):
            for each in self._rules:
                if each.fault not in group or (group is not BESIDE and group & struck.keys()):
                    continue
                fits = each.fault != "too-large" or size > each.fields["bytes"]
                if fits and each.strikes(operation, self._chance):
                    struck.setdefault(each.fault, each.fields)
            if BEFORE & struck.keys():
                break
        return struck

    def told(self) -> dict[str, Any]:
        """Write the plan as JSON with what was injected, by operation and fault as asked for."""
        return {"seed": self._seed, "faults": [each.told() for each in self._rules]}


def rule(line: Mapping[str, Any]) -> Rule:
    """Read one line of a plan; raises UsageError."""
    known = {"operation", "fault", "probability", "count", "after"}
    own = {name: value for name, value in line.items() if name in known}
    fields = {name: value for name, value in line.items() if name not in known}
    if own.get("fault") not in NAMES or not isinstance(own.get("operation"), str):
        raise UsageError(
            f"no such fault: {line!r}", remedy=f"faults are {', '.join(sorted(NAMES))}"
        )
    for fault, needed in NEEDED.items():
        if own["fault"] == fault and needed not in fields:
            raise UsageError(f"{fault} needs {needed}")
    return Rule(**own, fields=fields)
