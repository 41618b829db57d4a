"""`bulkimport import`: plan, then apply; the same command again resumes."""

from bulkimport.api import DEFAULT_RUNS, Options, import_rows, run
from bulkimport.cli.conversion import CocoFlags, ConversionFlags
from bulkimport.cli.documents import DocumentFlags, DoubtFlags, read_keys
from bulkimport.cli.groups import with_groups
from bulkimport.cli.masks import FetchMasks, MaskRows, Masks, UploadMasks, read_masks
from bulkimport.cli.moves import MoveFlags
from bulkimport.cli.options import (
    Again,
    AllOrNothing,
    CaBundle,
    Endpoint,
    First,
    Iam,
    Json,
    KeyFile,
    KindOption,
    LogForm,
    LogFormat,
    MaxRejections,
    Runs,
    Sources,
    To,
    Verbose,
)
from bulkimport.cli.pacing import LimitFlags, WaitFlags, read_limits, read_settings
from bulkimport.cli.progress import told
from bulkimport.cli.rules import Media, RuleFlags
from bulkimport.cli.shaping import ShapingFlags
from bulkimport.cli.show import finish
from bulkimport.clock import SystemClock
from bulkimport.model import Kind, parse_address
from bulkimport.report.document import Report
from bulkimport.settings import MOST_REJECTIONS


@with_groups
def import_(
    sources: Sources,
    to: To,
    kind: KindOption,
    *,
    conversion: ConversionFlags,
    media: Media = None,
    rules: RuleFlags,
    moves: MoveFlags,
    masks: Masks = False,
    fetch_masks: FetchMasks = False,
    mask_rows: MaskRows = None,
    upload_masks: UploadMasks = False,
    coco: CocoFlags,
    documents: DocumentFlags,
    doubt: DoubtFlags,
    endpoint: Endpoint = None,
    key_file: KeyFile = None,
    runs: Runs = DEFAULT_RUNS,
    shaping: ShapingFlags,
    first: First = None,
    all_or_nothing: AllOrNothing = False,
    iam: Iam = None,
    again: Again = False,
    max_rejections: MaxRejections = MOST_REJECTIONS,
    most: LimitFlags,
    waits: WaitFlags,
    ca_bundle: CaBundle = None,
    log_format: LogFormat = LogForm.TEXT,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Check, plan and send rows; again to resume."""
    wanted = shaping.read(
        kind,
        conversion=conversion.read(kind, moves=moves, coco=coco),
        ruling=rules.read(media, kind, now=SystemClock().now()),
        masks=read_masks(masks=masks, fetch=fetch_masks, rows=mask_rows, upload=upload_masks),
    )
    options = Options(
        key=read_keys(parse_address(to), key_file),
        endpoint=endpoint,
        runs=runs,
        shaping=documents.added(wanted),
        settings=read_settings(most, waits, ca_bundle=ca_bundle, max_rejections=max_rejections),
        limits=doubt.added(read_limits(most, waits)),
        first=first,
        again=again,
        all_or_nothing=all_or_nothing,
        iam=iam,
    )
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
