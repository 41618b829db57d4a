"""`bulkimport explain`: one rule, with a row that breaks it and one that passes."""

import difflib
from typing import Annotated

import typer

from bulkimport.cli.options import Json, Verbose
from bulkimport.cli.output import print_json, say
from bulkimport.errors import UsageError
from bulkimport.rows.rulebook import Rule, Severity, rulebook

Slug = Annotated[str | None, typer.Argument(help="The rule's id, such as R-POLY-1; none for all.")]

MEANINGS = {
    Severity.ERROR: "rows that break it are rejected",
    Severity.WARNING: "rows that break it are sent, with a warning",
    Severity.NORMALISED: "what breaks it is put right by the service, without a word",
    Severity.OFF: "switched off",
}


def explain(slug: Slug = None, json: Json = False, verbose: Verbose = False) -> None:
    """Explain a rule, with examples; without an id list all rules."""
    rules = rulebook()
    if slug is None:
        for rule in rules.values():
            typer.echo(f"{rule.slug:<11} {rule.severity.value}  {rule.expected}")
        return
    if slug not in rules:
        near = difflib.get_close_matches(slug.upper(), rules, 1)
        remedy = f"did you mean {near[0]}?" if near else "`bulkimport explain` lists all"
        raise UsageError(f"there is no rule {slug!r}", remedy=remedy)
    if json:
        print_json(rules[slug])
    else:
        say(explanation(rules[slug]))


def explanation(rule: Rule) -> str:
    """The rule for people."""
    example = rule.example
    lines = [
        f"{rule.slug}: {rule.sentence.replace('{found}', '…')}",
        f"  expected: {rule.expected}",
        f"  {MEANINGS[rule.severity]}" + ("; derived, see --no-derived" if rule.derived else ""),
    ]
    if not rule.is_checked:
        lines.append(f"  {rule.checked}")
    if example.breaks:
        lines += [f"breaks it ({example.media}):", f"  {example.breaks}"]
        lines += ["passes:", f"  {example.passes}"]
    return "\n".join(lines)
