"""One rule for everything that can be wrong, and a sentence for each that a person can act on."""

import re

import pytest

from bulkimport.engine.judging import FATE_PATHS
from bulkimport.native import CODES
from bulkimport.rows.rules import (
    CAUTION_RULES,
    CODE_RULES,
    CONVERSION_RULES,
    FATE_RULES,
    Rule,
    Severity,
)
from bulkimport.shards.group import Caution, Fate

RULES = {**CODE_RULES, **CONVERSION_RULES, **FATE_RULES, **CAUTION_RULES}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def test_every_code_of_the_scan_has_its_rule() -> None:
    """In the order of the codes; only `ok` needs none."""
    assert ("ok", *CODE_RULES) == CODES


def test_every_fault_that_rows_have_together_has_its_rule() -> None:
    """And a path that says where to look in the row."""
    assert set(FATE_RULES) == set(FATE_PATHS) == set(Fate)
    assert set(CAUTION_RULES) == set(Caution)


def test_only_cautions_are_warnings() -> None:
    """What is warned of is sent; what is refused is an error."""
    warned = {name for name, rule in RULES.items() if rule.severity is Severity.WARNING}

    assert warned == set(CAUTION_RULES)


@every_rule
def test_a_rule_speaks_plainly(rule: Rule) -> None:
    """A slug for programs; for people what is wrong, in one line, and what would be right."""
    assert re.fullmatch(r"R-[A-Z]+-([0-9]+|[A-Z]+)", rule.slug)
    for words in (rule.sentence, rule.expected):
        assert 4 <= len(words) <= 200
        assert words == words.strip()
        assert "\n" not in words
        assert not words.endswith(".")
        assert set(re.findall(r"{(\w+)}", words)) <= {"found"}
