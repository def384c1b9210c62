"""The form of a change, for whoever changes: what may be typed, what was typed, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.amending.change import FIELDS, Actor, AddedGoods, Change
from b2b_apps.amending.errors import (
    ChangeNeedsApprovalError,
    ChangeOverBudgetError,
    ChangeRefusedError,
    OrderMovedOnError,
    OutcomeChangedError,
)
from b2b_apps.amending.models import Action
from b2b_apps.amending.planning import Trouble
from b2b_apps.amending.rules import ENDED, ChangeRules, rules_of
from b2b_apps.amending.services import Outcome, order_change, order_withdraw
from b2b_apps.amending.words import told_lines, trouble_text
from b2b_apps.companies.models import Consignee
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.core.days import day_typed
from b2b_apps.core.figures import money_text, quantity_text
from b2b_apps.core.money import round_sum
from b2b_apps.core.texts import text_typed
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

NUM_ADDED = 3
HORIZON = timedelta(days=365)
LONGEST = {"comment": 2000, "customer_number": 64, "contact_person": 255, "contact_phone": 100}
DAYS = ("%d.%m.%Y", "%Y-%m-%d")
TYPED = ("contact_person", "contact_phone", "customer_number", "comment")


@dataclass(frozen=True, slots=True)
class LineField:
    """A line with its field; ``error`` is what is wrong with what was typed."""

    line: Any
    name: str
    value: str
    is_open: bool
    may_raise: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A shipment with its lines and its day."""

    shipment: Any
    lines: Sequence[LineField]
    day_name: str
    day: str
    may_day: bool
    is_open: bool
    # Its status, as it is shown.
    word: str
    error: str = ""


@dataclass
class Edit:
    """What a page of a change shows. ``outcome`` is there once it was looked at; ``is_made`` if
    it was made; ``notes`` are what is in the way of all of it.
    """

    order: Any
    actor: Actor
    rules: ChangeRules
    blocks: Sequence[Block]
    typed: Mapping[str, str]
    consignees: Sequence[Consignee]
    notes: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    moved_on: Any = None
    is_made: bool = False
    # Somebody's word is in the way; what was typed can be sent to them.
    approval: ChangeNeedsApprovalError | None = None
    change: Change | None = None
    added_errors: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        has_errors = any(
            block.error or any(row.error for row in block.lines) for block in self.blocks
        )
        return bool(self.notes or has_errors or self.added_errors or self.moved_on)

    @property
    def may(self) -> Mapping[str, bool]:
        """What may still be done to the order, by action."""
        shipments = [block.shipment for block in self.blocks]
        return {str(action): self.rules.any_of(action, shipments) for action in Action}

    @property
    def may_anything(self) -> bool:
        return any(may for action, may in self.may.items() if action != Action.CANCEL)

    @property
    def added(self) -> Sequence[tuple[int, str, str, str]]:
        """Fields for goods to be added: place, article, quantity, what is wrong."""
        return [
            (
                place,
                self.typed.get(f"add-{place}-article", ""),
                self.typed.get(f"add-{place}-quantity", ""),
                self.added_errors.get(place, ""),
            )
            for place in range(NUM_ADDED)
        ]

    @property
    def told(self) -> Sequence[str]:
        return told_lines(self.outcome.diff) if self.outcome else []

    @property
    def diff_lines(self) -> Sequence[Mapping[str, Any]]:
        """Lines of the outcome with figures to be shown."""
        return diff_rows(self.outcome.diff) if self.outcome else []


def diff_rows(diff: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Lines of a diff with their figures as numbers."""
    figures = ("was", "now", "price_was", "price", "sum_was", "sum")
    return [{**line, **{n: Decimal(line[n]) for n in figures}} for line in diff.get("lines", [])]


def may_edit(order: Any, shipments: Sequence[Shipment], who: str) -> tuple[bool, bool]:
    """Whether an order may be changed in some way, and whether it may be cancelled. One query."""
    rules = rules_of(who)
    may = any(rules.any_of(action, shipments) for action in Action if action != Action.CANCEL)
    return may, rules.any_of(Action.CANCEL, shipments)


def edit(*, order: Any, actor: Actor, posted: Mapping[str, str] | None = None) -> Edit:
    """Return the page of a change: empty, with what it would come to, or with what was made.

    ``posted`` are the fields of the form; ``act`` in it is "look" or "save".
    """
    form = _Form(order, actor, posted or {})
    page = form.page()
    if posted is None or page.is_bad:
        return page
    is_save = posted.get("act") == "save"
    try:
        page.outcome = order_change(
            order_id=order.pk,
            actor=actor,
            change=form.change,
            seen=posted.get("seen", ""),
            is_trial=not is_save,
        )
        page.is_made = is_save
    except ChangeRefusedError as refused:
        return form.page(refused.troubles)
    except OutcomeChangedError as changed:
        page.outcome = changed.outcome
        if posted.get("seen"):
            page.notes.append(_("Something has changed meanwhile: look at what it comes to now."))
    except OrderMovedOnError as moved:
        order.refresh_from_db()
        page = _Form(order, actor, posted).page()
        page.moved_on = moved
    except (ChangeNeedsApprovalError, ChangeOverBudgetError, CreditExceededError) as error:
        page.notes.append(refusal_text(error, order.currency))
        if isinstance(error, ChangeNeedsApprovalError) and error.people:
            page.approval, page.change = error, form.change
    return page


def withdrawn(
    order: Any, actor: Actor, posted: Mapping[str, str] | None = None
) -> tuple[Outcome | None, list[str]]:
    """Cancel an order, or without ``posted`` say what would be; return what came of it and what is
    in the way.
    """
    revision = order.revision if posted is None else whole_number(posted.get("revision", ""))
    reason = "" if posted is None else posted.get("reason", "").strip()
    try:
        done = order_withdraw(
            order_id=order.pk, actor=actor, revision=revision, reason=reason,
            is_trial=posted is None,
        )  # fmt: skip
    except ChangeRefusedError as refused:
        return None, list(dict.fromkeys(trouble_text(t) for t in refused.troubles))
    except OrderMovedOnError:
        order.refresh_from_db()
        outcome, notes = withdrawn(order, actor)
        return outcome, [_("The order was changed meanwhile: look at it again."), *notes]
    return done, []


def whole_number(text: str) -> int:
    """A number of a field that no person types; -1 if it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def refusal_text(error: Exception, currency: str) -> str:
    """Why the order as a whole can't become so, and what to do."""
    if isinstance(error, ChangeNeedsApprovalError):
        values = {"rules": ", ".join(error.rules), "people": ", ".join(error.people)}
        if error.is_larger:
            text = _("A larger order needs approval by the rules of the company: %(rules)s.")
            ask = _("It can be enlarged by %(people)s; or order apart what is more.")
        else:
            text = _("So changed, it needs approval by the rules of the company: %(rules)s.")
            ask = _("It can be changed so by %(people)s; or order that apart.")
        return " ".join(said % values for said in (text, *([ask] if error.people else [])))
    if isinstance(error, ChangeOverBudgetError):
        text = _("The budget “%(name)s” has no room for it: order less, or ask who keeps it.")
        return text % {"name": error.name}
    if isinstance(error, CreditExceededError):
        lack = max((s.lacks(error.asked) for s in error.refusals), default=Decimal(0))
        text = _("The credit limit is short of %(sum)s %(currency)s for it.")
        return text % {"sum": money_text(round_sum(lack)), "currency": currency}
    raise error


class _Form:
    """Reads what was typed into a change; what can't be read is an error at its field."""

    def __init__(self, order: Any, actor: Actor, posted: Mapping[str, str]) -> None:
        self.order, self.actor = order, actor
        self.posted = posted
        self.rules = rules_of(actor.who)
        self.statuses = status_book()
        rows = order.shipments.select_related("warehouse").order_by("sequence")
        self.shipments = [s for s in rows if s.status != Shipment.Status.CANCELLED]
        lines = order.lines.select_related("product").order_by("position", "pk")
        self.lines = list(lines.filter(shipment__in=self.shipments))
        consignees = Consignee.objects.filter(counterparty=order.counterparty_id, is_active=True)
        self.consignees = list(consignees)
        self.errors: dict[str, str] = {}
        self.change = self._change()

    def page(self, troubles: Sequence[Trouble] = ()) -> Edit:
        lines = {t.line_id: trouble_text(t) for t in troubles if t.line_id}
        added = {
            place: trouble_text(t)
            for t in troubles
            if not t.line_id and t.article
            for place in range(NUM_ADDED)
            if self._text(f"add-{place}-article") == t.article
        }
        added |= {
            place: self.errors[f"add-{place}"]
            for place in range(NUM_ADDED)
            if f"add-{place}" in self.errors
        }
        days = {t.name: trouble_text(t) for t in troubles if t.action == "day"}
        rest = [
            t for t in troubles if not t.line_id and not t.article and t.action != "day"
        ]  # fmt: skip
        return Edit(
            order=self.order,
            actor=self.actor,
            rules=self.rules,
            blocks=[self._block(shipment, lines, days) for shipment in self.shipments],
            typed=self._typed(),
            consignees=self.consignees,
            notes=list(dict.fromkeys(trouble_text(t) for t in rest)),
            added_errors=added,
        )

    def _block(
        self, shipment: Shipment, lines: Mapping[int, str], days: Mapping[str, str]
    ) -> Block:
        name = f"day-{shipment.pk}"
        planned = f"{shipment.planned_date:%d.%m.%Y}" if shipment.planned_date else ""
        return Block(
            shipment=shipment,
            lines=[self._field(x, shipment, lines) for x in self.lines
                   if x.shipment_id == shipment.pk],
            day_name=name,
            day=self.posted.get(name, planned),
            may_day=self.rules.allows(Action.DAY, shipment),
            is_open=shipment.status not in ENDED,
            word=self.statuses.worn(shipment).name,
            error=self.errors.get(name) or days.get(str(shipment.sequence), ""),
        )  # fmt: skip

    def _field(self, line: Any, shipment: Shipment, troubles: Mapping[int, str]) -> LineField:
        name = f"q-{line.pk}"
        may_raise = self.rules.allows(Action.RAISE, shipment)
        lower = (Action.LOWER, Action.REMOVE)
        return LineField(
            line=line,
            name=name,
            value=self.posted.get(name, quantity_text(line.quantity)),
            is_open=may_raise or any(self.rules.allows(action, shipment) for action in lower),
            may_raise=may_raise,
            error=self.errors.get(name) or troubles.get(line.pk, ""),
        )

    def _text(self, name: str) -> str:
        return str(self.posted.get(name, "")).strip()

    def _typed(self) -> dict[str, str]:
        """What stands in the fields of the order."""
        own = {name: str(getattr(self.order, name)) for name in FIELDS}
        return {**own, **{k: str(v) for k, v in self.posted.items()}}

    def _change(self) -> Change:
        return Change(
            revision=self._revision(),
            quantities=self._quantities(),
            added=self._added(),
            days=self._days(),
            fields=self._fields(),
            reason=self._text("reason")[:500],
        )

    def _revision(self) -> int:
        return whole_number(self._text("revision"))

    def _quantities(self) -> dict[int, Decimal]:
        found = {}
        for line in self.lines:
            name = f"q-{line.pk}"
            if name not in self.posted:
                continue
            number = self._number(name, self._text(name) or "0")
            if number is not None and number != line.quantity:
                found[line.pk] = number
        return found

    def _number(self, name: str, text: str) -> Decimal | None:
        try:
            return parse_quantity(text)
        except QuantityError:
            self.errors[name] = _("A quantity is a number, as 12 or 1.5.")
            return None

    def _added(self) -> list[AddedGoods]:
        found = []
        for place in range(NUM_ADDED):
            article = self._text(f"add-{place}-article")[:255]
            quantity = self._text(f"add-{place}-quantity")
            if not article and not quantity:
                continue
            number = self._number(f"add-{place}", quantity)
            if number is None:
                continue
            if not article or not number:
                self.errors[f"add-{place}"] = _("Enter an article and how much of it.")
                continue
            found.append(AddedGoods(article, number))
        return found

    def _days(self) -> dict[int, date]:
        found = {}
        today = timezone.localdate()
        for shipment in self.shipments:
            name = f"day-{shipment.pk}"
            text = self._text(name)
            if not text:
                continue
            day = day_typed(text, DAYS)
            if day is None:
                self.errors[name] = _("A day is written as 31.12.2026.")
            elif day == shipment.planned_date:
                continue
            elif not today <= day <= today + HORIZON:
                self.errors[name] = _("From today on, and not more than a year ahead.")
            else:
                found[shipment.pk] = day
        return found

    def _fields(self) -> dict[str, str]:
        found = {
            name: text_typed(self._text(name), LONGEST[name])
            for name in TYPED
            if name in self.posted
        }
        chosen = next((c for c in self.consignees if str(c.pk) == self._text("consignee")), None)
        if chosen is not None:
            found |= {"consignee_name": chosen.name, "delivery_address": chosen.address}
        return found
