"""Terms of credit that the staff change: what adds much takes two. docs/algorithms/credit.md, 9.

1C's terms come by ``contracts.services.credit_terms_set``; people come here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.locks import rows_locked
from b2b_apps.contracts.models import CreditAccount, CreditEntry, CreditProposal
from b2b_apps.contracts.services import CreditTerms, terms_of, terms_text, terms_write
from b2b_apps.contracts.standing import STRICTNESS, ZERO, Standing, standing_of
from b2b_apps.pricing.conversion import FRESH, ROUBLE
from b2b_apps.pricing.models import CurrencyRate

State = CreditProposal.State
# Raises of so many days count together.
TOGETHER = timedelta(days=30)
ENDLESS = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change: ``is_set`` at once, or the proposal that waits for a signature."""

    is_set: bool
    proposal: CreditProposal | None = None


@transaction.atomic
def credit_terms_change(
    *, account_id: int, terms: CreditTerms, user_id: int, reason: str
) -> Changed:
    """Set terms, or propose them if they add so much credit that a second person has to sign.

    A proposal takes the place of the open one. Locks the account, so that raises at the same
    moment count together. Raises DecisionError: no_reason.
    """
    if not reason.strip():
        raise DecisionError("no_reason")
    with scopes_disabled():
        account = rows_locked(account_ids=[account_id])[account_id]
        if terms_of(account) == terms:
            return Changed(is_set=False)
        added = credit_added(account=account, terms=terms)
        before = raised_lately(account_id=account_id) if added else ZERO
        if added and is_much(amount=added + before, currency=account.currency):
            proposal = _propose(
                account, terms, added=added, before=before, user_id=user_id, reason=reason
            )
            return Changed(is_set=False, proposal=proposal)
        terms_write(account=account, terms=terms, user_id=user_id, note=reason, raised=added)
        return Changed(is_set=True)


@transaction.atomic
def limit_sign(*, proposal_id: int, user_id: int) -> CreditProposal:
    """Sign the proposal that was seen; its terms hold from now on.

    Locks the account. Raises DecisionError: not_pending, changed (replaced by another), moved
    (the terms under it have changed since), same_person.
    """
    with scopes_disabled():
        proposal, account = _locked(proposal_id)
        if proposal.author_id == user_id:
            raise DecisionError("same_person")
        if is_moved(proposal, account):
            raise DecisionError("moved")
        proposal.entry = terms_write(
            account=account,
            terms=terms_proposed(proposal),
            user_id=proposal.author_id,
            note=proposal.reason,
            raised=proposal.added or ZERO,
        )
        return _close(proposal, State.SIGNED, user_id)


@transaction.atomic
def limit_refuse(*, proposal_id: int, user_id: int, answer: str) -> CreditProposal:
    """Turn a proposal of another person down. Locks the account. Raises DecisionError: no_reason,
    and as ``limit_sign``.
    """
    with scopes_disabled():
        proposal, _account = _locked(proposal_id)
        if proposal.author_id == user_id:
            raise DecisionError("same_person")
        if not answer.strip():
            raise DecisionError("no_reason")
        proposal.answer = answer.strip()[:500]
        return _close(proposal, State.REFUSED, user_id)


@transaction.atomic
def limit_withdraw(*, proposal_id: int, user_id: int) -> CreditProposal:
    """Take one's own proposal back. Locks the account. Raises DecisionError: not_author, and as
    ``limit_sign``.
    """
    with scopes_disabled():
        proposal, _account = _locked(proposal_id)
        if proposal.author_id != user_id:
            raise DecisionError("not_author")
        return _close(proposal, State.WITHDRAWN, user_id)


def credit_added(*, account: CreditAccount, terms: CreditTerms) -> Decimal:
    """What terms add to what may be owed, in the account's currency; ENDLESS if nothing bounds it.

    The limit by its figure, and by what of it is in force: one that is over, or stopped by
    overdue, is none. The larger of both counts, so that an expired limit can't be raised first
    and prolonged then. In force not only today: a limit prolonged holds on days on which it
    would have been over, and more grace lets orders through an overdue that would have stopped
    them. A softer mode lets orders through beyond any limit.
    """
    was = standing_of(account, day=timezone.localdate())
    now = replace(was, **{field.name: getattr(terms, field.name) for field in fields(CreditTerms)})
    if was.is_watched and is_softer(was.mode, now.mode):
        return ENDLESS
    gains = [_gain(_in_force(a), _in_force(b)) for a, b in _situations(was, now)]
    return max(_gain(_figure(was), _figure(now)), *gains)


def is_softer(was: str, now: str) -> bool:
    """Whether a mode lets through more beyond the limit than the other."""
    order = STRICTNESS.index
    return order(CreditAccount.Mode(now)) < order(CreditAccount.Mode(was))


def raised_lately(*, account_id: int) -> Decimal:
    """What raises of one signature have added within 30 days, since two have last signed. Two
    queries.
    """
    signed = CreditProposal.objects.filter(account_id=account_id, state=State.SIGNED)
    last = signed.aggregate(last=Max("entry_id"))["last"] or 0
    rows = CreditEntry.objects.filter(
        account_id=account_id,
        kind=CreditEntry.Kind.LIMIT,
        user__isnull=False,
        booked_at__gt=timezone.now() - TOGETHER,
        pk__gt=last,
    )
    total: Decimal | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def is_much(*, amount: Decimal, currency: str) -> bool:
    """Whether so much credit takes two signatures. One query for a foreign currency.

    By the last rate of the Bank of Russia: one set by hand is a matter of one person. Without a
    fresh one, it does.
    """
    if currency == ROUBLE or amount == ENDLESS:
        return amount >= settings.CREDIT_SECOND_SIGNATURE_FROM
    today = timezone.localdate()
    rates = CurrencyRate.objects.filter(
        currency=currency,
        source=CurrencyRate.Source.BANK,
        day__range=(today - FRESH, today + timedelta(days=1)),
    )
    rate = rates.order_by("-day").values_list("rate", flat=True).first()
    return rate is None or amount * rate >= settings.CREDIT_SECOND_SIGNATURE_FROM


def terms_proposed(proposal: CreditProposal) -> CreditTerms:
    return CreditTerms(**{f.name: getattr(proposal, f.name) for f in fields(CreditTerms)})


def is_moved(proposal: CreditProposal, account: CreditAccount) -> bool:
    """Whether the terms are no longer those that the proposal speaks of."""
    standing: Mapping[str, str | None] = terms_text(terms_of(account))
    return dict(proposal.was) != dict(standing)


def _situations(was: Standing, now: Standing) -> list[tuple[Standing, Standing]]:
    """Both terms today, in an overdue a day longer than was borne, and once the limit was over."""
    one, days = Decimal(1), was.grace_days + 1
    late = [replace(terms, overdue=one, overdue_days=days) for terms in (was, now)]
    pairs = [(was, now), (late[0], late[1])]
    if was.limit_valid_to is not None and not was.is_expired:
        then = was.limit_valid_to + timedelta(days=1)
        pairs.append((replace(was, day=then, overdue=ZERO), replace(now, day=then, overdue=ZERO)))
    return pairs


def _figure(standing: Standing) -> Decimal:
    return ENDLESS if standing.limit is None else standing.limit


def _in_force(standing: Standing) -> Decimal:
    if standing.is_watched and (standing.is_expired or standing.stops_on_overdue):
        return ZERO
    return _figure(standing)


def _gain(was: Decimal, now: Decimal) -> Decimal:
    return ZERO if now <= was else now - was


def _propose(  # noqa: PLR0913 - what a proposal is made of
    account: CreditAccount,
    terms: CreditTerms,
    *,
    added: Decimal,
    before: Decimal,
    user_id: int,
    reason: str,
) -> CreditProposal:
    for other in CreditProposal.objects.filter(account=account, state=State.OPEN):
        _close(other, State.REPLACED, user_id)
    values: dict[str, Any] = {f.name: getattr(terms, f.name) for f in fields(CreditTerms)}
    proposal: CreditProposal = CreditProposal.objects.create(
        account=account,
        was=terms_text(terms_of(account)),
        added=None if added == ENDLESS else added,
        before=before,
        reason=reason.strip()[:500],
        author_id=user_id,
        **values,
    )
    return proposal


def _locked(proposal_id: int) -> tuple[CreditProposal, CreditAccount]:
    """Lock the account of an open proposal, then read the proposal: nobody else can end it now."""
    rows = CreditProposal.objects.filter(pk=proposal_id)
    account_id = rows.values_list("account_id", flat=True).first()
    if account_id is None:
        raise DecisionError("not_pending")
    account = rows_locked(account_ids=[account_id])[account_id]
    proposal = rows.get()
    if not proposal.is_open:
        raise DecisionError("changed" if proposal.state == State.REPLACED else "not_pending")
    return proposal, account


def _close(proposal: CreditProposal, state: str, user_id: int) -> CreditProposal:
    proposal.state, proposal.closed_by_id, proposal.closed_at = state, user_id, timezone.now()
    proposal.save(update_fields=["state", "closed_by", "closed_at", "answer", "entry"])
    return proposal
