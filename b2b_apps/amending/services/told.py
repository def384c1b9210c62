"""1C has changed an order: its lines, sums, stock and credit here follow; people are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction

from b2b_apps.amending.change import Actor, Change
from b2b_apps.amending.diffs import diff_of
from b2b_apps.amending.gates import change_gates_pass
from b2b_apps.amending.merging import Merged, is_all_same, merged
from b2b_apps.amending.models import FROM_1C, OrderRevision
from b2b_apps.amending.planning import Planned, Row, left_of
from b2b_apps.amending.reading import OrderRead, order_read
from b2b_apps.amending.rules import ENDED
from b2b_apps.amending.services.changing import (
    Outcome,
    asked_of_gates,
    left_amounts,
    open_ids,
    rests_follow,
    revision_make,
)
from b2b_apps.amending.services.following import carriage_follow
from b2b_apps.amending.services.rows import rows_write
from b2b_apps.amending.services.telling import revision_tell
from b2b_apps.amending.told_rows import ToldGoods, rows_for
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.revised import credit_revised
from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.owed import line_owed
from b2b_apps.fulfilment.services import shipment_amounts
from b2b_apps.fulfilment.snapshots import Goods, Snapshot, goods_of, key_of, packed, unpacked
from b2b_apps.inventory.services import order_stock_lock

ZERO = Decimal("0.00")
ACTOR = Actor(0, FROM_1C)


@dataclass(frozen=True, slots=True)
class Told:
    """What 1C says of a shipment: its goods, all of them, and the day it leaves, if it says."""

    goods: Sequence[ToldGoods]
    day: date | None = None

    @property
    def snapshot(self) -> dict[str, Goods]:
        found: dict[str, Goods] = {}
        for row in self.goods:
            before = found.get(row.key, Goods(Decimal(0), Decimal(0)))
            found[row.key] = Goods(before.quantity + row.quantity, before.amount + row.amount)
        return found


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it: ``revision`` is None if 1C had changed nothing; ``is_late`` if it changed
    what has left here already, which stays.
    """

    revision: OrderRevision | None = None
    conflicts: Mapping[str, Goods | None] = field(default_factory=dict)
    is_late: bool = False


@transaction.atomic
def order_follow(*, order_id: int, shipment_id: int, told: Told) -> Followed:
    """Bring a shipment to what 1C has made of it; return what came of it.

    Only what 1C changed since it had the shipment last is taken over: what the portal changed
    meanwhile of other goods stays and is told to 1C again. Of the same goods 1C's word stands, and
    what the portal wanted is kept in the history and written to the manager. Neither the rules of
    changes, nor stock, credit or approvals refuse anything: it is so in 1C. Locks the order, its
    shipments, periods of budgets, balances, credit accounts. One query beyond the lock where
    nothing was changed.
    """
    order = order_locked(order_id=order_id)
    shipment = Shipment.objects.filter(order=order_id, pk=shipment_id).first()
    if order is None or shipment is None or not told.goods:
        return Followed()
    known, given, new = unpacked(shipment.known_1c), unpacked(shipment.given_1c), told.snapshot
    if known is not None and is_all_same(new, known) and not _day_moved(shipment, told):
        return Followed()
    if given is not None and is_all_same(new, given) and not _day_moved(shipment, told):
        _keep(shipment, new, told.day)
        return Followed()
    read = order_read(order, ACTOR)
    shipment = next(s for s in read.shipments if s.pk == shipment_id)
    mine = [line for line in read.lines if line.shipment_id == shipment_id]
    ours = goods_of(order, mine)
    base = known if known is not None else given if given is not None else ours
    found = merged(known=base, told=new, ours=ours)
    day = told.day if _day_moved(shipment, told) and told.day != shipment.planned_date else None
    was_day = shipment.planned_date
    _keep(shipment, new, told.day)
    if found.is_nothing and day is None:
        return Followed()
    if shipment.status in ENDED or _is_below(mine, shipment, found):
        return Followed(is_late=True)
    planned = _planned(read, shipment, mine, told, found)
    if day is not None:
        planned = replace(planned, days=((shipment, was_day, day),))
    return _made(read, shipment_id, planned, found, new)


def _day_moved(shipment: Shipment, told: Told) -> bool:
    """Whether 1C names another day than it had."""
    if told.day is None:
        return False
    kept = shipment.known_1c or shipment.given_1c
    was = kept["day"] if kept else (shipment.planned_date or "") and str(shipment.planned_date)
    return bool(told.day.isoformat() != was)


def _keep(shipment: Shipment, goods: Snapshot, day: date | None) -> None:
    kept = shipment.known_1c or shipment.given_1c or {"day": ""}
    shipment.known_1c = packed(goods, day) if day else packed(goods, None) | {"day": kept["day"]}
    shipment.save(update_fields=["known_1c"])


def _planned(
    read: OrderRead, shipment: Shipment, mine: Sequence[Any], told: Told, found: Merged
) -> Planned:
    of = {s.pk: s for s in read.shipments}
    live = [s for s in read.shipments if s.status != Shipment.Status.CANCELLED]
    kept = [
        _same(line, of.get(line.shipment_id), read.order)
        for line in read.lines
        if of.get(line.shipment_id) in {None, *live} and not _is_edited(line, shipment, found)
    ]
    edited = [line for line in mine if _is_edited(line, shipment, found)]
    rows = rows_for(
        order=read.order, shipment=shipment, lines=edited, edits=found.edits, told=told.goods
    )
    carried = [d for s in live if (d := getattr(s, "delivery", None))]
    return Planned(
        order=read.order,
        rows=[*kept, *rows],
        carriage_incl_tax=sum((d.price_incl_tax for d in carried), ZERO),
        carriage_excl_tax=sum((d.price_excl_tax for d in carried), ZERO),
    )


def _is_below(mine: Sequence[Any], shipment: Shipment, found: Merged) -> bool:
    """Whether 1C has less of something now than has left of it."""
    left: dict[str, Decimal] = {}
    for line in mine:
        left[_key(line)] = left.get(_key(line), Decimal(0)) + left_of(line, shipment)
    return any((now.quantity if now else 0) < left.get(k, 0) for k, now in found.edits.items())


def _is_edited(line: Any, shipment: Shipment, found: Merged) -> bool:
    return line.shipment_id == shipment.pk and _key(line) in found.edits


def _key(line: Any) -> str:
    return key_of(line.product_id, line.partner_line_reference)


def _same(line: Any, shipment: Shipment | None, order: Any) -> Row:
    is_on_top = order.vat_mode == "on_top"
    price = Decimal((line.unit_price_excl_tax if is_on_top else line.unit_price_incl_tax) or 0)
    return Row(
        line, line.product, shipment, line.quantity, line.quantity, price, price,
        line_owed(line, shipment), line.vat_percent, line.vat_label, "", None, line.stockrecord_id,
    )  # fmt: skip


def _made(
    read: OrderRead, shipment_id: int, planned: Planned, found: Merged, new: Snapshot
) -> Followed:
    order, was = read.order, read.order.total_incl_tax
    diff = diff_of(planned) | {"conflicts": _conflicts(read, found)}
    change_gates_pass(asked_of_gates(read, ACTOR, planned))
    order_stock_lock(
        order_line_ids=[r.line.pk for r in planned.rows if r.line and r.kind != "same"],
        stock_record_ids=[
            r.stock_record_id for r in planned.rows if r.line is None and r.stock_record_id
        ],
    )
    before, left = shipment_amounts(order_id=order.pk), left_amounts(read)
    rows_write(read, planned, ACTOR, order.revision + 1)
    contract = Contract.objects.select_related("credit", "counterparty").get(pk=order.contract_id)
    credit_revised(
        order=order,
        contract=contract,
        number=order.revision + 1,
        before=before,
        after=shipment_amounts(order_id=order.pk),
        open_ids=open_ids(read, planned),
        left=(left, left_amounts(read)),
        is_told=True,
    )
    rests_follow(read)
    carriage_follow(planned)
    change = Change(revision=order.revision)
    revision = revision_make(
        order, ACTOR, change, Outcome(planned, diff=diff), was, is_cancel=False
    )
    order.save(update_fields=["revision"])
    revision_tell(
        order,
        revision,
        has_new_sums=bool(planned.changed),
        is_for_1c=_has_more(order, shipment_id, new),
    )
    return Followed(revision, found.conflicts)


def _has_more(order: Any, shipment_id: int, new: Snapshot) -> bool:
    """Whether the shipment has become another than 1C has it, and 1C is not to be told anyway."""
    if is_all_same(goods_of(order, order.lines.filter(shipment=shipment_id)), new):
        return False
    waiting = OutboxMessage.objects.filter(
        topic="order_to_1c", state=OutboxMessage.State.WAITING, payload__order_id=order.pk
    )
    return not waiting.exists()


def _conflicts(read: OrderRead, found: Merged) -> list[dict[str, str]]:
    """What the portal would have of goods of which 1C's word stands, with their names."""
    names = {_key(line): (line.article or line.title, line.unit_name) for line in read.lines}
    missing = [int(key) for key in found.conflicts if key not in names and key.isdecimal()]
    products = apps.get_model("catalogue", "Product").objects.in_bulk(missing) if missing else {}
    rows = []
    for key, wanted in found.conflicts.items():
        product = products.get(int(key)) if key.isdecimal() else None
        name, unit = names.get(key, (str(product.article or product.title) if product else key, ""))
        now = found.edits[key]
        rows.append(
            {
                "article": name,
                "unit": unit,
                "wanted": str(wanted.quantity if wanted else 0),
                "now": str(now.quantity if now else 0),
            }
        )
    return rows
