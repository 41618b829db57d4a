"""The table of rules is whole, its examples do what they say, and docs/rules.md is made from it.

Run this file to write docs/rules.md anew.
"""

from pathlib import Path

import numpy as np
import pytest

from bulkimport.engine.mask_rules import MASK_RULES
from bulkimport.engine.membership import LABELLED, OUTSIDE
from bulkimport.findings import CLUE, LINK, MEASURE
from bulkimport.model import Kind
from bulkimport.native import COCO_RULES, CODES, ROW, Checker, explain
from bulkimport.rows.assets import ASSET, Assets
from bulkimport.rows.rulebook import Rule, Severity, rulebook
from bulkimport.rows.rules import CAUTION_RULES, CODE_RULES, CONVERSION_RULES, FATE_RULES
from bulkimport.rows.ruling import Ruling
from bulkimport.rows.terms import Terms
from bulkimport.rows.whole_input import ADVICE
from bulkimport.shards.company import Company, judge_company
from bulkimport.shards.relationships import judge_relationships
from bulkimport.shards.sizes import judge_sizes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
RULES = rulebook()
NATIVE = frozenset(Ruling().checker().rules)
NOBODY = Company(
    *(np.empty(0, kind) for kind in (ROW, np.int64, np.uint32, np.bool_, CLUE, LINK, MEASURE))
)
TOGETHER = frozenset(
    (
        *judge_company(NOBODY, uuids=np.empty(0, np.uint64), terms=Terms()),
        *judge_relationships(NOBODY, Terms()),
        *(OUTSIDE, LABELLED),
        *judge_sizes(NOBODY, Assets(np.empty(0, ASSET)), media="any"),
    )
)
BY_ROW = [
    rule
    for rule in RULES.values()
    if rule.slug in NATIVE and rule.example.breaks and rule.severity is not Severity.NORMALISED
]
# Long before any address in an example was signed to end.
NOW = 1_800_000_000


def checker(rule: Rule) -> Checker:
    """The checker for a rule's example."""
    example = rule.example
    kind = Kind(example.kind) if example.kind else None
    ruling = Ruling(example.media, kind, example.ontology or None, now=NOW)
    return ruling.checker()


def slugs(rule: Rule, rows: str) -> set[str]:
    """Every rule that the rows break, by the scan or by the check; R-CONF-2 may join others."""
    held, found = checker(rule), set()
    for line in filter(None, rows.encode().split(b"\n")):
        code = explain(line).code
        if code != CODES[0]:
            found.add(CODE_RULES[code].slug)
        else:
            found |= {finding.slug for finding in held.explain(line)}
    return found


@pytest.mark.parametrize("rule", BY_ROW, ids=lambda rule: rule.slug)
def test_the_example_that_breaks_a_rule_draws_only_that_rule(rule: Rule) -> None:
    """So that each rule is known by itself."""
    found = slugs(rule, rule.example.breaks)

    assert rule.slug in found
    assert found - {rule.slug, "R-CONF-2"} == set()


@pytest.mark.parametrize("rule", BY_ROW, ids=lambda rule: rule.slug)
def test_the_example_at_the_edge_passes(rule: Rule) -> None:
    """Nothing is found in it at all."""
    assert slugs(rule, rule.example.passes) - {"R-CONF-2"} == set()


def test_every_rule_that_is_checked_anywhere_is_in_the_table() -> None:
    """The native rules, those of the scan, and those that rows have together."""
    tables = (CODE_RULES, FATE_RULES, CAUTION_RULES, CONVERSION_RULES)
    elsewhere = {rule.slug for table in tables for rule in table.values()}

    assert (NATIVE | elsewhere | MASK_RULES) - {""} <= set(RULES)


def test_no_rule_is_called_checked_that_nobody_checks() -> None:
    """Blank lines and empty sources are told without a code of their own."""
    tables = (CODE_RULES, FATE_RULES, CAUTION_RULES, CONVERSION_RULES)
    by_rows = {rule.slug for table in tables for rule in table.values()}
    # Rules of assets have a test of their own, one by one.
    of_assets = {slug for slug in RULES if slug.startswith("R-ASSET-")}
    checked = NATIVE | MASK_RULES | set(COCO_RULES) | TOGETHER | by_rows | of_assets

    claimed = {rule.slug for rule in RULES.values() if rule.is_checked}
    assert claimed - checked - ADVICE == {"R-FILE-5"}
    assert claimed >= ADVICE


def test_every_rule_says_what_is_wrong_and_what_would_be_right() -> None:
    """A sentence each, and a reason where a rule is not checked."""
    assert all(rule.sentence and rule.expected for rule in RULES.values())
    assert all(rule.checked.startswith(("yes", "not checked: ")) for rule in RULES.values())


def page() -> str:
    """docs/rules.md."""
    head = [
        "# The rules",
        "",
        "E rejects the row, W sends it with a warning, I is put right by the service.",
        "`bulkimport explain RULE` shows a row that breaks a rule and one that passes. Derived",
        "rules are written nowhere and follow from the meaning of the data; `--no-derived`",
        "switches them off.",
        "",
        "| rule | | scope | expected | checked |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {rule.slug} | {rule.severity.value} | {rule.scope}{', derived' if rule.derived else ''}"
        f" | {rule.expected.replace('|', chr(92) + '|')} | {rule.checked} |"
        for rule in RULES.values()
    ]
    return "\n".join([*head, *rows, ""])


def test_the_page_of_rules_is_made_from_the_table() -> None:
    """docs/rules.md does not drift."""
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
