"""Limits, modes and debts of contracts and holdings.

What a batch of counterparties says is gathered and written at its end: contracts' accounts are
locked in pk order, then holdings' (``contracts.locks``), while orders are being placed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from b2b_apps.companies.models import Holding
from b2b_apps.contracts.debts import Debt, credit_debts_set
from b2b_apps.contracts.locks import rows_locked
from b2b_apps.contracts.models import Contract, CreditAccount
from b2b_apps.contracts.services import (
    CreditTerms,
    account_for,
    accounts_of,
    credit_currency_set,
    credit_groups_follow,
    credit_terms_set,
    group_for,
    terms_of,
)
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.fields import TRUE
from b2b_apps.sync1c.commerceml.messages import message
from b2b_apps.sync1c.commerceml.numbers import (
    MOST_CREDIT,
    amount_within,
    date_of,
    number_or_none,
    time_of,
    whole_of,
)
from b2b_apps.sync1c.commerceml.records import (
    ContractRecord,
    CounterpartyRecord,
    CreditRecord,
    DebtRecord,
)
from b2b_apps.sync1c.importing.references import CURRENCY
from b2b_apps.sync1c.importing.run import ImportRun, Known, digest_of
from b2b_apps.sync1c.texts import say

TERMS, DEBT, GROUP = "credit_terms", "credit_debt", "credit_group"
MODES = {
    "запрет": CreditAccount.Mode.BLOCK,
    "задержка отгрузки": CreditAccount.Mode.SOFT,
    "решение менеджера": CreditAccount.Mode.RELEASE,
}
MAX_SUM = Decimal(10) ** 12
MAX_DAYS = 32767
Record = ContractRecord | CounterpartyRecord


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of one contract's credit."""

    contract_id: int
    record: ContractRecord


def without_credit(record: ContractRecord) -> ContractRecord:
    """Return a contract's record as if it did not speak of credit."""
    return replace(record, credit=CreditRecord(), debt=None)


def credit_note(run: ImportRun, contract_id: int, record: ContractRecord) -> None:
    """Remember what a contract says of credit until the batch is through."""
    run.memory["credit"][record.external_id] = Told(contract_id, record)


def credit_apply(run: ImportRun) -> None:
    """Write terms and debts of the batch; whatever 1C said before and says again is passed over.

    Staff may have changed terms since: 1C writes over them when *it* changes them.
    """
    told: Mapping[str, Told] = dict(run.memory["credit"])
    holdings: Mapping[int, CounterpartyRecord] = dict(run.memory["holding_credit"])
    run.memory["credit"].clear()
    run.memory["holding_credit"].clear()
    if not told and not holdings:
        return
    ids = _accounts(told)
    groups = {pk: _group(pk, record) for pk, record in holdings.items()}
    companies = _companies(told)
    _lock(companies, set(holdings))
    accounts = CreditAccount.objects.in_bulk(ids.values())
    by_name = {name: accounts[pk] for name, pk in ids.items()}
    _terms(run, told, by_name)
    _group_terms(run, holdings, groups)
    _debts(run, told, by_name)
    credit_groups_follow(counterparty_ids=companies, holding_ids=set(holdings))


def _companies(told: Mapping[str, Told]) -> set[int]:
    rows = Contract.objects.filter(pk__in=[one.contract_id for one in told.values()])
    return set(rows.values_list("counterparty_id", flat=True))


def _lock(companies: Collection[int], holdings: Collection[int]) -> None:
    """Lock every account that the batch may touch: contracts' first, then holdings'."""
    rows = accounts_of(counterparty_ids=companies, holding_ids=holdings)
    locked = rows_locked(account_ids=list(rows.values_list("pk", flat=True)))
    groups = CreditAccount.objects.filter(
        Q(holding__counterparties__in=companies) | Q(holding_id__in=holdings)
    )
    rows_locked(
        account_ids={a.group_id for a in locked.values() if a.group_id}
        | set(groups.values_list("pk", flat=True))
    )


def _accounts(told: Mapping[str, Told]) -> dict[str, int]:
    """Ids of the contracts' accounts, made where there are none."""
    ids = [one.contract_id for one in told.values()]
    contracts = Contract.objects.select_related("credit", "counterparty").in_bulk(ids)
    return {name: account_for(contract=contracts[one.contract_id]).pk for name, one in told.items()}


def _group(holding_id: int, record: CounterpartyRecord) -> CreditAccount:
    currency = record.holding_credit.currency if record.holding_credit else ""
    holding = Holding.objects.get(pk=holding_id)
    return group_for(holding=holding, currency=currency or CURRENCY)


def _terms(run: ImportRun, told: Mapping[str, Told], accounts: Mapping[str, CreditAccount]) -> None:
    known = run.known(TERMS, told)
    contracts = Contract.objects.in_bulk([one.contract_id for one in told.values()])
    for name, one in told.items():
        account, currency = accounts[name], contracts[one.contract_id].currency
        if account.currency != currency and not credit_currency_set(
            account_id=account.pk, currency=currency
        ):
            _warn(run, say("credit_currency", number=one.record.number), one.record)
        record = one.record
        if _is_new(run, TERMS, name, account.pk, digest_of(record.credit), known):
            terms = _terms_from(run, record.credit, account, record)
            credit_terms_set(account_id=account.pk, terms=terms, note=say("credit_by_1c"))


def _group_terms(
    run: ImportRun,
    holdings: Mapping[int, CounterpartyRecord],
    groups: Mapping[int, CreditAccount],
) -> None:
    known = run.known(GROUP, [record.holding_id for record in holdings.values()])
    for pk, record in holdings.items():
        account, credit = groups[pk], record.holding_credit
        if credit is None or not _is_new(
            run, GROUP, record.holding_id, account.pk, digest_of(credit), known
        ):
            continue
        terms = _terms_from(run, credit, account, record)
        credit_terms_set(account_id=account.pk, terms=terms, note=say("credit_by_1c"))


def _terms_from(
    run: ImportRun, credit: CreditRecord, account: CreditAccount, record: Record
) -> CreditTerms:
    """Terms as 1C says; of what it does not speak of, or not so that it can be read, those that
    stand: a limit or an end that got lost would be none.
    """
    now = terms_of(account)
    mode = MODES.get(credit.mode.casefold(), now.mode)
    if credit.mode and credit.mode.casefold() not in MODES:
        _warn(run, say("credit_bad_mode", value=credit.mode[:60]), record)
    grace = _days(run, credit.grace_days, "ДнейЛьготы", record) if credit.grace_days else None
    stops = credit.overdue_stops
    return CreditTerms(
        limit=_limit(run, credit, now, record),
        limit_valid_to=_day(run, credit.valid_to, now, record),
        mode=mode,
        blocks_on_overdue=stops.casefold() in TRUE if stops else now.blocks_on_overdue,
        grace_days=now.grace_days if grace is None else grace,
    )


def _limit(
    run: ImportRun, credit: CreditRecord, now: CreditTerms, record: Record
) -> Decimal | None:
    if not credit.says_limit:
        return now.limit
    try:
        return amount_within(credit.limit, "ЛимитКредита", MOST_CREDIT)
    except BadValueError as error:
        _warn(run, message(error.code, error.params), record)
        return now.limit


def _debts(run: ImportRun, told: Mapping[str, Told], accounts: Mapping[str, CreditAccount]) -> None:
    known = run.known(DEBT, told)
    debts: dict[int, Debt] = {}
    for name, one in told.items():
        record, account = one.record, accounts[name]
        if record.debt is None:
            continue
        if _is_new(run, DEBT, name, account.pk, digest_of(record.debt), known):
            debt = _debt(run, record.debt, record)
            debts |= {account.pk: debt} if debt else {}
    credit_debts_set(debts=debts)


def _debt(run: ImportRun, told: DebtRecord, record: ContractRecord) -> Debt | None:
    """Return a report of 1C, or None with a warning: half a report is none."""
    at = _moment(told.at) or run.file.session.started_at
    debt = _number(run, told.debt, "Долг", record)
    overdue = _number(run, told.overdue, "Просрочено", record) or Decimal(0)
    if debt is None and told.debt.strip():
        return None
    if debt is None or abs(debt) >= MAX_SUM or abs(overdue) >= MAX_SUM:
        _warn(run, say("credit_bad_debt", number=record.number), record)
        return None
    if at > timezone.now() + timedelta(days=1):
        _warn(run, say("credit_future_debt", number=record.number, at=told.at[:40]), record)
        return None
    days = _days(run, told.overdue_days, "ДнейПросрочки", record)
    return Debt(debt, max(overdue, Decimal(0)), days if overdue > 0 else 0, at)


def _is_new(  # noqa: PLR0913, PLR0917 - one name of one kind
    run: ImportRun, kind: str, name: str, pk: int, digest: bytes, known: Mapping[str, Known]
) -> bool:
    """Whether 1C says something else than last time; it is remembered."""
    if known.get(name) == Known(pk, digest):
        return False
    run.remember(kind, {name: Known(pk, digest)})
    return True


def prepaid_percent(run: ImportRun, record: ContractRecord) -> Decimal:
    """Return the advance of stages in per cent, 0 of other terms."""
    if record.payment != "Этапы":
        return Decimal(0)
    percent = _number(run, record.prepaid_percent, "ПроцентАванса", record)
    if percent is None or not 0 < percent <= 100:
        _warn(run, say("credit_bad_percent", number=record.number), record)
        return Decimal(0)
    return percent.quantize(Decimal("0.01"))


def _number(run: ImportRun, text: str, field: str, record: Record) -> Decimal | None:
    try:
        return number_or_none(text, field)
    except BadValueError as error:
        _warn(run, message(error.code, error.params), record)
        return None


def _days(run: ImportRun, text: str, field: str, record: Record) -> int:
    try:
        return min(max(whole_of(text, field), 0), MAX_DAYS)
    except BadValueError as error:
        _warn(run, message(error.code, error.params), record)
        return 0


def _day(run: ImportRun, text: str, now: CreditTerms, record: Record) -> date | None:
    try:
        iso = date_of(text, "ЛимитДо")
    except BadValueError as error:
        _warn(run, message(error.code, error.params), record)
        return now.limit_valid_to
    return date.fromisoformat(iso) if iso else None


def _moment(text: str) -> datetime | None:
    """Return НаДату in the portal's time zone; 1C's clock knows none."""
    try:
        day = date_of(text, "НаДату")
    except BadValueError:
        return None
    if not day:
        return None
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{time_of(text) or '00:00:00'}"))


def _warn(run: ImportRun, text: str, record: Record) -> None:
    run.warn("credit", text, kind="contract", record=record)
