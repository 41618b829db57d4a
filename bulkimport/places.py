"""The Python door to datasets, ontologies, projects and batches.

async with open_places() as places:
    dataset = await places.create_dataset("photos")
    project = await places.create_project(project_wanted("streets", media="image"))
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bulkimport.api import Options, endpoint_of, key_of
from bulkimport.clock import SystemClock
from bulkimport.destinations.labelbox.account import LabelboxAccount
from bulkimport.destinations.labelbox.media import QualitySettings, wire_media
from bulkimport.destinations.labelbox.projects import ProjectWanted
from bulkimport.engine.places import Places
from bulkimport.events import Listener, to_nobody
from bulkimport.uploads.pace import Pace


@asynccontextmanager
async def open_places(
    options: Options | None = None, *, listener: Listener = to_nobody
) -> AsyncIterator[Places]:
    """Open an account by key and endpoint of the options or the environment; close it at the end.

    Of the options only `key`, `endpoint` and `settings` count. Raises UsageError without a key.
    """
    options = options or Options()
    clock = SystemClock()
    account = LabelboxAccount(
        endpoint=endpoint_of(options), key=key_of(options), settings=options.settings, clock=clock
    )
    pace = Pace(settings=options.settings, clock=clock, chance=random.random, listener=listener)
    try:
        yield Places(account, pace)
    finally:
        await account.close()


def project_wanted(
    name: str, *, media: str, description: str = "", quality: QualitySettings | None = None
) -> ProjectWanted:
    """Describe a project to be made; `media` is a word such as `image` or the wire's own.

    Without `quality` it measures labels by benchmark and consensus, as the service does. Raises
    UsageError for a media type that is none or that the service has retired.
    """
    return ProjectWanted(name, wire_media(media), quality or QualitySettings.of(), description)
