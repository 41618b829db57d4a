"""This machine: its clock, its disk, its file handles, its way to the service.

| looked at | good                  | warning            | bad                              |
|-----------|-----------------------|--------------------|----------------------------------|
| clock     | within 30 s           | further off        | -                                |
| disk      | 1 GiB free or more    | 64 MiB or more     | less, or nothing can be written  |
| handles   | 1,024 or more         | 256 or more        | fewer                            |
| route     | the service answers   | -                  | nothing, a proxy's refusal, 5xx  |
"""

import os
import resource
import shutil
from http import HTTPStatus
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from bulkimport.destinations.reach import Reached
from bulkimport.disk import disk_trouble_at
from bulkimport.engine.doctor.finding import Check, Finding
from bulkimport.errors import DestinationAway, DiskTrouble, MachineError
from bulkimport.settings import MEBIBYTE

SKEW_MOST: Final = 30.0
FREE_LEAST: Final = 64 * MEBIBYTE
FREE_ENOUGH: Final = 1024 * MEBIBYTE
HANDLES_LEAST: Final = 256
HANDLES_ENOUGH: Final = 1024
PROBE: Final = b"can this be written and made durable?"


def look_at_route(reached: Reached) -> Finding:
    """Say whether the service answers at all, and which way is taken."""
    way = f"through the proxy {reached.proxy}" if reached.proxy else "straight"
    remedy = "check the network, HTTPS_PROXY, NO_PROXY and --ca-bundle"
    if reached.status is None:
        trouble = DestinationAway(f"{reached.reason}; the way is {way}")
        return Finding.bad(Check.ROUTE, trouble, remedy)
    if reached.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        trouble = DestinationAway(f"the proxy {reached.proxy} wants a user and a password")
        return Finding.bad(Check.ROUTE, trouble, "write them into HTTPS_PROXY")
    if reached.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        trouble = DestinationAway(f"{reached.host} answers {reached.status}; the way is {way}")
        return Finding.bad(Check.ROUTE, trouble, "wait; the service, or a proxy before it, is away")
    return Finding.good(Check.ROUTE, f"{reached.host} answers; the way is {way}")


def look_at_clock(now: float, service: float | None) -> Finding:
    """Compare our time with the service's, both in seconds since the epoch."""
    if service is None:
        return Finding.unknown(Check.CLOCK, "the service does not say what time it is")
    skew = now - service
    if abs(skew) <= SKEW_MOST:
        return Finding.good(Check.CLOCK, f"within {SKEW_MOST:.0f} s of the service's")
    side = "fast" if skew > 0 else "slow"
    return Finding.warning(
        Check.CLOCK,
        f"{abs(skew):,.0f} s {side}: dates in Retry-After and in signed URLs are misread",
        "set this machine's clock, best by NTP",
    )


def look_at_disk(folder: Path) -> Finding:
    """Write where the folder of the runs is or would be made, and see how much room is left."""
    place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        with disk_trouble_at(place), NamedTemporaryFile(dir=place) as file:
            file.write(PROBE)
            file.flush()
            os.fsync(file.fileno())
    except DiskTrouble as trouble:
        return Finding.bad(Check.DISK, trouble, "name a folder that can be written with --runs")
    return judge_disk(shutil.disk_usage(place).free, folder)


def judge_disk(free: int, folder: Path) -> Finding:
    """Decide over the bytes that are free where runs are kept."""
    words = f"{free // MEBIBYTE:,} MiB are free at {folder}"
    remedy = "free some room, or keep runs elsewhere with --runs; `plan` says what a run needs"
    if free < FREE_LEAST:
        return Finding.bad(Check.DISK, DiskTrouble(words), remedy)
    if free < FREE_ENOUGH:
        return Finding.warning(Check.DISK, words, remedy)
    return Finding.good(Check.DISK, words)


def look_at_handles() -> Finding:
    """See how many files this process may come to hold open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return judge_handles(HANDLES_ENOUGH if most == resource.RLIM_INFINITY else most)


def judge_handles(most: int) -> Finding:
    """Decide over the hard limit: up to there an import raises the soft one itself."""
    words = f"{most:,} files may be open at once"
    remedy = "raise the hard limit: `ulimit -Hn 4096`, or LimitNOFILE of the service unit"
    if most < HANDLES_LEAST:
        return Finding.bad(Check.HANDLES, MachineError(words), remedy)
    if most < HANDLES_ENOUGH:
        return Finding.warning(Check.HANDLES, words, remedy)
    return Finding.good(Check.HANDLES, words)
