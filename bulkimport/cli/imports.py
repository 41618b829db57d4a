"""`bulkimport import`: plan, then apply; the same command again resumes."""

from bulkimport.api import DEFAULT_RUNS, Options, import_rows, run
from bulkimport.cli.conversion import (
    BenchmarkOption,
    CocoCrowds,
    CocoRowsOption,
    CocoSeveral,
    FormatOption,
    KeyMap,
    KeyOption,
    KeyTemplate,
    NameMap,
    Project,
    SchemaMap,
    asked_conversion,
)
from bulkimport.cli.documents import (
    Assume,
    Classes,
    ConfBucket,
    Files,
    InDoubtOption,
    for_documents,
    read_keys,
)
from bulkimport.cli.masks import FetchMasks, MaskRows, Masks, UploadMasks, read_masks
from bulkimport.cli.moves import (
    Assets,
    Clip,
    Normalised,
    Scale,
    Shift,
    Transform,
)
from bulkimport.cli.options import (
    Again,
    AllOrNothing,
    Bisect,
    BytesPerShard,
    CaBundle,
    Endpoint,
    First,
    Grace,
    Iam,
    IncompleteOption,
    Json,
    KeepAccepted,
    KeyFile,
    KindOption,
    LogForm,
    LogFormat,
    MaxBytes,
    MaxDataRowBytes,
    MaxDuration,
    MaxFailed,
    MaxInFlight,
    MaxRejections,
    Memory,
    NoWait,
    OnExistingOption,
    Patience,
    QuietWindow,
    RequestsPerMinute,
    RowsPerShard,
    Runs,
    Sources,
    Timeout,
    To,
    UuidsOption,
    Verbose,
    read_limits,
    read_settings,
    read_shaping,
)
from bulkimport.cli.progress import told
from bulkimport.cli.rules import (
    Allow,
    Deny,
    Media,
    NoDerived,
    Ontology,
    Strict,
    TierOption,
    read_ruling,
)
from bulkimport.cli.show import finish
from bulkimport.clock import SystemClock
from bulkimport.engine.request import Uuids
from bulkimport.formats.conversion import Format
from bulkimport.model import Kind, parse_address
from bulkimport.report.document import Report
from bulkimport.settings import MOST_REJECTIONS


def import_(
    sources: Sources,
    to: To,
    kind: KindOption,
    format: FormatOption = Format.ROWS,  # noqa: A002 - the flag's own name
    project: Project = None,
    schema_map: SchemaMap = None,
    key_map: KeyMap = None,
    key_template: KeyTemplate = None,
    name_map: NameMap = None,
    key: KeyOption = None,
    benchmark: BenchmarkOption = None,
    media: Media = None,
    ontology: Ontology = None,
    strict: Strict = False,
    allow: Allow = None,
    deny: Deny = None,
    no_derived: NoDerived = False,
    tier: TierOption = None,
    assets: Assets = None,
    normalised: Normalised = False,
    scale: Scale = None,
    shift: Shift = None,
    transform: Transform = None,
    clip: Clip = False,
    masks: Masks = False,
    fetch_masks: FetchMasks = False,
    mask_rows: MaskRows = None,
    upload_masks: UploadMasks = False,
    coco_rows: CocoRowsOption = None,
    coco_crowds: CocoCrowds = None,
    coco_several: CocoSeveral = None,
    files: Files = None,
    classes: Classes = None,
    conf_bucket: ConfBucket = None,
    in_doubt: InDoubtOption = None,
    assume: Assume = None,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    runs: Runs = DEFAULT_RUNS,
    uuids: UuidsOption = Uuids.FILL,
    incomplete: IncompleteOption = None,
    on_existing: OnExistingOption = None,
    rows_per_shard: RowsPerShard = None,
    bytes_per_shard: BytesPerShard = "64MiB",
    max_data_row_bytes: MaxDataRowBytes = "256MiB",
    first: First = None,
    all_or_nothing: AllOrNothing = False,
    iam: Iam = None,
    again: Again = False,
    max_rejections: MaxRejections = MOST_REJECTIONS,
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
    """Check, plan and send rows; again to resume."""
    conversion = asked_conversion()
    keys = read_keys(parse_address(to), key_file)
    ruling = read_ruling(
        media=media,
        kind=kind,
        ontology=ontology,
        strict=strict,
        allow=allow,
        deny=deny,
        no_derived=no_derived,
        now=SystemClock().now(),
        tier=tier,
    )
    options = Options(
        key=keys,
        endpoint=endpoint,
        runs=runs,
        shaping=read_shaping(
            kind,
            uuids=uuids,
            incomplete=incomplete,
            rows_per_shard=rows_per_shard,
            bytes_per_shard=bytes_per_shard,
            max_data_row_bytes=max_data_row_bytes,
            conversion=conversion,
            ruling=ruling,
            assets=assets,
            masks=read_masks(masks=masks, fetch=fetch_masks, rows=mask_rows, upload=upload_masks),
            on_existing=on_existing,
        ),
        settings=read_settings(
            max_in_flight=max_in_flight,
            requests_per_minute=requests_per_minute,
            max_duration=max_duration,
            bytes_in_flight=memory,
            grace=grace,
            quiet_window=quiet_window,
            outage_patience=patience,
            settle_deadline=timeout,
            max_rejections=max_rejections,
            ca_bundle=ca_bundle,
        ),
        limits=read_limits(
            max_failed=max_failed,
            max_bytes=max_bytes,
            no_wait=no_wait,
            bisect=bisect,
            keep_accepted=keep_accepted,
        ),
        first=first,
        again=again,
        all_or_nothing=all_or_nothing,
        iam=iam,
    )
    options = for_documents(options)
    finish(_imported(sources, to, kind, options=options, log_format=log_format), json=json)


def _imported(
    sources: list[str], to: str, kind: Kind, *, options: Options, log_format: LogForm
) -> Report:
    return run(
        told(
            lambda listener, stop: import_rows(
                sources, to=to, kind=kind, options=options, listener=listener, stop=stop
            ),
            log_format=log_format,
        )
    )
