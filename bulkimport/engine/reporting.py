"""The report of an invocation, put together from the run and what stopped it."""

from bulkimport.engine.present import count_present
from bulkimport.engine.run import Ended
from bulkimport.model import Account
from bulkimport.report.document import Counts, Effort, Report, Size
from bulkimport.report.tally import exit_code, run_account, run_state


def report_of(ended: Ended) -> Report:
    """Say how a run stands. Raises InternalError when the account does not add up."""
    totals, tally = ended.plan.totals, ended.tally
    planned = Account(read=totals.read, rejected=totals.rejected, held=totals.held)
    account = run_account(planned, tally.account)
    errors = [ended.error] if ended.error else []
    return Report(
        run=str(ended.folder.path),
        state=run_state(account, running=ended.running, signal=ended.signal),
        exit_code=exit_code(account, errors=errors, signal=ended.signal),
        account=account,
        size=Size(data_rows=totals.data_rows, shards=totals.shards, bytes=totals.bytes),
        effort=Effort(
            seconds=round(ended.wire.seconds, 3),
            requests=ended.wire.requests,
            retries=ended.wire.retries,
            settled=ended.wire.settled,
        ),
        counts=Counts(
            by_kind=totals.by_kind,
            rejected_by_slug=totals.by_slug,
            warnings=totals.warnings,
            objects=ended.plan.made.objects,
            lost=ended.plan.made.lost,
            present=count_present(ended.folder.path, ended.plan.options),
            double_shards=ended.double_shards,
        ),
        in_doubt=tally.in_doubt,
        unknown_shards=ended.unknown_shards,
        reason=str(ended.error) if ended.error else ended.reason,
    )
