"""What a buyer is told of credit: in the header, in the switch of contracts, beside his basket.

Debts are for those who may see debts. Who only orders sees what is left, and whether it is
enough. A holding's debts are shown to no one company: of a shared limit only what is free, but to
who may see the debts of all the companies that share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_DEBTS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.contracts.models import Contract, CreditAccount
from b2b_apps.contracts.standing import Credit, Standing, Verdict, credit_of
from b2b_apps.purchasing.kept import KeptSheet
from b2b_apps.purchasing.orders import unpaid_orders_under
from b2b_apps.purchasing.sheet import Sheet

ZERO = Decimal(0)
HUNDRED = Decimal(100)
Mode = CreditAccount.Mode


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Credit under a contract in one line.

    ``own`` is the contract's account, ``account`` the one that ``free`` is of; each is None for
    who may not see its debts.
    """

    free: Decimal
    currency: str
    is_shared: bool
    stops_on_overdue: bool
    expired_on: date | None
    own: Standing | None
    account: Standing | None

    @property
    def limit(self) -> Decimal | None:
        """The limit that ``free`` is of."""
        return self.account.limit if self.account else None

    @property
    def overdue(self) -> Decimal:
        """What is overdue under the contract."""
        return self.own.overdue if self.own else ZERO

    @property
    def beyond(self) -> Decimal:
        """What was let through beyond the limit that ``free`` is of."""
        return max(ZERO, -self.account.left) if self.account else ZERO

    @property
    def over_percent(self) -> Decimal:
        return share(self.account.overdue, self.limit) if self.account else ZERO

    @property
    def used_percent(self) -> Decimal:
        account = self.account
        return share(account.used - account.overdue, self.limit) if account else ZERO

    @property
    def is_low(self) -> bool:
        """Whether less than a tenth is left."""
        return self.free == 0 or (self.limit is not None and self.free * 10 < self.limit)


def credit_line(*, options: TradeOptions, contract: Contract) -> CreditLine | None:
    """Return what a person is told of a contract's credit, None if nothing. No query."""
    permissions = options.permissions.get(contract.counterparty_id, frozenset())
    sees_debts = SEE_DEBTS in permissions
    if SEE_PRICES not in permissions or not (sees_debts or PLACE_ORDERS in permissions):
        return None
    credit = _credit_of(contract)
    tightest = credit.tightest if credit else None
    if credit is None or tightest is None:
        return None
    return CreditLine(
        free=tightest.free or ZERO,
        currency=tightest.currency,
        is_shared=tightest.is_shared,
        stops_on_overdue=credit.stops_on_overdue,
        expired_on=tightest.limit_valid_to if tightest.is_expired else None,
        own=credit.own if sees_debts else None,
        account=tightest if _sees(options, contract, tightest) else None,
    )


def _sees(options: TradeOptions, contract: Contract, account: Standing) -> bool:
    """Whether a person may see the debts of an account that a contract meets."""
    if account.is_shared:
        return options.may_under_shared(contract, SEE_DEBTS)
    return options.may_under(contract, SEE_DEBTS)


@dataclass(frozen=True, slots=True)
class Advice:
    """What would make an order fit. ``kind``: overdue, invoice, shipment, less or contract."""

    kind: str
    amount: Decimal = ZERO
    left: Decimal = ZERO
    target: Any = None


@dataclass(frozen=True)
class OrderCredit:
    """Credit with an order that is about to be placed."""

    options: TradeOptions
    credit: Credit
    sheet: Sheet | KeptSheet
    sees_debts: bool
    # What delivery adds to the goods.
    carriage: Decimal = ZERO

    @property
    def total_incl_tax(self) -> Decimal:
        return self.sheet.total_incl_tax + self.carriage

    @cached_property
    def verdict(self) -> Verdict:
        return self.credit.verdict(self.total_incl_tax)

    @property
    def asked(self) -> Decimal:
        return self.verdict.asked

    @property
    def mode(self) -> str:
        """What becomes of the order: "" goes through, or block, soft, release."""
        return self.verdict.mode

    @property
    def is_blocked(self) -> bool:
        return self.verdict.is_blocked

    @cached_property
    def account(self) -> Standing:
        """The account that decides: the one that lacks most, or has least left."""
        refusals = self.verdict.refusals or self.credit.accounts
        return min(refusals, key=lambda standing: standing.left)

    @property
    def lack(self) -> Decimal:
        return self.verdict.lack

    @property
    def left(self) -> Decimal:
        """What is free after this order."""
        return max(ZERO, self.account.left - self.asked)

    @property
    def shows_account(self) -> bool:
        """Whether the person may see the limit and the debts of ``account``."""
        return _sees(self.options, self.options.contract, self.account)

    @property
    def overdue(self) -> Decimal:
        """Overdue that stops the order."""
        return self.verdict.overdue

    @cached_property
    def parts(self) -> dict[str, Decimal]:
        """The bar: overdue, used, this order, beyond; per cent of the limit or of what is asked."""
        account = self.account
        limit = ZERO if account.is_expired else account.limit or ZERO
        whole = max(limit, account.used + self.asked)
        fits = max(ZERO, min(self.asked, limit - account.used))
        return {
            "over": share(account.overdue, whole),
            "used": share(account.used - account.overdue, whole),
            "this": share(fits, whole),
            "excess": share(self.asked - fits, whole),
        }

    @cached_property
    def advice(self) -> Sequence[Advice]:
        """What would help, the surest first. One query, none if the order fits."""
        if not self.mode:
            return []
        found = [*self._of_overdue(), *self._of_invoices(), *self._of_shipments()]
        if self.lack and self.lack < self.asked:
            found.append(Advice("less", self.lack))
        return [*found, *self._of_contracts()][:3]

    def _of_overdue(self) -> Sequence[Advice]:
        if not self.credit.stops_on_overdue:
            return []
        return [Advice("overdue", self.overdue if self.sees_debts else ZERO)]

    def _of_invoices(self) -> Sequence[Advice]:
        """The first unpaid order whose payment is enough."""
        if not self.sees_debts or not self.lack:
            return []
        orders = unpaid_orders_under(contract_id=self.credit.contract.pk, least=self.lack)
        return [
            Advice("invoice", order.unpaid, order.unpaid - self.lack, order) for order in orders[:1]
        ]

    def _of_shipments(self) -> Sequence[Advice]:
        """The smallest shipment without which the rest fits."""
        groups: Sequence[Any] = self.sheet.shipments
        if len(groups) < 2 or self.credit.stops_on_overdue:
            return []
        rests = [
            (group.total_incl_tax, number, self.credit.verdict(self._rest(group)))
            for number, group in enumerate(groups, start=1)
        ]
        enough = sorted((sum_, number, v) for sum_, number, v in rests if not v.refusals)
        return [
            Advice("shipment", sum_, self._left_after(verdict.asked), number)
            for sum_, number, verdict in enough[:1]
        ]

    def _rest(self, group: Any) -> Decimal:
        return self.total_incl_tax - group.total_incl_tax

    def _left_after(self, asked: Decimal) -> Decimal:
        return min(standing.left for standing in self.credit.accounts) - asked

    def _of_contracts(self) -> Sequence[Advice]:
        """Another contract of the company that would take this sum: prepayment before all."""
        now = self.credit.contract
        others = [
            contract
            for contract in self.options.contracts
            if contract.counterparty_id == now.counterparty_id
            and contract.organization_id == now.organization_id
            and contract.currency == now.currency
            and contract.pk != now.pk
            and self._would_take(contract)
        ]
        others.sort(key=lambda c: c.payment_kind != Contract.PaymentKind.PREPAYMENT)
        return [Advice("contract", target=contract) for contract in others[:1]]

    def _would_take(self, contract: Contract) -> bool:
        credit = credit_of(contract, day=timezone.localdate())
        return not credit.verdict(self.total_incl_tax).refusals


def order_credit(
    *, options: TradeOptions, sheet: Sheet | KeptSheet, carriage: Decimal = ZERO
) -> OrderCredit | None:
    """Return credit with the basket as an order, None where credit is not watched. No query."""
    permissions = options.permissions.get(options.contract.counterparty_id, frozenset())
    credit = _credit_of(options.contract)
    if credit is None or not sheet.num_lines or SEE_PRICES not in permissions:
        return None
    return OrderCredit(options, credit, sheet, SEE_DEBTS in permissions, carriage)


def _credit_of(contract: Contract) -> Credit | None:
    """The credit of a contract that gives any and is watched."""
    if contract.payment_kind == Contract.PaymentKind.PREPAYMENT:
        return None
    credit = credit_of(contract, day=timezone.localdate())
    return credit if credit.is_watched else None


def share(part: Decimal, whole: Decimal | None) -> Decimal:
    """Return a part in per cent, between nothing and all."""
    if not whole or whole <= 0:
        return ZERO
    return min(HUNDRED, max(ZERO, part) * HUNDRED / whole)
