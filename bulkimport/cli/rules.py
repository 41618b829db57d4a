"""The flags that say which rules hold: medium, kind, ontology, and how severely."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bulkimport.cli.options import flag
from bulkimport.errors import UsageError
from bulkimport.model import Kind
from bulkimport.rows.ruling import (
    CRS_OF_THE_WIRE,
    MEDIA,
    Emphasis,
    Ruling,
    Tier,
    read_denied,
    read_media,
    read_rules,
)
from bulkimport.rows.snapshot import Snapshot

Media = Annotated[
    str | None,
    flag("--media", f"What the data rows are: {', '.join(MEDIA)}; the wire's names too."),
]
CheckKind = Annotated[
    Kind | None, flag("--kind", "labels or prelabels: adds the rules of that kind of import.")
]


@dataclass(frozen=True)
class RuleFlags:
    """Flags that say which rules hold, and how severely."""

    ontology: Annotated[
        Path | None,
        flag("--ontology", "A file with the ontology that names are held to, or a snapshot."),
    ] = None
    strict: Annotated[bool, flag("--strict", "Warnings reject rows too.")] = False
    allow: Annotated[
        list[str] | None, flag("--allow", "Switch a rule off, by its id; may be repeated.")
    ] = None
    deny: Annotated[
        list[str] | None, flag("--deny", "Let a rule reject rows, by its id; may be repeated.")
    ] = None
    no_derived: Annotated[
        bool, flag("--no-derived", "Switch off rules that are written nowhere and only follow.")
    ] = False
    tier: Annotated[
        Tier | None,
        flag(
            "--tier",
            "The account's plan, which limits ground truth (R-FILE-7); needs --kind labels.",
        ),
    ] = None

    def read(self, media: str | None, kind: Kind | None, *, now: float) -> Ruling:
        """What rows are held against. Raises UsageError for what cannot be meant.

        A file of `labelbox projects snapshot` says the medium too; a word for it counts before.
        """
        if self.tier is not None and kind is not Kind.LABELS:
            remedy = "add --kind labels, or leave it out"
            raise UsageError("limits ground truth only", place="--tier", remedy=remedy)
        snapshot = Snapshot.read(self.ontology) if self.ontology else None
        if snapshot and snapshot.media_type:
            media = media or snapshot.media_type
        return Ruling(
            media=read_media(media) if media else None,
            crs=CRS_OF_THE_WIRE.get(media.upper()) if media else None,
            kind=kind,
            ontology=snapshot.ontology if snapshot else None,
            emphasis=self._emphasis(),
            now=int(now),
            tier=self.tier,
        )

    def data_rows(self) -> Path | None:
        """The file with the project's data rows, if the snapshot has one."""
        return Snapshot.read(self.ontology).data_rows if self.ontology else None

    def _emphasis(self) -> Emphasis:
        return Emphasis(
            strict=self.strict,
            allow=read_rules(self.allow or [], place="--allow"),
            deny=read_denied(self.deny or []),
            derived=not self.no_derived,
        )
