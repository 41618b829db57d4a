"""COCO documents into files of rows: read once, flat, spilled by image and joined.

The rows of one image lie together, in the order of the document. The work is native
(native/src/coco); here are files, maps, and words for what is refused.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bulkimport.disk import disk_trouble_at, make_folder
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds, Several
from bulkimport.formats.coco.fault import CocoFault
from bulkimport.formats.coco.features import UNCHANGED, Category, Features
from bulkimport.formats.coco.outputs import Outputs
from bulkimport.formats.coco.panoptic import Pictures, Told
from bulkimport.formats.coco.reading import (
    SECTIONS,
    Severities,
    native_severities,
    partitions_of,
    read_document,
)
from bulkimport.formats.keys import GLOBAL_KEY, ID, Key, Keys, Unmatched
from bulkimport.formats.losses import Losses
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.values import Place
from bulkimport.native import CODES, HAS_KEY, KEY_IS_ID, ROW, Coco, key_hash
from bulkimport.rows.rulebook import Rule as BookRule
from bulkimport.rows.rulebook import Severity, rulebook
from bulkimport.rows.rules import CONVERSION_RULES, Rule
from bulkimport.source.blocks import open_plain
from bulkimport.source.fingerprint import Fingerprint, stamp
from bulkimport.source.spool import Room

# Beyond the codes of the scan: a row that is not there, since its annotation was refused.
REFUSED = len(CODES)
# What the native half calls an image whose key the map does not have.
KEYLESS = "R-COCO-0"


@dataclass(slots=True)
class Documents:
    """Converts the documents of a run one after another; counts are of all so far.

    `tools` are type and name of the features that rows are bound to, in the order of categories.

    `severities` gives each rule's severity and that of its lesser case. `told` is called with the
    bytes read, and with none while rows are written; what it raises ends the conversion.
    """

    choice: CocoChoice
    maps: RowMaps
    losses: Losses
    severities: Severities
    block_bytes: int
    told: Callable[[int], None]
    objects: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    tools: dict[tuple[str, str], None] = field(default_factory=dict)

    def convert(self, path: Path, *, name: str, scratch: Path, to: Outputs) -> Fingerprint:
        """Convert one plain file, which people know as `name`, spilling to the folder `scratch`.

        Raises SourceUnreadable for what is no JSON, and DiskTrouble. Costs the document's size on
        disk, once or twice, until it returns. Memory: some 50 MiB, or the largest element twice,
        or the largest image.
        """
        make_folder(scratch)
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            descriptor = stack.enter_context(open_plain(path))
            count = partitions_of(stamp(descriptor)[0])
            native = self._native(scratch, count)
            work = _Work(native, descriptor, name, to, Room(scratch), self.told)
            prints = work.read(self.block_bytes)
            if not work.is_document():
                return prints
            with disk_trouble_at(scratch):
                self._note("R-COCO-9", native.settle())
            features = self._features(native)
            native.set_names([_names(one) for one in features])
            pictures = self._pictures(work, features)
            for number in range(count):
                work.join(number, self.maps.keys)
                work.write(pictures)
                work.finish()
            for one, used in zip(features, native.used(), strict=True):
                self.tools.update(dict.fromkeys(one.tools(used)))
        self.tools.update(pictures.used)
        self.objects.update(pictures.counts)
        self._count(work)
        return prints

    def _native(self, scratch: Path, count: int) -> Coco:
        wanted = {kind.value: kind in self.choice.rows for kind in CocoRows}
        return Coco(
            scratch,
            count=count,
            **wanted,
            crowds=self.choice.crowds is Crowds.KEEP,
            merge=self.choice.several is Several.MASK,
            severities=native_severities(self.severities),
        )

    def _features(self, native: Coco) -> list[Features]:
        names = self.maps.names or UNCHANGED
        return [Features.of(category, names) for category in map(_category, native.categories)]

    def _pictures(self, work: "_Work", features: list[Features]) -> Pictures:
        ids = [number for number, _, _ in work.native.categories]
        known = dict(zip(ids, features, strict=True))
        return Pictures(
            source=work.name,
            choice=self.choice,
            features={number: one for number, one in known.items() if work.native.knows(number)},
            severities=self.severities,
            to=work.to,
            losses=self.losses,
            warned=lambda slug: self._note(slug, 1),
        )

    def _note(self, slug: str, count: int) -> None:
        if count and self.severities[slug][0] is not Severity.OFF:
            self.warnings[slug] += count

    def _count(self, work: "_Work") -> None:
        native = work.native
        self.objects.update(dict(zip(SECTIONS, native.counts, strict=True)))
        self.warnings.update(native.warnings)
        self.losses.add_counts(native.losses)
        self.losses.add_counts({"unlabelled-data-rows": work.without_rows})


def _names(one: Features) -> tuple[str, str, str, list[str]]:
    return one.box, one.polygon, one.mask, list(one.points)


def _category(told: tuple[int, str, list[str]]) -> Category:
    number, name, keypoints = told
    return Category(number, name, tuple(keypoints))


@dataclass(slots=True)
class _Work:
    """One document on its way."""

    native: Coco
    descriptor: int
    name: str
    to: Outputs
    room: Room
    told: Callable[[int], None]
    without_rows: int = 0

    def read(self, block_bytes: int) -> Fingerprint:
        """Read it from its first byte to its last."""

        def each(consumed: int) -> None:
            self._refuse()
            self.told(consumed)

        return read_document(
            self.native,
            self.descriptor,
            name=self.name,
            block_bytes=block_bytes,
            room=self.room,
            each=each,
        )

    def is_document(self) -> bool:
        """Tell whether the three lists are there, each once; else refuse the document whole."""
        for section, seen in zip(SECTIONS, self.native.seen, strict=True):
            if seen != 1:
                found = f"{section} is no list" if seen == 0 else f"{section} stands there twice"
                rule = rulebook()["R-COCO-2"]
                self.to.refusals.ruled(rule, b"", Place(1, 0), path=f"$.{section}", found=found)
        return self.native.seen == [1, 1, 1]

    def join(self, number: int, keys: Keys | None) -> None:
        """Write the rows of one partition."""
        with disk_trouble_at(self.room.folder):
            self.native.open(number)
        if keys is not None:
            self.native.set_keys([_lead(name, keys) for name in self.native.file_names()])
        done = False
        while not done:
            rows, count, done = self.native.rows()
            if rows:
                self.to.rows.add_lines(rows, rows=count)
            self._refuse()
            self.told(0)

    def write(self, pictures: Pictures) -> None:
        """Write the rows of the partition's panoptic pictures."""
        told = [Told(*one) for one in self.native.pictures()]
        self._refuse()
        of_image = Counter(one.image for one in told)
        for one in told:
            rows, refused = pictures.write(one, alone=of_image[one.image] == 1)
            self.native.note(one.image, rows=rows, refused=refused)
            self.told(0)

    def finish(self) -> None:
        """Say what is known of the partition's images once all rows are written."""
        self.without_rows += self.native.without_rows
        self.to.sizes.add(self.native.sizes())
        self._set_incomplete()

    def _set_incomplete(self) -> None:
        keys = self.native.incomplete()
        if not keys:
            return
        rows = np.zeros(len(keys), ROW)
        hashes = [key_hash("i" if member == ID else "g", key) for member, key in keys]
        rows["key_low"], rows["key_high"] = np.array(hashes, np.uint64).T
        by_id = np.array([member == ID for member, _ in keys])
        rows["flags"] = HAS_KEY | np.where(by_id, KEY_IS_ID, 0)
        rows["code"] = REFUSED
        self.to.incomplete.write(rows.tobytes())

    def _refuse(self) -> None:
        for told in self.native.take_faults():
            fault = CocoFault(*told)
            element = os.pread(self.descriptor, fault.length, fault.offset)
            place = Place(fault.line, fault.offset)
            rule = rule_of(fault.slug)
            self.to.refusals.ruled(rule, element, place, path=fault.path, found=fault.found)


def rule_of(slug: str) -> Rule | BookRule:
    """The rule that a fault of the native half breaks."""
    return CONVERSION_RULES["key-unmatched"] if slug == KEYLESS else rulebook()[slug]


def _lead(name: str, keys: Keys) -> tuple[str, str] | None:
    try:
        key = keys.lead(Key(GLOBAL_KEY, name))
    except Unmatched:
        return None
    return key.member, key.value
