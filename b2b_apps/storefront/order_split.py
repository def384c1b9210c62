"""What the checkout shows of the split: shipments, where else they could leave from, policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.models import Consignee
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.fulfilment.splitting import Policy, Source
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.plan import Asked, OrderPlan, ShipmentPlan, asked_by, is_known_by, plan_of
from b2b_apps.purchasing.rearranging import assigned, moved, places_for, settled
from b2b_apps.purchasing.sheet import Sheet, SheetLine

# Of a longer basket a policy that takes a plan of its own is told without what it comes to.
COMPARED_UP_TO = 500
# Of a larger shipment the first so many lines can be picked one by one.
LISTED_LINES = 200

POLICIES: Mapping[Policy, tuple[Promise, Promise]] = {
    Policy.FEWEST: (_("Fewer shipments"), _("as much as can be goes together")),
    Policy.EARLIEST: (_("Sooner"), _("each line as soon as all of it can leave")),
    # Only where it is another plan than those above.
    Policy.NEAREST: (_("Nearer"), _("from the nearest places that have all of a line")),
    # Only where something comes later: else it is the first of them.
    Policy.NOW_AND_LATER: (_("Now and later"), _("what is here goes now, the rest when it comes")),
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Where else lines of a shipment could leave from, as an option of a list."""

    value: str
    warehouse: Any
    day: date
    num_lines: int


@dataclass(frozen=True)
class PlanRow:
    """A shipment of the plan. ``key`` names it in fields of the form and outlives a new plan."""

    shipment: ShipmentPlan
    warehouse: Any
    consignee: Consignee | None
    first_day: date
    plan: OrderPlan
    warehouses: Mapping[int, Any]

    @property
    def number(self) -> int:
        return self.shipment.number

    @property
    def key(self) -> str:
        return self.shipment.key

    @property
    def day(self) -> date:
        return self.shipment.day

    @property
    def lines(self) -> Sequence[tuple[SheetLine, Any]]:
        """The first lines with how much of each is in it."""
        lines = {part.line.id: part.line for part in self.shipment.parts}
        shown = list(self.shipment.quantities.items())[:LISTED_LINES]
        return [(lines[pk], quantity) for pk, quantity in shown]

    @cached_property
    def reasons(self) -> Sequence[str]:
        """Why it leaves by itself or from there, where rules of ours say so."""
        rulings = self.plan.sheet.rulings
        found = []
        if self.shipment.rule_id:
            told = rulings.reasons.get(self.shipment.rule_id)
            found.append(told or gettext("leaves apart by our shipping rule"))
        for part in self.shipment.parts:
            ruling = rulings.of(part.line.product.pk)
            if ruling.warehouse_id == self.shipment.warehouse_id:
                found.append(
                    ruling.warehouse_reason or gettext("from this warehouse by our shipping rule")
                )
        return list(dict.fromkeys(found))

    @property
    def num_more(self) -> int:
        return max(0, self.shipment.num_lines - LISTED_LINES)

    @cached_property
    def places(self) -> Sequence[PlaceRow]:
        return [
            PlaceRow(
                place_value(place.source),
                self.warehouses[place.source.warehouse_id],
                place.source.day,
                place.num_lines,
            )
            for place in places_for(self.plan, self.shipment)
            if place.source.warehouse_id in self.warehouses
        ]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy in words, and the shipments that it comes to; None where that is not told."""

    policy: Policy
    name: Promise
    about: Promise
    is_chosen: bool
    shipments: Sequence[Asked] | None

    @property
    def last_day(self) -> date | None:
        return max((asked.source.day for asked in self.shipments or ()), default=None)


@dataclass(frozen=True)
class SplitView:
    """Step three of the checkout."""

    plan: OrderPlan
    options: TradeOptions
    consignees: Sequence[Consignee]
    num_undone: int = 0
    error: str = ""

    @cached_property
    def rows(self) -> Sequence[PlanRow]:
        warehouses = {warehouse.pk: warehouse for warehouse in self.options.warehouses}
        consignees = {consignee.pk: consignee for consignee in self.consignees}
        return [
            PlanRow(
                shipment,
                warehouses[shipment.warehouse_id],
                consignees.get(shipment.consignee_id),
                self.plan.first_day,
                self.plan,
                warehouses,
            )
            for shipment in self.plan.shipments
        ]

    @property
    def num_warehouses(self) -> int:
        return len(self.plan.warehouse_ids)

    @property
    def num_orders(self) -> int:
        """How many orders it makes: one for each organization that sells."""
        own = self.options.context.organization_id
        return len({row.warehouse.organization_id or own for row in self.rows})

    @cached_property
    def policies(self) -> Sequence[PolicyRow]:
        """Each policy with the shipments it would make of this basket, as far as they are told."""
        chosen = self.plan.choice.policy
        rows = [
            PolicyRow(
                policy,
                *words,
                policy is chosen,
                self._asked_by(policy),
            )
            for policy, words in POLICIES.items()
            if policy is not Policy.NOW_AND_LATER or self.plan.sheet.is_awaiting
        ]
        known = [row.shipments for row in rows if row.policy is not Policy.NEAREST]
        return [
            row
            for row in rows
            if row.policy is not Policy.NEAREST
            or row.is_chosen
            or row.shipments is None
            or row.shipments not in known
        ]

    def _asked_by(self, policy: Policy) -> Sequence[Asked] | None:
        is_short = self.plan.sheet.num_lines <= COMPARED_UP_TO
        if not is_short and not is_known_by(self.plan, policy):
            return None
        return asked_by(self.plan, policy)


def split_view(
    *,
    sheet: Sheet,
    options: TradeOptions,
    consignees: Sequence[Consignee],
    choice: SplitChoice,
    error: str = "",
) -> SplitView:
    """Return the split of a basket by a choice; what can't be as chosen is left to the policy."""
    known = {consignee.pk for consignee in consignees}
    to = {pk: consignee for pk, consignee in choice.consignees.items() if consignee in known}
    plan = plan_of(sheet, choice=SplitChoice(choice.policy, choice.moved, to))
    num_undone = len(set(plan.undone))
    if num_undone:
        plan = plan_of(sheet, choice=settled(plan.choice, plan))
    return SplitView(plan, options, consignees, num_undone, error)


def split_offered(
    *,
    plan: OrderPlan,
    options: TradeOptions,
    consignees: Sequence[Consignee],
    choice: SplitChoice,
) -> SplitView:
    """Return the split as it was offered, all of which is still to be had."""
    return SplitView(replace(plan, choice=choice), options, consignees)


class UnknownPlaceError(ValueError):
    """What the form names is not in the plan: a shipment, a line, a place, a consignee."""


def chosen(choice: SplitChoice, data: Any) -> SplitChoice:
    """Return the choice after a press of a button of step three that moves nothing. Raises
    UnknownPlaceError.
    """
    policy = data.get("policy", choice.policy.value)
    if policy not in POLICIES:
        raise UnknownPlaceError
    if data.get("split") == "anew":
        return SplitChoice(Policy(policy))
    return replace(choice, policy=Policy(policy))


def rearranged(view: SplitView, data: Any) -> SplitChoice:
    """Return the choice after lines were moved. Raises UnknownPlaceError.

    ``move`` names a shipment, ``to-…`` where its picked lines go; all, if none is picked.
    """
    choice, key = chosen(view.plan.choice, data), data.get("move", "")
    row = next((row for row in view.rows if row.key == key), None)
    if row is None:
        raise UnknownPlaceError
    lines = _picked(row, data)
    kind, _sep, value = data.get(f"to-{key}", "").partition(":")
    if kind == "consignee":
        known = {"0": 0} | {str(consignee.pk): consignee.pk for consignee in view.consignees}
        if value not in known:
            raise UnknownPlaceError
        return assigned(choice, lines, known[value])
    place = next((place for place in row.places if place.value == f"{kind}:{value}"), None)
    if place is None:
        raise UnknownPlaceError
    return moved(choice, row.shipment, lines, Source(place.day, place.warehouse.pk))


def place_value(source: Source) -> str:
    return f"place:{source.warehouse_id}-{source.day:%Y%m%d}"


def _picked(row: PlanRow, data: Any) -> Sequence[int]:
    picked = data.getlist(f"pick-{row.key}")
    if not picked:
        return list(row.shipment.quantities)
    known = {str(pk): pk for pk in row.shipment.quantities}
    if any(text not in known for text in picked):
        raise UnknownPlaceError
    return [known[text] for text in picked]
