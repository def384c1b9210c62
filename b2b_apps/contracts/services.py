"""Credit accounts and their terms. How credit is taken: contracts.credit.

1C owns limits and modes; staff may change them (``contracts.limits``: what adds much takes two),
which is booked with who and why.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Holding
from b2b_apps.contracts.ledger import bring_forward, groups_follow, review_ask
from b2b_apps.contracts.locks import rows_locked
from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry
from b2b_apps.contracts.positions import ZERO

Mode = CreditAccount.Mode


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """What a limit is worth and what happens beyond it."""

    limit: Decimal | None = None
    limit_valid_to: date | None = None
    mode: str = Mode.BLOCK
    blocks_on_overdue: bool = True
    grace_days: int = 0


def terms_of(account: CreditAccount) -> CreditTerms:
    """Return an account's terms."""
    return CreditTerms(**{f.name: getattr(account, f.name) for f in fields(CreditTerms)})


def account_for(*, contract: Contract) -> CreditAccount:
    """Return the contract's account, made under its holding's if there is none.

    No query if the contract was read with its account.
    """
    account = getattr(contract, "credit", None)
    if account is not None:
        return account
    holding = contract.counterparty.holding_id
    groups = CreditAccount.objects.filter(currency=contract.currency)
    group = groups.filter(holding_id=holding).first() if holding else None
    account, _is_new = CreditAccount.objects.get_or_create(
        contract=contract, defaults={"currency": contract.currency, "group": group}
    )
    return account


def group_for(*, holding: Holding, currency: str) -> CreditAccount:
    """Return the holding's shared account, made if there is none, with no limit yet."""
    account, _is_new = CreditAccount.objects.get_or_create(holding=holding, currency=currency)
    return account


@transaction.atomic
def credit_terms_set(
    *, account_id: int, terms: CreditTerms, user_id: int | None = None, note: str = ""
) -> bool:
    """Set an account's terms; return whether anything changed. A change is booked.

    Stopped orders that fit then go by themselves. Locks the account. Two queries, up to five more
    for a change.
    """
    with scopes_disabled():
        account = rows_locked(account_ids=[account_id])[account_id]
        if terms_of(account) == terms:
            return False
        terms_write(account=account, terms=terms, user_id=user_id, note=note)
    return True


def terms_write(
    *,
    account: CreditAccount,
    terms: CreditTerms,
    user_id: int | None,
    note: str,
    raised: Decimal = ZERO,
) -> CreditEntry:
    """Write terms into an account that the caller has locked, and book it; ``raised`` is what
    they add to the credit. Stopped orders that fit then go by themselves.
    """
    was = terms_of(account)
    for field in fields(CreditTerms):
        setattr(account, field.name, getattr(terms, field.name))
    account.save(update_fields=[field.name for field in fields(CreditTerms)])
    now = timezone.now()
    entry: CreditEntry = CreditEntry.objects.create(
        account=account,
        kind=CreditEntry.Kind.LIMIT,
        key=f"terms:{now.isoformat()}",
        amount=raised,
        user_id=user_id,
        note=note[:500],
        details=changes_of(was=was, now=terms),
        at=now,
    )
    review_ask(accounts=[account], cause=f"terms:{now.isoformat()}")
    return entry


def changes_of(*, was: CreditTerms, now: CreditTerms) -> dict[str, list[str | None]]:
    """Return [was, now] of each term that differs, as texts."""
    return {
        field.name: [_text(getattr(was, field.name)), _text(getattr(now, field.name))]
        for field in fields(CreditTerms)
        if getattr(was, field.name) != getattr(now, field.name)
    }


def terms_text(terms: CreditTerms) -> dict[str, str | None]:
    """Return terms as texts by name; a sum with its kopecks, so that equal terms read alike."""
    texts = {field.name: _text(getattr(terms, field.name)) for field in fields(CreditTerms)}
    return texts | {"limit": None if terms.limit is None else f"{terms.limit:.2f}"}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def credit_limit_set(
    *, contract: Contract, limit: Decimal | None, user_id: int | None = None, note: str = ""
) -> CreditAccount:
    """Set the limit of a contract's account, made if there is none; a change is booked."""
    account = account_for(contract=contract)
    terms = CreditTerms(
        **{f.name: getattr(account, f.name) for f in fields(CreditTerms) if f.name != "limit"},
        limit=limit,
    )
    credit_terms_set(account_id=account.pk, terms=terms, user_id=user_id, note=note)
    account.refresh_from_db()
    return account


@transaction.atomic
def credit_currency_set(*, account_id: int, currency: str) -> bool:
    """Let an account follow its contract into another currency; False if something is held.

    What was owed in the old currency is nothing in the new one until 1C says. Locks the account.
    """
    account = rows_locked(account_ids=[account_id])[account_id]
    if account.held:
        return False
    account.currency, account.group = currency, None
    account.snapshot_debt = account.snapshot_overdue = Decimal(0)
    account.snapshot_at = timezone.now()
    bring_forward(account)
    account.save()
    return True


def accounts_of(
    *, counterparty_ids: Collection[int], holding_ids: Collection[int] = ()
) -> QuerySet[CreditAccount]:
    """Accounts of the contracts of these companies, and of all companies of these holdings."""
    return CreditAccount.objects.filter(
        Q(contract__counterparty_id__in=counterparty_ids)
        | Q(contract__counterparty__holding_id__in=holding_ids)
    )


@transaction.atomic
def credit_groups_follow(
    *, counterparty_ids: Collection[int], holding_ids: Collection[int] = ()
) -> int:
    """Put accounts of contracts under their holdings' accounts; return how many moved.

    An account stands under the holding's account of its own currency, if there is one. What is
    held and owed moves along. Locks the accounts, then the groups of both sides. Four queries,
    three more if anything moves.
    """
    with scopes_disabled():
        rows = accounts_of(counterparty_ids=counterparty_ids, holding_ids=holding_ids)
        moves = _moves(rows)
        if not moves:
            return 0
        accounts = rows_locked(account_ids=list(moves))
        groups = {a.group_id for a in accounts.values()} | set(moves.values())
        ids = [pk for pk in groups if pk]
        rows_locked(account_ids=ids)
        for pk, group_id in moves.items():
            CreditAccount.objects.filter(pk=pk).update(group_id=group_id)
        groups_follow(group_ids=ids)
        review_ask(accounts=list(accounts.values()), cause=f"group:{timezone.now().isoformat()}")
    return len(moves)


def _moves(rows: QuerySet[CreditAccount]) -> Mapping[int, int | None]:
    """Accounts that stand elsewhere than they should, with where they should."""
    found = rows.values_list("pk", "currency", "group_id", "contract__counterparty__holding_id")
    accounts = list(found)
    groups = CreditAccount.objects.filter(holding_id__in={holding for *_rest, holding in accounts})
    by_key = {(g.holding_id, g.currency): g.pk for g in groups}
    wanted = {pk: by_key.get((holding, currency)) for pk, currency, _group, holding in accounts}
    return {pk: wanted[pk] for pk, _currency, group, _holding in accounts if group != wanted[pk]}
