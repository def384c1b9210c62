"""Taking credit for an order, and what becomes of it. Rules: docs/algorithms/credit.md.

Callers hold the lock of the order they speak of (``contracts.locks``); an order that is just
being placed is nobody else's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.ledger import Cause, Ledger, ledger_of, move, review_ask
from b2b_apps.contracts.locks import rows_locked
from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry, CreditHold
from b2b_apps.contracts.positions import ZERO, Position, credit_part
from b2b_apps.contracts.services import account_for
from b2b_apps.contracts.standing import Standing, standing_of, strictest
from b2b_apps.core.money import round_sum, shared_out

Kind, Mode = CreditEntry.Kind, CreditAccount.Mode
HELD, WAITING = "held", "waiting"
STATES = {Mode.SOFT: HELD, Mode.RELEASE: WAITING}
# Of one account: its group, what is left where it accepted and is watched, or its refusal.
Tried = tuple[int | None, Decimal | None, Standing | None]
# The same rule as ``Standing.accepts``. With it taken off, parallel orders break the limit.
ACCEPTS = """("limit" IS NULL OR (
    (limit_valid_to IS NULL OR limit_valid_to >= %(day)s)
    AND "limit" - greatest(debt, 0) - held >= %(amount)s
    AND NOT (blocks_on_overdue AND overdue > 0 AND overdue_since < %(day)s::date - grace_days)
))"""


@dataclass(frozen=True, slots=True)
class Taking:
    """How credit was taken: ``state`` of the order ("", held, waiting), and what refused it."""

    state: str = ""
    asked: Decimal = ZERO
    refusals: tuple[Standing, ...] = ()


@transaction.atomic
def credit_take(
    *, order_id: int, contract: Contract, amount: Decimal, seen: str | None = None
) -> Taking:
    """Take what an order of ``amount`` needs on credit, in the transaction that places it.

    The contract's account, then its holding's, are taken by a conditional UPDATE each: it hits a
    row only if the order fits. If one refuses, the strictest mode decides: ``block`` raises
    CreditExceededError, ``soft`` holds beyond the limit and answers "held", ``release`` holds
    nothing and answers "waiting". If the buyer has ``seen`` another outcome than that ("" is none
    at all), it raises in every mode. Locks the accounts until the end of the transaction. At most
    nine queries; none where nothing is on credit.
    """
    asked = credit_part(contract=contract, amount=amount)
    if asked <= 0:
        return Taking()
    account_id = account_for(contract=contract).pk
    refusals, left = _take(account_id, asked)
    mode = strictest(refusals)
    if refusals and (mode == Mode.BLOCK or seen not in {None, mode}):
        raise CreditExceededError(refusals, asked, mode)
    state = STATES[Mode(mode)] if mode else ""
    if refusals:
        _settle(account_id, asked, refusals, state)
    position = Position(asked, amount - asked, waits=state == WAITING)
    with scopes_disabled():
        _write(account_id, order_id, position, refusals, left)
    return Taking(state, asked, tuple(refusals))


def _take(account_id: int, asked: Decimal) -> tuple[list[Standing], Decimal | None]:
    """Try the account, then its group, which stay locked.

    Return those that refused, and what is least left now of those that accepted and are watched.
    """
    refusals: list[Standing] = []
    lefts: list[Decimal] = []
    pk: int | None = account_id
    while pk is not None:
        pk, left, refusal = _take_one(pk, asked) or _look_again(pk, asked)
        refusals += [] if refusal is None else [refusal]
        lefts += [] if left is None else [left]
    return refusals, min(lefts, default=None)


def _take_one(account_id: int, asked: Decimal) -> Tried | None:
    """Hold on one account if it accepts, or return None."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE contracts_creditaccount SET held = held + %(amount)s "  # noqa: S608 - our own
            f"WHERE id = %(id)s AND {ACCEPTS} "
            'RETURNING group_id, "limit" - greatest(debt, 0) - held',
            {"id": account_id, "amount": asked, "day": timezone.localdate()},
        )
        found = cursor.fetchone()
    return (found[0], found[1], None) if found else None


def _look_again(account_id: int, asked: Decimal) -> Tried:
    """Lock an account that refused: its figures are those of the refusal, unless by now it fits."""
    account = rows_locked(account_ids=[account_id])[account_id]
    standing = standing_of(account, day=timezone.localdate())
    if not standing.accepts(asked):
        return account.group_id, None, standing
    CreditAccount.objects.filter(pk=account_id).update(held=F("held") + asked)
    return account.group_id, standing.left - asked if standing.is_watched else None, None


def _settle(account_id: int, asked: Decimal, refusals: Sequence[Standing], state: str) -> None:
    """Hold beyond the limit where it was refused; or, if the order waits, nowhere."""
    refused = {s.account_id for s in refusals}
    group_id = CreditAccount.objects.values_list("group_id", flat=True).get(pk=account_id)
    ids = {account_id} | ({group_id} if group_id else set())
    if state == HELD:
        CreditAccount.objects.filter(pk__in=refused).update(held=F("held") + asked)
    else:
        CreditAccount.objects.filter(pk__in=ids - refused).update(held=F("held") - asked)


def _write(
    account_id: int, order_id: int, position: Position, refusals: Sequence[Standing],
    left: Decimal | None,
) -> None:  # fmt: skip
    CreditHold.objects.create(
        account_id=account_id,
        order_id=order_id,
        amount=position.held,
        placed=position.taken,
        taken=position.taken,
        prepaid=position.prepaid,
        waits=position.waits,
    )
    common = {"account_id": account_id, "order_id": order_id, "amount": position.taken,
              "at": timezone.now()}  # fmt: skip
    lefts = [s.left - position.held for s in refusals] + ([] if left is None else [left])
    known = {"left": str(min(lefts))} if lefts else {}
    entries = [
        CreditEntry(
            kind=Kind.HOLD,
            key=f"hold:{order_id}",
            held=position.held,
            details=known,
            **common,
        )
    ]
    if refusals:
        details = {"reasons": [reason_of(s, position.taken) for s in refusals]}
        entries.append(
            CreditEntry(kind=Kind.STOP, key=f"stop:{order_id}", details=details, **common)
        )
    CreditEntry.objects.bulk_create(entries)


def reason_of(standing: Standing, asked: Decimal) -> dict[str, Any]:
    """Return why an account refused, for the journal."""
    return {
        "shared": standing.is_shared,
        "lack": str(standing.lacks(asked)),
        "expired": standing.limit_valid_to.isoformat()
        if standing.is_expired and standing.limit_valid_to
        else "",
        "overdue": str(standing.overdue) if standing.stops_on_overdue else "",
        "days": standing.overdue_days if standing.stops_on_overdue else 0,
    }


@dataclass(frozen=True, slots=True)
class Left:
    """What of a shipment had left before, with VAT, and has by now (None: all of it); ``waybill``
    is the document that says so.
    """

    before: Decimal
    now: Decimal | None = None
    waybill: str = ""


@transaction.atomic
def credit_shipped(
    *,
    order_id: int,
    shipment_id: int,
    amounts: Mapping[int, Decimal],
    at: datetime | None,
    left: Left | None = None,
) -> bool:
    """Turn a shipment's part of the hold into debt, once; return whether anything was booked. Of
    one that leaves in parts only what has ``left`` more than before.

    ``amounts`` are the sums of all shipments of the order by id, in their sequence; ``at`` is
    when 1C shipped, None if it does not say. An order that took no credit is 1C's to reckon.
    """
    with scopes_disabled():
        ledger = ledger_of(order_id=order_id)
        if ledger is None:
            return False
        amount = amounts[shipment_id]
        part = shipment_parts(ledger.hold, amounts)[shipment_id]
        key = f"ship:{shipment_id}"
        if left is not None:
            now = amount if left.now is None else left.now
            part = left_share(part, now, amount) - left_share(part, left.before, amount)
            key, amount = f"{key}:{left.waybill}:{now}", now - left.before
        after = replace(ledger.position, shipped=ledger.position.shipped + part)
        return move(ledger, after, Cause(Kind.SHIPMENT, key, amount, at))


def left_share(part: Decimal, left: Decimal, amount: Decimal) -> Decimal:
    """What of a shipment's part is of what has left: a running total, rounded."""
    return round_sum(part * left / amount) if amount else ZERO


@transaction.atomic
def credit_cancelled(
    *,
    order_id: int,
    shipment_ids: Collection[int],
    amounts: Mapping[int, Decimal],
    left: Mapping[int, Decimal] = MappingProxyType({}),
) -> bool:
    """Let go of what was held for shipments that will not leave, once each; of those of which some
    has ``left``, by id, of the rest.
    """
    with scopes_disabled():
        ledger = ledger_of(order_id=order_id)
        if ledger is None:
            return False
        parts = shipment_parts(ledger.hold, amounts)
        changes = []
        for pk in shipment_ids:
            before, gone = ledger.position, left.get(pk, ZERO)
            part = parts[pk] - left_share(parts[pk], gone, amounts[pk])
            amount = amounts[pk] - gone
            after = replace(
                before,
                taken=before.taken - part,
                prepaid=before.prepaid - (amount - part),
            )
            changes.append(move(ledger, after, Cause(Kind.CANCEL, f"cancel:{pk}", amount)))
        if any(changes):
            review_ask(accounts=ledger.accounts, cause=f"cancel:{max(shipment_ids)}")
        return any(changes)


def shipment_parts(hold: CreditHold, amounts: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What of each shipment of the order is on credit; of an order that was changed, as was kept
    then.
    """
    if hold.parts:
        return {pk: Decimal(hold.parts.get(str(pk), 0)) for pk in amounts}
    shares = shared_out(part=hold.placed, amounts=list(amounts.values()))
    return dict(zip(amounts, shares, strict=True))


@transaction.atomic
def credit_paid(
    *, order_id: int, number: str, amount: Decimal, at: datetime | None, replaces: str = ""
) -> bool:
    """Book that 1C's payment ``number`` of an order is ``amount``, whatever it was before.

    It settles what has shipped, or lowers the hold of what has not. ``replaces`` is the number
    that this payment was known by until now. Returns whether anything was booked.
    """
    with scopes_disabled():
        ledger = ledger_of(order_id=order_id)
        if ledger is None:
            return False
        booked = _booked(ledger, number)
        if replaces and replaces != number and (moved := _booked(ledger, replaces)):
            _rename(ledger, replaces, number, moved)
            booked += moved
        if booked == amount:
            return False
        more = amount - booked
        after = replace(ledger.position, paid=ledger.position.paid + more)
        # 1C's last debt has the payment as it was: that there is less of it comes on top.
        cause = Cause(Kind.PAYMENT, _key(ledger, number), more, at if more > 0 else None)
        move(ledger, after, cause)
        review_ask(accounts=ledger.accounts, cause=cause.key)
        return True


def _booked(ledger: Ledger, number: str) -> Decimal:
    """What is booked under a payment's number."""
    rows = CreditEntry.objects.filter(account=ledger.account, order_id=ledger.hold.order_id)
    found = rows.filter(kind=Kind.PAYMENT).values_list("key", "amount")
    return sum((amount for key, amount in found if key.split(":", 2)[2] == number), ZERO)


def _key(ledger: Ledger, number: str) -> str:
    """A key of a payment's next entry: corrections are counted."""
    place = CreditEntry.objects.filter(
        account=ledger.account, order_id=ledger.hold.order_id, kind=Kind.PAYMENT
    ).count()
    return f"pay{place + 1}:{ledger.hold.order_id}:{number}"


def _rename(ledger: Ledger, was: str, now: str, amount: Decimal) -> None:
    """Let a payment go on under another number: two entries that move nothing."""
    for number, moved in ((was, -amount), (now, amount)):
        move(ledger, ledger.position, Cause(Kind.PAYMENT, _key(ledger, number), moved))
