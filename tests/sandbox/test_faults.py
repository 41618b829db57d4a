"""Which requests a plan of faults strikes: a decision, shown by its rows."""

from typing import Any

import pytest

from bulkimport.errors import UsageError
from bulkimport.sandbox.faults import Faults


def faults(*rules: dict[str, Any], seed: int = 0) -> Faults:
    """A plan of these rules, each for `make` unless it says otherwise."""
    return Faults({"seed": seed, "faults": [{"operation": "make", **rule} for rule in rules]})


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({}, [True, True, True, True]),
        ({"count": 2}, [True, True, False, False]),
        ({"after": 1}, [False, True, True, True]),
        ({"after": 1, "count": 1}, [False, True, False, False]),
        ({"count": 0}, [False, False, False, False]),
        ({"probability": 0}, [False, False, False, False]),
        ({"operation": "*"}, [True, True, True, True]),
        ({"operation": "other"}, [False, False, False, False]),
    ],
    ids=str,
)
def test_a_rule_strikes_as_often_as_it_says(rule: dict[str, Any], struck: list[bool]) -> None:
    """Count, pass-over, probability and operation, each by itself and together."""
    plan = faults({"fault": "throttle", **rule})

    assert [bool(plan.draw("make")) for _ in struck] == struck
    assert plan.told()["faults"][0]["injected"] == sum(struck)


def test_equal_seeds_strike_alike() -> None:
    """What went wrong can be made to go wrong again."""
    drawn = [
        [bool(faults_of_seed.draw("make")) for _ in range(100)]
        for faults_of_seed in (
            faults({"fault": "delay", "probability": 0.5}, seed=seed) for seed in (7, 7, 8)
        )
    ]

    assert drawn[0] == drawn[1] != drawn[2]
    assert 20 < sum(drawn[0]) < 80


@pytest.mark.parametrize(
    ("names", "struck"),
    [
        (["error-after", "throttle"], ["throttle"]),
        (["fail-import", "reset-before"], ["reset-before"]),
        (["throttle", "error-before"], ["throttle"]),
        (["reset-after", "error-after"], ["reset-after"]),
        (["delay", "slow-body", "late-commit"], ["delay", "late-commit", "slow-body"]),
    ],
)
def test_only_faults_that_can_show_are_counted(names: list[str], struck: list[str]) -> None:
    """Where one fault hides another, the hidden one does not count."""
    plan = faults(*({"fault": name} for name in names))

    assert sorted(plan.draw("make")) == struck
    counted = [rule["fault"] for rule in plan.told()["faults"] if rule["injected"]]
    assert sorted(counted) == struck


@pytest.mark.parametrize(("size", "struck"), [(99, False), (100, False), (101, True)])
def test_too_large_looks_at_the_size(size: int, struck: bool) -> None:  # noqa: FBT001
    """The limit itself still passes, and what passes does not count."""
    plan = faults({"fault": "too-large", "bytes": 100, "count": 1})

    assert bool(plan.draw("make", size)) is struck
    assert plan.told()["faults"][0]["injected"] == struck


@pytest.mark.parametrize(
    "rule", [{"fault": "earthquake"}, {"fault": "too-large"}, {"fault": "delay", "operation": 7}]
)
def test_a_plan_that_means_nothing_is_refused(rule: dict[str, Any]) -> None:
    """A fault that nobody knows would never strike, and nobody would notice."""
    with pytest.raises(UsageError):
        faults(rule)
