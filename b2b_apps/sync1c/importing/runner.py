"""One file: a stream of records, batches of one kind, a transaction per batch."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.core.transient import is_transient
from b2b_apps.sync1c.commerceml import records as r
from b2b_apps.sync1c.commerceml.errors import CommerceMLError, NotCommerceMLError
from b2b_apps.sync1c.commerceml.messages import message, message_of
from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.exchange.sessions import session_folder, session_refresh
from b2b_apps.sync1c.exchange.uploads import file_unchanging
from b2b_apps.sync1c.importing.again import not_overtaken
from b2b_apps.sync1c.importing.counterparties import counterparties_import
from b2b_apps.sync1c.importing.goods import goods_import, vat_report
from b2b_apps.sync1c.importing.groups import groups_import
from b2b_apps.sync1c.importing.offers import offers_import
from b2b_apps.sync1c.importing.order_documents import documents_import
from b2b_apps.sync1c.importing.picture_files import picture_files_sweep
from b2b_apps.sync1c.importing.properties import properties_import
from b2b_apps.sync1c.importing.references import (
    organizations_import,
    price_types_import,
    regions_import,
    units_import,
    warehouses_import,
)
from b2b_apps.sync1c.importing.refusals import reason_of
from b2b_apps.sync1c.importing.run import ImportRun
from b2b_apps.sync1c.importing.seen import seen_start
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem, ExchangeSession
from b2b_apps.sync1c.texts import say

logger = logging.getLogger(__name__)
BATCH = 500
REFERENCE = ExchangeSession.Kind.REFERENCE
Importer = Callable[[ImportRun, Sequence[Any]], None]
IMPORTERS: dict[type, tuple[str, Importer]] = {
    r.UnitRecord: ("unit", units_import),
    r.GroupRecord: ("group", groups_import),
    r.PropertyRecord: ("property", properties_import),
    r.PriceTypeRecord: ("price_type", price_types_import),
    r.WarehouseRecord: ("warehouse", warehouses_import),
    r.OrganizationRecord: ("organization", organizations_import),
    r.RegionRecord: ("region", regions_import),
    r.ProductRecord: ("product", goods_import),
    r.OfferRecord: ("offer", offers_import),
    r.CounterpartyRecord: ("counterparty", counterparties_import),
    r.DocumentRecord: ("document", documents_import),
}


def file_import(file_id: int) -> None:
    """Import a file of a session and close it as done or failed.

    What was read before an unreadable place stays. Importing again changes nothing. Raises what
    the database refuses for the moment (core/transient.py): then the file is not closed.
    """
    file = ExchangeFile.objects.select_related("session__connection").get(pk=file_id)
    folder = session_folder(file.session_id)
    run = ImportRun(file=file, connection=file.session.connection, folder=folder)
    file.problems.all().delete()
    seen_start(file)
    try:
        with file_unchanging(folder / file.name):
            _stream(run, folder / file.name)
            vat_report(run)
            run.commit()
    except CommerceMLError as error:
        if isinstance(error, NotCommerceMLError) and file.session.kind == REFERENCE:
            # Directories of a shop that we don't keep; a refusal would stop the whole exchange.
            _finish(run, ExchangeFile.State.DONE, say("reference_left"))
            return
        run.problem(error.code, message_of(error))
        run.commit()
        _finish(run, ExchangeFile.State.FAILED, message_of(error))
        return
    _finish(run, ExchangeFile.State.DONE, summary_of(run))


def _stream(run: ImportRun, path: Path) -> None:
    for batch in batches(read(path)):
        first = batch[0]
        if isinstance(first, r.HeaderRecord):
            continue
        if isinstance(first, r.BadRecord):
            _bad(run, batch)
        else:
            _batch(run, batch)
        run.commit()
        run.file.progress += len(batch)
        run.file.save(update_fields=["progress"])


def batches(stream: Iterator[r.Record]) -> Iterator[list[Any]]:
    """Yield runs of records of one type, of at most BATCH; an error comes after what was read."""
    batch: list[Any] = []
    try:
        for record in stream:
            if batch and (type(record) is not type(batch[0]) or len(batch) >= BATCH):
                yield batch
                batch = []
            batch.append(record)
    except CommerceMLError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _batch(run: ImportRun, batch: Sequence[Any]) -> None:
    """Import a batch; if it fails, its objects one by one, so that one bad object is one loss.

    A deadlock or a lost connection is no fault of an object: it breaks the import off.
    """
    kind, importer = IMPORTERS[type(batch[0])]
    batch = not_overtaken(run, kind, batch)
    if not batch:
        return
    if isinstance(batch[0], r.DocumentRecord):
        # Each locks its order, then stock and credit: never those of two orders at once.
        for record in batch:
            _single(run, record)
        return
    try:
        with transaction.atomic():
            importer(run, batch)
    except Exception as error:
        if is_transient(error):
            raise
        if not isinstance(error, Expected):
            logger.warning("Batch of %s failed", run.file, exc_info=True)
        run.forget()
        for record in batch:
            _single(run, record)


Expected = (ValueError, ArithmeticError)


def _single(run: ImportRun, record: Any) -> None:
    kind, importer = IMPORTERS[type(record)]
    try:
        with transaction.atomic():
            importer(run, [record])
    except Exception as error:
        if is_transient(error):
            raise
        logger.exception("%s %s failed", kind, record.external_id)
        run.forget()
        run.tally.add(kind, "read")
        run.tally.add(kind, "failed")
        run.problem(
            "object_failed",
            say("object_failed", reason=reason_of(error)),
            kind=kind,
            record=record,
        )
    run.commit()


def _bad(run: ImportRun, batch: Sequence[r.BadRecord]) -> None:
    for record in batch:
        run.tally.add(record.kind or "object", "read")
        run.tally.add(record.kind or "object", "failed")
        run.tally.problems.append(
            ExchangeProblem(
                file=run.file,
                code=record.code[:64],
                kind=record.kind[:32],
                external_id=record.external_id[:200],
                line=record.line,
                text=message(record.code, record.params),
                excerpt=record.excerpt[:400],
            )
        )


def _finish(run: ImportRun, state: str, message: str) -> None:
    file = run.file
    file.counts = {kind: dict(counts) for kind, counts in run.total.counts.items()}
    file.state, file.message, file.finished_at = state, message, timezone.now()
    file.save(update_fields=["counts", "state", "message", "finished_at"])
    session_refresh(file.session)
    picture_files_sweep(run.loose_pictures)


def summary_of(run: ImportRun) -> str:
    """One line for the person in 1C."""
    sums = {what: sum(c[what] for c in run.total.counts.values())
            for what in ("created", "changed", "unchanged")}  # fmt: skip
    text = say("summary", **sums)
    if run.num_problems:
        text += " " + say("problems", num=run.num_problems)
    return text
