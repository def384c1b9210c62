"""Goods of an order that were changed in 1C: read from its document, taken over by the order."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.amending.services import Told, order_follow
from b2b_apps.amending.told_rows import ToldGoods
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.numbers import date_of, number_if_any
from b2b_apps.sync1c.commerceml.records import DocumentLineRecord, DocumentRecord
from b2b_apps.sync1c.importing.run import ImportRun
from b2b_apps.sync1c.outgoing_documents import DELIVERY_ID
from b2b_apps.sync1c.texts import say

KIND = "document"


def goods_follow(
    run: ImportRun, record: DocumentRecord, order: Any, shipments: Sequence[Shipment]
) -> bool:
    """Let a shipment follow the goods of its document; return whether anything was changed.

    A document without goods says nothing of them; one that speaks of several shipments does not
    say of which. The caller holds the order's lock.
    """
    if len(shipments) != 1 or not record.lines:
        return False
    if record.currency and record.currency != order.currency:
        run.warn(
            "goods_currency", say("goods_currency", number=order.number), kind=KIND, record=record
        )
        return False
    goods = _goods(run, record, order.vat_mode)
    if not goods:
        return False
    followed = order_follow(
        order_id=order.pk, shipment_id=shipments[0].pk, told=Told(goods, _day(record))
    )
    for code, is_so in (
        ("goods_too_late", followed.is_late),
        ("goods_conflict", bool(followed.conflicts)),
    ):
        if is_so:
            run.warn(code, say(code, number=order.number), kind=KIND, record=record)
    return followed.revision is not None


def _goods(run: ImportRun, record: DocumentRecord, vat_mode: str) -> list[ToldGoods]:
    """The goods of a document, its delivery left out. Two queries."""
    lines = [row for row in record.lines if row.external_id not in {"", DELIVERY_ID}]
    known = run.known("product", {row.external_id for row in lines}) if lines else {}
    ids = {found.object_id for found in known.values()}
    products = apps.get_model("catalogue", "Product").objects.select_related(
        "vat_rate", "base_unit", "parent__base_unit"
    )
    by_id = products.in_bulk(ids) if ids else {}
    found = []
    for row in lines:
        if not row.quantity or row.quantity < 0:
            continue
        product = by_id.get(known[row.external_id].object_id) if row.external_id in known else None
        found.append(_told(row, product, vat_mode))
    return found


def _told(row: DocumentLineRecord, product: Any, vat_mode: str) -> ToldGoods:
    quantity = (row.quantity or Decimal(0)) * row.factor
    amount = row.amount
    if amount is None:
        amount = (row.price or Decimal(0)) * (row.quantity or Decimal(0))
    # «Цена включает НДС» may have been switched in 1C: the order goes on reckoning as it did.
    if vat_mode == "included":
        amount += row.vat_on_top
    elif vat_mode == "on_top":
        amount -= row.vat_inside
    percent = number_if_any(row.vat.replace("%", ""))
    return ToldGoods(
        quantity=quantity,
        amount=amount,
        product=product,
        external_id=row.external_id[:128],
        article=row.article[:255],
        title=row.name[:255],
        unit=row.unit[:50],
        vat_percent=percent,
        vat_label=row.vat[:32],
    )


def _day(record: DocumentRecord) -> date | None:
    """The day on which 1C will ship it, if it says so by a date."""
    text = record.requisite("Дата отгрузки", "ДатаОтгрузки")
    try:
        found = date_of(text, "Дата отгрузки")
    except BadValueError:
        return None
    return date.fromisoformat(found) if isinstance(found, str) and found else found or None
