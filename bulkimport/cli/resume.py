"""`bulkimport resume`: go on with a run, named by its folder."""

from bulkimport.api import Options, run
from bulkimport.api import resume as resume_run
from bulkimport.cli.documents import Assume, InDoubtOption, for_documents, read_keys
from bulkimport.cli.options import (
    Bisect,
    CaBundle,
    Endpoint,
    Grace,
    Json,
    KeepAccepted,
    KeyFile,
    LogForm,
    LogFormat,
    MaxBytes,
    MaxDuration,
    MaxFailed,
    MaxInFlight,
    Memory,
    NoWait,
    Patience,
    QuietWindow,
    RequestsPerMinute,
    Run,
    Timeout,
    Verbose,
    read_limits,
    read_settings,
)
from bulkimport.cli.progress import told
from bulkimport.cli.show import finish
from bulkimport.engine.folder import open_folder


def resume(
    folder: Run,
    in_doubt: InDoubtOption = None,
    assume: Assume = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    max_failed: MaxFailed = None,
    max_in_flight: MaxInFlight = 16,
    requests_per_minute: RequestsPerMinute = 1400,
    max_duration: MaxDuration = None,
    max_bytes: MaxBytes = None,
    memory: Memory = "1GiB",
    no_wait: NoWait = False,
    grace: Grace = "25s",
    quiet_window: QuietWindow = "60s",
    patience: Patience = "15m",
    timeout: Timeout = "6h",
    bisect: Bisect = False,
    keep_accepted: KeepAccepted = False,
    ca_bundle: CaBundle = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Go on with a run where it stopped.

    Needed for stdin; for other sources the same import command does it too.
    """
    _, plan = open_folder(folder)
    keys = read_keys(plan.destination, key_file)
    options = Options(
        key=keys,
        endpoint=endpoint,
        settings=read_settings(
            max_in_flight=max_in_flight,
            requests_per_minute=requests_per_minute,
            max_duration=max_duration,
            bytes_in_flight=memory,
            grace=grace,
            quiet_window=quiet_window,
            outage_patience=patience,
            settle_deadline=timeout,
            ca_bundle=ca_bundle,
        ),
        limits=read_limits(
            max_failed=max_failed,
            max_bytes=max_bytes,
            no_wait=no_wait,
            bisect=bisect,
            keep_accepted=keep_accepted,
        ),
    )
    options = for_documents(options)
    report = run(
        told(
            lambda listener, stop: resume_run(
                folder, options=options, listener=listener, stop=stop
            ),
            log_format=log_format,
        )
    )
    finish(report, json=json)
