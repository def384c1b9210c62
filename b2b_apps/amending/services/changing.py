"""One transaction from a change that is asked to the order as it is then, with its revision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.amending.change import Actor, Change
from b2b_apps.amending.diffs import diff_of
from b2b_apps.amending.errors import ChangeRefusedError, OrderMovedOnError, OutcomeChangedError
from b2b_apps.amending.gates import ChangeAsked, ChangedLine, ChangedSheet, change_gates_pass
from b2b_apps.amending.models import Action, OrderRevision
from b2b_apps.amending.planning import Found, Planned, Planner, Trouble, left_of
from b2b_apps.amending.reading import (
    OrderRead,
    awaited_lines,
    free_carriage,
    goods_found,
    growing_lines,
    lines_with_goods,
    order_context,
    order_read,
    prices_today,
)
from b2b_apps.amending.rules import ENDED, ChangeRules, rules_of
from b2b_apps.amending.services.following import carriage_follow
from b2b_apps.amending.services.rows import rows_write
from b2b_apps.amending.services.telling import revision_tell
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.revised import credit_revised
from b2b_apps.core.money import LineAmount
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.partly import rest_follow
from b2b_apps.fulfilment.services import shipment_amounts, shipment_left, shipments_cancel
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.services import order_stock_lock
from b2b_apps.purchasing.probing import probes_note

Kind = OrderRevision.Kind


@dataclass(frozen=True)
class Outcome:
    """What a change comes to. ``revision`` is None of a trial; ``credit`` is "held" if the order
    is stopped by it, ``credit_asked`` what more of credit it takes.
    """

    planned: Planned
    credit: str = ""
    credit_asked: Decimal = Decimal(0)
    diff: Mapping[str, Any] = field(default_factory=dict)
    revision: OrderRevision | None = None

    @property
    def mark(self) -> str:
        """Names all that was shown of it; a change that comes to something else is not made."""
        planned = self.planned
        rows = [
            (row.article, row.kind, f"{row.now:.3f}", f"{row.price:.4f}", str(row.amount))
            for row in planned.rows
        ]
        days = [(s.pk, str(day)) for s, _was, day in planned.days]
        shown = (
            planned.order.pk, planned.order.revision, rows, sorted(planned.fields.items()), days,
            [s.pk for s in planned.emptied], [s.pk for s in planned.unfree], self.credit,
        )  # fmt: skip
        return blake2b(repr(shown).encode(), digest_size=12).hexdigest()


class _TakenBackError(Exception):
    """A trial is over: nothing of it stays."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def order_change(  # noqa: PLR0913 - how it is made
    *,
    order_id: int,
    actor: Actor,
    change: Change,
    seen: str = "",
    is_trial: bool = False,
    approved_rules: Collection[int] = (),
    notes_probes: bool = True,
) -> Outcome:
    """Change an order as a whole or not at all; of a trial, say what it would come to.

    The caller has seen to it that the actor may see the order. A trial does all that the change
    does and takes it back, so what it shows of prices, stock, credit and approvals is what would
    happen. By ``approved_rules`` it needs nobody's word any more. ``notes_probes`` counts goods
    that there was not enough of against the actor: not when others look at what he has asked.
    ``seen`` is the ``mark`` of the outcome that was shown. Locks the order, its shipments, periods
    of budgets, balances in pk order, credit accounts; tried anew after a deadlock. Raises
    OrderMovedOnError, ChangeRefusedError, OutcomeChangedError, ChangeNeedsApprovalError,
    ChangeOverBudgetError, CreditExceededError; then nothing is changed.
    """
    work = partial(
        _change, order_id, actor, change, seen,
        is_trial=is_trial, is_cancel=False, approved_rules=approved_rules,
    )  # fmt: skip
    return _done(work, order_id, actor, notes_probes=notes_probes)


def order_withdraw(
    *, order_id: int, actor: Actor, revision: int, reason: str = "", is_trial: bool = False
) -> Outcome:
    """Cancel what of an order the rules still let the actor cancel; of a trial, say what.

    Locks and errors are those of ``order_change``.
    """
    change = Change(revision=revision, reason=reason)
    work = partial(_change, order_id, actor, change, "", is_trial=is_trial, is_cancel=True)
    return _done(work, order_id, actor)


def _done(work: Any, order_id: int, actor: Actor, *, notes_probes: bool = True) -> Outcome:
    with scopes_disabled():
        try:
            outcome: Outcome = deadlock_retried(transaction.atomic(work))
        except _TakenBackError as trial:
            return trial.outcome
        except StockShortageError as shortage:
            troubles = _short(shortage, order_id)
            if notes_probes:
                refusal_note(troubles, order_id, actor)
            raise ChangeRefusedError(troubles) from shortage
        except ChangeRefusedError as refused:
            if notes_probes:
                refusal_note(refused.troubles, order_id, actor)
            raise
    return outcome


def _change(  # noqa: PLR0913 - the same for a change, a cancellation and their trials
    order_id: int,
    actor: Actor,
    change: Change,
    seen: str,
    *,
    is_trial: bool,
    is_cancel: bool,
    approved_rules: Collection[int] = (),
) -> Outcome:
    order = order_locked(order_id=order_id)
    if order is None or order.revision != change.revision:
        raise OrderMovedOnError(OrderRevision.objects.filter(order=order_id).last())
    rules = rules_of(actor.who)
    read = order_read(order, actor)
    if is_cancel:
        change = replace(change, quantities=_nothing(read, rules))
    found = goods_found(read, change, rules)
    growing = growing_lines([line.pk for line in read.lines])
    planner = _planner(read, change, rules, found, is_cancel=is_cancel)
    planned = planner(growing)
    if planned.troubles:
        raise ChangeRefusedError(planned.troubles)
    change_gates_pass(asked_of_gates(read, actor, planned, approved_rules=approved_rules))
    touched = [row.line.pk for row in planned.rows if row.line and row.kind != "same"]
    order_stock_lock(
        order_line_ids=touched,
        stock_record_ids=[row.stock_record_id for row in planned.rows if row.line is None],
    )
    if (still := growing_lines([line.pk for line in read.lines])) != growing:
        # 1C has taken the order over meanwhile: what is more of it is held apart.
        planned = planner(still)
    return _made(read, actor, change, planned, seen, is_trial=is_trial, is_cancel=is_cancel)


def _nothing(read: OrderRead, rules: ChangeRules) -> dict[int, Decimal]:
    """All that has not left of shipments that may be cancelled, taken out."""
    allowed = {s.pk: s for s in read.shipments if rules.allows(Action.CANCEL, s)}
    return {
        line.pk: left_of(line, allowed[line.shipment_id])
        for line in read.lines
        if line.shipment_id in allowed
    }


def _planner(
    read: OrderRead, change: Change, rules: ChangeRules, found: Sequence[Found], *, is_cancel: bool
) -> Any:
    prices = {} if is_cancel else prices_today(read, change, found)
    awaited = awaited_lines([line.pk for line in read.lines])
    free_from = {} if is_cancel else free_carriage(read.shipments)

    def plan(growing: frozenset[int]) -> Planned:
        return Planner(
            order=read.order,
            shipments=read.shipments,
            lines=read.lines,
            rules=rules,
            change=change,
            prices=prices,
            growing=growing,
            awaited=awaited,
            free_from=free_from,
            probed=read.probed,
            found=found,
            may_price=read.context is not None,
            is_cancel=is_cancel,
        ).planned()

    return plan


def asked_of_gates(
    read: OrderRead, actor: Actor, planned: Planned, *, approved_rules: Collection[int] = ()
) -> ChangeAsked:
    """The change as gates see it: with what was placed together with the order."""
    lines = [
        ChangedLine(row.product, row.article, row.amount)
        for row in planned.rows
        if row.now and row.product is not None
    ]
    was = [row.line for row in planned.rows if row.line]
    others = _as_they_are(read.others)
    order = read.order
    _was, address = planned.fields.get("delivery_address", ("", order.delivery_address))
    return ChangeAsked(
        order=order,
        actor=actor,
        sheet=ChangedSheet([] if planned.is_ended and not read.others else [*lines, *others]),
        sheet_before=ChangedSheet([*_as_they_are(was), *others]),
        total_before=order.total_incl_tax,
        total_after=planned.total_incl_tax,
        address=address,
        approved_rules=approved_rules,
    )


def _as_they_are(lines: Sequence[Any]) -> list[ChangedLine]:
    return [
        ChangedLine(line.product, line.article, _amount(line))
        for line in lines
        if line.product is not None
    ]


def _amount(line: Any) -> LineAmount:
    return LineAmount(line.line_price_excl_tax, line.vat_amount, line.line_price_incl_tax)


def _made(  # noqa: PLR0913 - the same for a change, a cancellation and their trials
    read: OrderRead,
    actor: Actor,
    change: Change,
    planned: Planned,
    seen: str,
    *,
    is_trial: bool,
    is_cancel: bool,
) -> Outcome:
    order, was, diff = read.order, read.order.total_incl_tax, diff_of(planned)
    if planned.emptied:
        shipments_cancel(shipment_ids=[shipment.pk for shipment in planned.emptied], is_told=True)
    before, left = shipment_amounts(order_id=order.pk), left_amounts(read)
    rows_write(read, planned, actor, order.revision + 1)
    after = shipment_amounts(order_id=order.pk)
    taking = credit_revised(
        order=order,
        contract=Contract.objects.select_related("credit", "counterparty").get(
            pk=order.contract_id
        ),
        number=order.revision + 1,
        before=before,
        after=after,
        open_ids=open_ids(read, planned),
        left=(left, left_amounts(read)),
        user_id=actor.user_id,
    )
    rests_follow(read)
    outcome = Outcome(planned, taking.state, taking.asked, diff)
    carriage_follow(planned)
    if is_trial:
        raise _TakenBackError(outcome)
    if not is_cancel and seen != outcome.mark:
        raise OutcomeChangedError(outcome)
    if taking.state:
        order.credit_state = taking.state
    revision = revision_make(order, actor, change, outcome, was, is_cancel=is_cancel)
    order.save(update_fields=["credit_state", "revision"])
    has_new_sums = bool(planned.changed) and not planned.is_ended
    revision_tell(order, revision, has_new_sums=has_new_sums)
    return replace(outcome, revision=revision)


def left_amounts(read: OrderRead) -> dict[int, Decimal]:
    """What has left of shipments that left in part comes to, by their id."""
    return {
        s.pk: shipment_left(s, [line for line in read.lines if line.shipment_id == s.pk])
        for s in read.shipments
        if s.status == Shipment.Status.PARTLY
    }


def rests_follow(read: OrderRead) -> None:
    """Let shipments that left in part, and of which less is to come now, go on or end."""
    for shipment in read.shipments:
        if shipment.status == Shipment.Status.PARTLY:
            rest_follow(shipment_id=shipment.pk)


def open_ids(read: OrderRead, planned: Planned) -> list[int]:
    gone = {shipment.pk for shipment in planned.emptied}
    return [s.pk for s in read.shipments if s.status not in ENDED
            and s.pk not in gone]  # fmt: skip


def revision_make(  # noqa: PLR0913 - the columns of a revision
    order: Any, actor: Actor, change: Change, outcome: Outcome, was: Decimal, *, is_cancel: bool
) -> OrderRevision:
    planned = outcome.planned
    order.revision += 1
    revision: OrderRevision = OrderRevision.objects.create(
        order=order,
        number=order.revision,
        kind=Kind.CANCEL if is_cancel or planned.is_ended else Kind.CHANGE,
        who=actor.who,
        user_id=actor.person_id,
        instead_of_id=order.user_id if actor.is_staff else None,
        reason=change.reason[:500],
        diff=outcome.diff,
        total_before=was,
        total_after=Decimal(0) if planned.is_ended else planned.total_incl_tax,
    )
    return revision


def refusal_note(troubles: Sequence[Trouble], order_id: int, actor: Actor) -> None:
    """Count goods that there was not enough of, where the person may not see how much there is."""
    ids = {t.product_id for t in troubles if t.kind in {"short", "nowhere"} and t.product_id}
    if not ids or actor.is_staff:
        return
    order = apps.get_model("order", "Order").objects.get(pk=order_id)
    if context := order_context(order, actor):
        probes_note(context=context, product_ids=ids)


def _short(shortage: StockShortageError, order_id: int) -> list[Trouble]:
    """What there is not enough of, named by article; no figures, for who may not see them."""
    records = apps.get_model("partner", "StockRecord").objects
    found = records.select_related("product__parent").filter(pk__in=list(shortage.shortages))
    products = {record.product_id: record.product for record in found}
    lines = {x.product_id: x.pk for x in lines_with_goods(order=order_id)}
    return [
        Trouble("short", str(p.article or (p.parent.article if p.parent else "")),
                line_id=lines.get(pk, 0), product_id=pk)
        for pk, p in products.items()
    ]  # fmt: skip
