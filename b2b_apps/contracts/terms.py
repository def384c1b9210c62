"""Terms of contracts that the staff change: what gives more takes two.

docs/algorithms/credit.md, 10. 1C's terms come by exchange as they are; people come here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.locks import contract_locked
from b2b_apps.contracts.models import Contract, ContractChange

Kind = Contract.PaymentKind
State = ContractChange.State
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """When the client pays, at which prices he buys, and until when."""

    payment_kind: str
    deferral_days: int
    prepaid_percent: Decimal
    price_type_id: int
    valid_to: date | None

    @property
    def advance(self) -> Decimal:
        """The part of an order that is paid before it ships, per cent."""
        if self.payment_kind == Kind.PREPAYMENT:
            return WHOLE
        return self.prepaid_percent if self.payment_kind == Kind.STAGES else Decimal(0)

    @property
    def days(self) -> int:
        return 0 if self.advance == WHOLE else self.deferral_days


def contract_terms_of(contract: Contract) -> ContractTerms:
    """Return a contract's terms. No query."""
    return ContractTerms(**{f.name: getattr(contract, f.name) for f in fields(ContractTerms)})


def terms_give(*, was: ContractTerms, now: ContractTerms) -> list[str]:
    """What terms give a client that others do not: payment, prices, term. Pure.

    Another price type always does: which is the cheaper differs from product to product.
    """
    found = []
    if now.advance < was.advance or now.days > was.days:
        found.append("payment")
    if now.price_type_id != was.price_type_id:
        found.append("prices")
    if was.valid_to is not None and (now.valid_to is None or now.valid_to > was.valid_to):
        found.append("term")
    return found


def contract_terms_text(terms: ContractTerms) -> dict[str, str | None]:
    """Return terms as texts by name, so that equal terms read alike."""
    return {
        "payment_kind": str(terms.payment_kind),
        "deferral_days": str(terms.deferral_days),
        "prepaid_percent": f"{terms.prepaid_percent:.2f}",
        "price_type_id": str(terms.price_type_id),
        "valid_to": terms.valid_to.isoformat() if terms.valid_to else None,
    }


@transaction.atomic
def contract_terms_change(
    *, contract_id: int, terms: ContractTerms, user_id: int, reason: str
) -> ContractChange | None:
    """Set terms, or propose them if they give more; return the change, None if there is none.

    A proposal takes the place of the open one, and so does a change that is set. Locks the
    contract. Raises DecisionError: no_reason.
    """
    if not reason.strip():
        raise DecisionError("no_reason")
    with scopes_disabled():
        contract = contract_locked(contract_id=contract_id)
        was = contract_terms_of(contract)
        if was == terms:
            return None
        for other in ContractChange.objects.filter(contract=contract, state=State.OPEN):
            _close(other, State.REPLACED, user_id)
        gives = terms_give(was=was, now=terms)
        if not gives:
            _write(contract, terms)
        values: dict[str, Any] = {f.name: getattr(terms, f.name) for f in fields(ContractTerms)}
        change: ContractChange = ContractChange.objects.create(
            contract=contract,
            was=contract_terms_text(was),
            gives=gives,
            reason=reason.strip()[:500],
            author_id=user_id,
            state=State.OPEN if gives else State.SET,
            **values,
        )
        return change


@transaction.atomic
def contract_change_sign(*, change_id: int, user_id: int) -> ContractChange:
    """Sign the change that was seen; its terms hold from now on.

    Locks the contract. Raises DecisionError: not_pending, changed (replaced by another), moved
    (the terms under it have changed since), same_person.
    """
    with scopes_disabled():
        change, contract = _locked(change_id)
        if change.author_id == user_id:
            raise DecisionError("same_person")
        if is_overtaken(change, contract):
            raise DecisionError("moved")
        _write(contract, change_terms(change))
        return _close(change, State.SIGNED, user_id)


@transaction.atomic
def contract_change_refuse(*, change_id: int, user_id: int, answer: str) -> ContractChange:
    """Turn a change of another person down. Locks the contract. Raises DecisionError: no_reason,
    and as ``contract_change_sign``.
    """
    with scopes_disabled():
        change, _contract = _locked(change_id)
        if change.author_id == user_id:
            raise DecisionError("same_person")
        if not answer.strip():
            raise DecisionError("no_reason")
        change.answer = answer.strip()[:500]
        return _close(change, State.REFUSED, user_id)


@transaction.atomic
def contract_change_withdraw(*, change_id: int, user_id: int) -> ContractChange:
    """Take one's own change back. Locks the contract. Raises DecisionError: not_author, and as
    ``contract_change_sign``.
    """
    with scopes_disabled():
        change, _contract = _locked(change_id)
        if change.author_id != user_id:
            raise DecisionError("not_author")
        return _close(change, State.WITHDRAWN, user_id)


def change_terms(change: ContractChange) -> ContractTerms:
    """Return the terms that a change asks for. No query."""
    return ContractTerms(**{f.name: getattr(change, f.name) for f in fields(ContractTerms)})


def is_overtaken(change: ContractChange, contract: Contract) -> bool:
    """Whether the contract's terms are no longer those that the change speaks of."""
    standing: Mapping[str, str | None] = contract_terms_text(contract_terms_of(contract))
    return dict(change.was) != dict(standing)


def _write(contract: Contract, terms: ContractTerms) -> None:
    names = [field.name for field in fields(ContractTerms)]
    for name in names:
        setattr(contract, name, getattr(terms, name))
    contract.save(update_fields=names)


def _locked(change_id: int) -> tuple[ContractChange, Contract]:
    """Lock the contract of an open change, then read the change: nobody else can end it now."""
    rows = ContractChange.objects.filter(pk=change_id)
    contract_id = rows.values_list("contract_id", flat=True).first()
    if contract_id is None:
        raise DecisionError("not_pending")
    contract = contract_locked(contract_id=contract_id)
    change = rows.get()
    if not change.is_open:
        raise DecisionError("changed" if change.state == State.REPLACED else "not_pending")
    return change, contract


def _close(change: ContractChange, state: str, user_id: int) -> ContractChange:
    change.state, change.closed_by_id, change.closed_at = state, user_id, timezone.now()
    change.save(update_fields=["state", "closed_by", "closed_at", "answer"])
    return change
