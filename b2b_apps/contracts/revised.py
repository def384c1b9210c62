"""What becomes of an order's credit when the order is changed: docs/algorithms/credit.md, part 11.

Callers hold the lock of the order and of the balances it touches.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.credit import HELD, Taking, left_share, reason_of, shipment_parts
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.ledger import Cause, Ledger, ledger_of, move, review_ask
from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry, CreditHold
from b2b_apps.contracts.positions import ZERO, Position, credit_part
from b2b_apps.contracts.standing import Standing, standing_of, strictest
from b2b_apps.core.money import round_sum, shared_out

Kind, Mode = CreditEntry.Kind, CreditAccount.Mode


@transaction.atomic
def credit_revised(  # noqa: PLR0913 - what an order was and is
    *,
    order: Any,
    contract: Contract,
    number: int,
    before: Mapping[int, Decimal],
    after: Mapping[int, Decimal],
    open_ids: Collection[int],
    left: tuple[Mapping[int, Decimal], Mapping[int, Decimal]] = ({}, {}),
    user_id: int | None = None,
    is_told: bool = False,
) -> Taking:
    """Bring an order's hold to what its shipments cost now, in the transaction that changes it.

    ``before`` and ``after`` are the sums of all its shipments by id, in their sequence; those
    that are not ``open_ids`` have shipped or were cancelled, and nothing of them moves. Of open
    ones that left in part ``left`` says what did, by its price before and now. What is
    asked more has to be accepted by the contract's account and its holding's, which stay locked;
    where one refuses, the mode ``soft`` holds beyond the limit and answers "held", any other
    raises CreditExceededError. What 1C has changed (``is_told``) is taken whatever the limit:
    it is so there. An order that is stopped already is weighed when it goes, not here.
    """
    with scopes_disabled():
        ledger = ledger_of(order_id=order.pk)
        if ledger is None:
            return Taking()
        was = shipment_parts(ledger.hold, before)
        parts = _parts_now(ledger.hold, contract, before, after, open_ids)
        more = sum((after[pk] - before[pk] for pk in open_ids), ZERO)
        on_credit = sum((parts[pk] - was[pk] for pk in open_ids), ZERO)
        shipped = sum(
            (left_share(parts[pk], left[1][pk], after[pk])
             - left_share(was[pk], left[0][pk], before[pk]) for pk in left[0] if pk in open_ids),
            ZERO,
        )  # fmt: skip
        position = _position(ledger.position, more, on_credit, shipped)
        asked = position.held - ledger.position.held
        refusals = [] if is_told or order.credit_state == HELD else _refusals(ledger, asked)
        mode = strictest(refusals)
        if refusals and mode != Mode.SOFT:
            raise CreditExceededError(refusals, asked, mode)
        _write(ledger, was | parts)
        cause = Cause(Kind.CHANGE, f"change:{order.pk}:{number}", more, user_id=user_id)
        move(ledger, position, cause)
        if refusals:
            _note_stop(ledger, order.pk, number, asked, refusals)
        if asked < 0:
            review_ask(accounts=ledger.accounts, cause=cause.key)
        return Taking(HELD if refusals else "", asked, tuple(refusals))


def _parts_now(
    hold: CreditHold,
    contract: Contract,
    before: Mapping[int, Decimal],
    after: Mapping[int, Decimal],
    open_ids: Collection[int],
) -> dict[int, Decimal]:
    """What of each open shipment is on credit now, by the terms the order was placed under."""
    amounts = {pk: amount for pk, amount in after.items() if pk in open_ids}
    total, rest = sum(before.values(), ZERO), sum(amounts.values(), ZERO)
    if hold.placed == total:
        part = rest
    elif credit_part(contract=contract, amount=total) == hold.placed:
        part = credit_part(contract=contract, amount=rest)
    else:
        part = round_sum(hold.placed * rest / total) if total else ZERO
    shares = shared_out(part=part, amounts=list(amounts.values()))
    return dict(zip(amounts, shares, strict=True))


def _position(position: Position, more: Decimal, on_credit: Decimal, shipped: Decimal) -> Position:
    """The position of an order that costs so much more, so much of it on credit, so much of that
    for what has left.
    """
    return replace(
        position,
        taken=position.taken + on_credit,
        prepaid=position.prepaid + more - on_credit,
        shipped=position.shipped + shipped,
    )


def _refusals(ledger: Ledger, asked: Decimal) -> list[Standing]:
    day = timezone.localdate()
    standings = [standing_of(account, day=day) for account in ledger.accounts]
    return [standing for standing in standings if not standing.accepts(asked)]


def _write(ledger: Ledger, parts: Mapping[int, Decimal]) -> None:
    """Keep what of each shipment is on credit: it is shared out no more."""
    hold = ledger.hold
    hold.placed = sum(parts.values(), ZERO)
    hold.parts = {str(pk): str(part) for pk, part in parts.items()}
    hold.save(update_fields=["placed", "parts"])


def _note_stop(
    ledger: Ledger, order_id: int, number: int, asked: Decimal, refusals: Collection[Standing]
) -> None:
    CreditEntry.objects.create(
        account=ledger.account,
        kind=Kind.STOP,
        key=f"stop:{order_id}:{number}",
        order_id=order_id,
        amount=asked,
        at=timezone.now(),
        details={"reasons": [reason_of(s, asked) for s in refusals]},
    )
