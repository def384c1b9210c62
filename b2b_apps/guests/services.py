"""A guest's request: made, declined, or made a client with goods in his basket."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.locks import inn_lock
from b2b_apps.companies.models import Counterparty, Manager
from b2b_apps.companies.roles import Role
from b2b_apps.companies.services import employee_invite
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.guesses import Limits, guess_begin, name_digest
from b2b_apps.guests.basket import Chosen
from b2b_apps.guests.errors import (
    AlreadyMovedError,
    NoContractError,
    NothingAskedError,
    OtherClientError,
    RequestDecidedError,
)
from b2b_apps.guests.models import GuestLine, GuestRequest
from b2b_apps.purchasing.services import BasketChange, basket_set_many

State = GuestRequest.State
# Requests of one mailbox and of one address in a quarter of an hour.
LIMITS = Limits(pair=3, name=5, address=10)
# The text that a guest agrees to; a new text is a new version.
CONSENT = "2026-11"


class Accepted(NamedTuple):
    """A request that was accepted, and whether its person's account was made by that."""

    request: GuestRequest
    is_new: bool


class Moved(NamedTuple):
    """What putting goods into a basket did, and lines whose product is no more."""

    change: BasketChange
    gone: Sequence[GuestLine]


def request_make(
    *, uid: uuid.UUID, fields: Mapping[str, str], chosen: Sequence[Chosen], address: str
) -> GuestRequest:
    """Keep what a guest asks for, once for a ``uid``: a second click gives the same request.

    Raises NothingAskedError, and GuessRefusedError for who asks too often. Six queries, whatever
    the number of lines.
    """
    if found := GuestRequest.objects.filter(uid=uid).first():
        return found
    if not chosen:
        raise NothingAskedError
    guess_begin(kind="guest", name=name_digest(fields["email"]), address=address, limits=LIMITS)
    with transaction.atomic():
        made, is_new = GuestRequest.objects.get_or_create(
            uid=uid,
            defaults={**fields, "consent": CONSENT, "address": address, "num_lines": len(chosen)},
        )
        if is_new:
            GuestLine.objects.bulk_create(_line(made, line) for line in chosen)
    return made


@transaction.atomic
def request_decline(*, pk: int, user_id: int, reason: str) -> GuestRequest:
    """Say no, with a reason for colleagues. Locks the request. Raises RequestDecidedError."""
    found = _new_locked(pk)
    return _decided(found, State.DECLINED, user_id, reason=reason.strip()[:500])


def client_of(inn: str) -> Counterparty | None:
    """Return the client that an ИНН is: of several an active one, the oldest. One query."""
    return Counterparty.objects.filter(inn=inn).order_by("-is_active", "pk").first()


@transaction.atomic
def request_accept(*, pk: int, user_id: int, known_id: int | None) -> Accepted:
    """Make a client of a guest: his company by its ИНН, new if it is none of ours yet, and he its
    buyer, of a new one its head. Who has a role in the company keeps it.

    ``known_id`` is the client that the manager saw before he accepted. Locks the request, then
    the ИНН. Raises RequestDecidedError, OtherClientError, StaffAccountError for an e-mail of our
    own; then nothing is made.
    """
    found = _new_locked(pk)
    inn_lock(inn=found.inn)
    company = client_of(found.inn)
    if (company.pk if company else None) != known_id:
        raise OtherClientError
    role = Role.BUYER
    if company is None:
        role = Role.HEAD
        company = Counterparty.objects.create(
            name=found.company,
            inn=found.inn,
            phone=found.phone,
            email=found.email,
            manager=Manager.objects.filter(user_id=user_id).first(),
        )
    first, _space, last = found.person.partition(" ")
    employee, is_new = employee_invite(
        counterparty=company,
        email=found.email,
        first_name=first,
        last_name=last,
        role=role,
        keeps_role=True,
    )
    found.counterparty, found.user_id = company, employee.user_id
    return Accepted(_decided(found, State.ACCEPTED, user_id), is_new)


@transaction.atomic
def request_to_basket(*, found: GuestRequest, contract_id: int) -> Moved:
    """Put the goods of an accepted request into the new client's basket under a contract, on top of
    what lies there, once; if none of them can be had, it may be tried again.

    Locks the request, then the basket. Raises NoContractError where he may not order under it,
    AlreadyMovedError, and what ``basket_set_many`` raises.
    """
    context = None
    if found.user_id is not None:
        context = trade_context_for(user_id=found.user_id, contract_id=contract_id)
    if context is None or context.contract_id != contract_id:
        raise NoContractError
    locked = _locked(found.pk)
    if locked.moved_at is not None:
        raise AlreadyMovedError
    lines = list(locked.lines.all())
    wanted = {x.product_id: x.quantity for x in lines if x.product_id}
    change = basket_set_many(context=context, quantities=wanted, add=True)
    if change.added:
        locked.moved_at = timezone.now()
        locked.save(update_fields=["moved_at"])
    return Moved(change, [x for x in lines if not x.product_id])


def _line(made: GuestRequest, chosen: Chosen) -> GuestLine:
    product = chosen.product
    return GuestLine(
        request=made,
        product=product,
        article=product.article[:255],
        title=str(product.get_title())[:255],
        unit=chosen.unit[:50],
        quantity=chosen.quantity,
    )


def _locked(pk: int) -> GuestRequest:
    return GuestRequest.objects.select_for_update().get(pk=pk)


def _new_locked(pk: int) -> GuestRequest:
    found = _locked(pk)
    if found.state != State.NEW:
        raise RequestDecidedError
    return found


def _decided(found: GuestRequest, state: str, user_id: int, **more: Any) -> GuestRequest:
    found.state, found.decided_at, found.decided_by_id = state, timezone.now(), user_id
    for name, value in more.items():
        setattr(found, name, value)
    found.save()
    return found
