"""Rules of shipments in words: what one does, what was changed in it, what a plan leaves in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.desk.assortment_words import journal_of
from b2b_apps.fulfilment.models import SplitRule
from b2b_apps.purchasing.plan import OrderPlan

Kind = SplitRule.Kind
OWN = {
    "priority": gettext_lazy("place"),
    "joins_id": gettext_lazy("with the goods of"),
    "warehouse_id": gettext_lazy("warehouse"),
    "reason": gettext_lazy("what the buyer is told"),
}


class TriedShipment(NamedTuple):
    """A shipment of a plan that is tried out; ``why`` is the rule that keeps it apart."""

    warehouse: str
    day: Any
    num_lines: int
    why: str


def does_words(rule: Any) -> str:
    """What it does: «ship apart», «ship from Podolsk»."""
    if rule.kind == Kind.PREFER and rule.warehouse:
        return _("ship from %(name)s") % {"name": rule.warehouse.name}
    if rule.kind == Kind.WITH:
        if rule.joins:
            return _("ship with the goods of “%(name)s”") % {"name": rule.joins.name}
        return _("ship with all other goods")
    return str(rule.get_kind_display())


def split_journal(entries: Iterable[Any], names: Mapping[str, Mapping[int, str]]) -> Sequence[Any]:
    """As ``journal_of``; ``names`` are those of rows that columns refer to."""
    listed = journal_of(entries)
    kinds = dict(Kind.choices)
    for entry in listed:
        entry.lines = [
            (
                OWN.get(name, field),
                known.get(before, was),
                known.get(after, now),
            )
            for (name, before, after), (field, was, now) in zip(
                entry.changes, entry.lines, strict=True
            )
            for known in [kinds if name == "kind" else names.get(name, {})]
        ]
    return listed


def tried_shipments(
    plan: OrderPlan, *, warehouses: Mapping[int, str], rules: Mapping[int, str]
) -> Sequence[TriedShipment]:
    """A plan as rows of a table."""
    return [
        TriedShipment(
            warehouses.get(shipment.warehouse_id, ""),
            shipment.day,
            shipment.num_lines,
            rules.get(shipment.rule_id, "") if shipment.rule_id else "",
        )
        for shipment in plan.shipments
    ]
