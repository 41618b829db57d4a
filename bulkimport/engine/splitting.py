"""One shard into two, between data rows: when it is too large, or failed as a whole."""

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.document_bodies import DocumentBodies
from bulkimport.ledger.shard import Cut
from bulkimport.shards.identity import child_name
from bulkimport.shards.survey import halve


def halves(bodies: Bodies, cut: Cut) -> list[Cut]:
    """The two parts of a shard, each with a name, size and digest of its own.

    Empty when the shard is a single data row, which is never split. Costs two reads of the body.
    """
    if isinstance(bodies, DocumentBodies):
        return bodies.halves(cut)
    parts = halve(bodies.survey(cut), size=cut.bytes)
    if len(parts) == 1:
        return []
    return [
        Cut(
            name=child_name(cut.name, part=number),
            rows=part.rows,
            data_rows=part.data_rows,
            bytes=part.end - part.start,
            digest=bodies.digest(cut, start=part.start, end=part.end),
            plan_index=cut.plan_index,
            body_start=cut.body_start + part.start,
            body_end=cut.body_start + part.end,
        )
        for number, part in enumerate(parts)
    ]
