"""A migration as its author writes it: one TOML file, read strictly.

name = "streets"

[dataset]                       # or id = "…" of one that is there
name = "streets photos"

[data_rows]
sources = ["assets.csv"]        # paths are taken from the file's own folder

[ontology]                      # or id = "…", or project = "…", to share that project's
file = "ontology.json"

[project]                       # or id = "…" of one that is there
media = "image"

[batches]
prefix = "streets-"

[annotations]
sources = ["rows.ndjson"]
kind = "labels"
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bulkimport.destinations.labelbox.batches import LOWEST_PRIORITY, Consensus
from bulkimport.destinations.labelbox.features import read_features
from bulkimport.destinations.labelbox.media import Quality, QualitySettings, wire_media
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.engine.queueing import Queueing
from bulkimport.engine.request import Shaping, default_shaping
from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.coco.choice import CocoChoice, Crowds, read_kinds
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.tables import TableFile
from bulkimport.model import Kind, OnExisting
from bulkimport.rows.ruling import Ruling, Tier
from bulkimport.rows.snapshot import Snapshot

_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "dataset": frozenset({"name", "description", "id"}),
    "data_rows": frozenset({"sources", "on_existing", "key_template", "iam"}),
    "ontology": frozenset({"name", "file", "id", "project"}),
    "project": frozenset({"name", "description", "media", "quality", "labels", "share", "id"}),
    "batches": frozenset({"prefix", "priority", "consensus"}),
    "annotations": frozenset(
        {
            *("sources", "kind", "format", "key_template", "key_map", "name_map"),
            *("coco_rows", "coco_crowds", "assets"),
        }
    ),
}
_ALONE: Final = frozenset({"name", "all_or_nothing", "tier"})


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be made under a name, or one that is there, by its id."""

    name: str = ""
    description: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class OntologyAsked:
    """An ontology to be made of `features`, or that of an id, or of a project."""

    name: str = ""
    features: Mapping[str, Any] | None = None
    id: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """Sources and what shapes their rows."""

    sources: tuple[str, ...]
    kind: Kind
    shaping: Shaping
    iam: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One migration. `digest` is that of the file, of everything it says; `tier` the account's."""

    name: str
    digest: str
    dataset: Thing
    data_rows: Sending
    ontology: OntologyAsked
    project: ProjectWanted | Thing
    batches: Queueing
    annotations: Sending | None
    all_or_nothing: bool = False
    tier: Tier | None = None


def read_job(path: Path) -> Job:
    """Read a migration. Raises SourceUnreadable, and UsageError that names what cannot be meant."""
    try:
        content = path.read_bytes()
        told = tomllib.loads(content.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable("the migration cannot be read", place=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is no TOML: {error}", place=str(path)) from error
    try:
        return _job(told, path.absolute().parent, content)
    except UsageError as error:
        if not error.place:
            error.place = str(path)
        raise
    except (TypeError, ValueError) as error:
        raise UsageError(f"cannot be meant: {error}", place=str(path)) from error


def _job(told: dict[str, Any], folder: Path, content: bytes) -> Job:
    parts = {part: _part(told, part) for part in _KNOWN}
    if unknown := sorted(told.keys() - _KNOWN.keys() - _ALONE):
        raise UsageError(f"knows no {unknown[0]!r}")
    name = str(told.get("name") or folder.name)
    tier = Tier(told["tier"]) if "tier" in told else None
    dataset, project = parts["dataset"], parts["project"]
    if not parts["data_rows"].get("sources"):
        raise UsageError("a migration needs [data_rows] with sources")
    return Job(
        name=name,
        digest=hashlib.blake2b(content, digest_size=8).hexdigest(),
        dataset=Thing(**{"name": name, **dataset}),
        data_rows=_data_rows(parts["data_rows"], folder),
        ontology=_ontology(parts["ontology"], folder, name=name),
        project=Thing(id=project["id"]) if "id" in project else _project(project, name=name),
        batches=_batches(parts["batches"], name=name),
        annotations=(
            _annotations(parts["annotations"], folder, tier) if parts["annotations"] else None
        ),
        all_or_nothing=bool(told.get("all_or_nothing", False)),
        tier=tier,
    )


def _part(told: Mapping[str, Any], part: str) -> dict[str, Any]:
    content = told.get(part, {})
    if not isinstance(content, dict):
        raise UsageError(f"[{part}] must be a table")
    if unknown := sorted(content.keys() - _KNOWN[part]):
        known = ", ".join(sorted(_KNOWN[part]))
        raise UsageError(f"[{part}] knows no {unknown[0]!r}", remedy=f"it knows {known}")
    return dict(content)


def _sources(told: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    given = told.get("sources", [])
    words = [given] if isinstance(given, str) else list(given)
    return tuple(str(folder / word) for word in words)


def _data_rows(told: Mapping[str, Any], folder: Path) -> Sending:
    own = default_shaping(Kind.DATA_ROWS)
    shaping = Shaping(
        incomplete=own.incomplete,
        rows_per_shard=own.rows_per_shard,
        conversion=Conversion(key_template=told.get("key_template")),
        on_existing=OnExisting(told.get("on_existing", OnExisting.SKIP)),
    )
    return Sending(_sources(told, folder), Kind.DATA_ROWS, shaping, iam=told.get("iam"))


def _ontology(told: Mapping[str, Any], folder: Path, *, name: str) -> OntologyAsked:
    ways = [way for way in ("file", "id", "project") if way in told]
    if len(ways) > 1:
        raise UsageError(f"[ontology] has {' and '.join(ways)}", remedy="give one of them")
    if "file" not in told:
        return OntologyAsked(id=told.get("id", ""), project=told.get("project", ""))
    path = folder / told["file"]
    features = read_features(Snapshot.read(path).ontology, place=str(path))
    return OntologyAsked(name=told.get("name", name), features=features)


def _project(told: Mapping[str, Any], *, name: str) -> ProjectWanted:
    if "media" not in told:
        raise UsageError("[project] needs media, or the id of one that is there")
    words = told.get("quality", list(Quality))
    modes = frozenset(Quality(word) for word in ([words] if isinstance(words, str) else words))
    quality = QualitySettings.of(modes, labels=told.get("labels"), share=told.get("share"))
    return ProjectWanted(
        name=told.get("name", name),
        media_type=wire_media(str(told["media"])),
        quality=quality,
        description=told.get("description", ""),
    )


def _batches(told: Mapping[str, Any], *, name: str) -> Queueing:
    return Queueing(
        project="",
        prefix=told.get("prefix", f"{name}-"),
        priority=told.get("priority", LOWEST_PRIORITY),
        consensus=_consensus(told["consensus"]) if "consensus" in told else None,
    )


def _consensus(told: Mapping[str, Any]) -> Consensus:
    if not isinstance(told, dict) or told.keys() != {"labels", "share"}:
        raise UsageError("[batches] consensus needs labels and share, and knows no more")
    return Consensus(told["labels"], told["share"])


def _annotations(told: Mapping[str, Any], folder: Path, tier: Tier | None) -> Sending:
    if "kind" not in told or not told.get("sources"):
        raise UsageError("[annotations] needs sources and a kind: labels or prelabels")
    kind = Kind(told["kind"])
    if kind is Kind.DATA_ROWS:
        raise UsageError("data rows are no annotations", remedy="labels or prelabels")
    rows, crowds = told.get("coco_rows"), told.get("coco_crowds")
    coco = None
    if rows is not None or crowds is not None:
        kinds = read_kinds(rows) if rows is not None else CocoChoice().rows
        coco = CocoChoice(kinds, Crowds(crowds) if crowds is not None else Crowds.KEEP)
    conversion = Conversion(
        format=Format(told.get("format", Format.ROWS)),
        key_template=told.get("key_template"),
        key_map=_table(told, "key_map", folder),
        name_map=_table(told, "name_map", folder),
        coco=coco,
    )
    own = default_shaping(kind)
    assets = _table(told, "assets", folder)
    # The plan of an account limits ground truth alone.
    ruling = Ruling(tier=tier) if tier is not None and kind is Kind.LABELS else None
    shaping = Shaping(
        incomplete=own.incomplete, conversion=conversion, assets=assets, ruling=ruling
    )
    return Sending(_sources(told, folder), kind, shaping)


def _table(told: Mapping[str, Any], name: str, folder: Path) -> TableFile | None:
    return TableFile.at(folder / told[name]) if name in told else None
