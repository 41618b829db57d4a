"""`bulkimport resume`: go on with a run, named by its folder."""

from bulkimport.api import Options, run
from bulkimport.api import resume as resume_run
from bulkimport.cli.documents import DoubtFlags, read_keys
from bulkimport.cli.groups import with_groups
from bulkimport.cli.options import (
    CaBundle,
    Endpoint,
    Json,
    KeyFile,
    LogForm,
    LogFormat,
    Run,
    Verbose,
)
from bulkimport.cli.pacing import LimitFlags, WaitFlags, read_limits, read_settings
from bulkimport.cli.progress import told
from bulkimport.cli.show import finish
from bulkimport.engine.folder import open_folder


@with_groups
def resume(
    folder: Run,
    *,
    doubt: DoubtFlags,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    most: LimitFlags,
    waits: WaitFlags,
    ca_bundle: CaBundle = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Go on with a run where it stopped.

    Needed for stdin; for other sources the same import command does it too.
    """
    _, plan = open_folder(folder)
    options = Options(
        key=read_keys(plan.destination, key_file),
        endpoint=endpoint,
        settings=read_settings(most, waits, ca_bundle=ca_bundle),
        limits=doubt.added(read_limits(most, waits)),
    )
    report = run(
        told(
            lambda listener, stop: resume_run(
                folder, options=options, listener=listener, stop=stop
            ),
            log_format=log_format,
        )
    )
    finish(report, json=json)
