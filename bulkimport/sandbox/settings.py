"""What a sandbox is started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bulkimport.sandbox.tiers import Tier

HOST: Final = "127.0.0.1"
DAY: Final = 24 * 60 * 60.0


@dataclass(frozen=True, kw_only=True)
class LabellerrSettings:
    """The Labellerr half: what a caller must give, and how long a job shows `processing` at least.

    `processing_seconds` count from the upload.
    """

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    client_id: str
    processing_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """One sandbox: where it keeps its state, where it listens, how it behaves.

    `port` 0 takes any free port. `file_lifetime` is in seconds and counts for the files of
    imports. `unique_names` refuses a second import of one name, kind and project. `faults` is a
    plan as `bulkimport.sandbox.faults` describes it. Without `labellerr` that half lets nobody
    in. With a `tier` the limits of that plan hold.
    """

    folder: Path
    key: str = field(repr=False)
    port: int = 0
    ready_file: Path | None = None
    file_lifetime: float = DAY
    unique_names: bool = True
    faults: Mapping[str, Any] = field(default_factory=dict)
    labellerr: LabellerrSettings | None = None
    tier: Tier | None = None
