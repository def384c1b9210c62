"""What the header and the footer of every page show a buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from b2b_apps.approvals.selectors import num_waiting_for
from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import MANAGE_APPROVALS, PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.context import ProjectOption, TradeOptions
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import ReadContext
from b2b_apps.core.prepared import PreparedRows
from b2b_apps.storefront.closed import ClosedCompany, closed_companies
from b2b_apps.storefront.contacts import Contact, contact_of
from b2b_apps.storefront.credit import CreditLine, credit_line


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """A contract in the switch of the header."""

    id: int
    label: str
    terms: str
    is_current: bool
    note: str
    credit: CreditLine | None = None


class Party(NamedTuple):
    """A company in the switch of the header, with its contracts."""

    id: int
    name: str
    inn: str
    contracts: tuple[ContractChoice, ...]


class RegionChoice(NamedTuple):
    """A region of dispatch."""

    id: int
    name: str
    current: bool


class ShownTrade(NamedTuple):
    """All that header, bar and footer show of a Shell, under the same names. Hashable."""

    counterparty_name: str
    contract_label: str
    project: ProjectOption | None
    projects: tuple[ProjectOption, ...]
    may_order: bool
    may_see_prices: bool
    parties: tuple[Party, ...]
    credit: CreditLine | None
    regions: tuple[RegionChoice, ...]
    region_name: str
    basket_total: Decimal | None
    basket_num_lines: int
    basket_currency: str
    num_notices: int
    data_as_of: datetime | None
    manager: Contact | None


class ClosedParty(NamedTuple):
    """A company that can't buy, and why."""

    name: str
    inn: str
    reason: str


class ShownPerson(NamedTuple):
    """All that header and bar show of a Person, under the same names. Hashable."""

    name: str
    uses_approvals: bool
    may_manage_approvals: bool
    num_to_approve: int
    closed: tuple[ClosedParty, ...]


class Shell:
    """The header's and footer's data; what costs a query is read only if it is shown."""

    def __init__(self, options: TradeOptions, known: tuple[Decimal, int] | None = None) -> None:
        """``known``: total and number of lines of the basket, if a page has just reckoned them."""
        self._known = known
        self._options = options
        self._context = options.context
        self.contracts = options.contracts
        self.counterparty_name = options.contract.counterparty.name

    @cached_property
    def contract_label(self) -> str:
        contract = self._options.contract
        parts = [_("Contract %(no)s") % {"no": contract}]
        if self._options.may_under(contract, SEE_PRICES):
            parts += [contract.price_type.name, contract.payment_terms]
        return " · ".join(part for part in parts if part)

    @property
    def project(self) -> ProjectOption | None:
        """The project that is bought for."""
        return self._options.project

    @property
    def projects(self) -> tuple[ProjectOption, ...]:
        """Those of the current contract that may be bought for."""
        return tuple(self._options.projects)

    @property
    def may_order(self) -> bool:
        return self._context.may(PLACE_ORDERS)

    @property
    def may_see_prices(self) -> bool:
        return self._context.may(SEE_PRICES)

    @cached_property
    def shown(self) -> ShownTrade:
        return ShownTrade._make([getattr(self, name) for name in ShownTrade._fields])

    @property
    def parties(self) -> tuple[Party, ...]:
        """The person's companies with the contracts he may look at prices under."""
        return self._parties(self._options.contracts)

    @property
    def order_parties(self) -> tuple[Party, ...]:
        """The same, of those companies alone that he may order for."""
        options = self._options
        return self._parties([c for c in options.contracts if options.may_under(c, PLACE_ORDERS)])

    def _parties(self, contracts: Sequence[Contract]) -> tuple[Party, ...]:
        rows = groupby(contracts, key=lambda contract: contract.counterparty)
        return tuple(
            [
                Party(
                    counterparty.pk,
                    counterparty.name,
                    counterparty.inn,
                    tuple([self._choice(contract) for contract in found]),
                )
                for counterparty, found in rows
            ]
        )

    def _choice(self, contract: Contract) -> ContractChoice:
        # Who may not see prices is not told what they are made of, nor when they are paid.
        sees = self._options.may_under(contract, SEE_PRICES)
        return ContractChoice(
            id=contract.pk,
            label=f"{contract}, {contract.price_type.name}" if sees else str(contract),
            terms=contract.payment_terms if sees else "",
            is_current=contract.pk == self._context.contract_id,
            note=contract.organization.name,
            credit=credit_line(options=self._options, contract=contract),
        )

    @cached_property
    def credit(self) -> CreditLine | None:
        """What the header says of credit under the current contract."""
        return credit_line(options=self._options, contract=self._options.contract)

    @cached_property
    def regions(self) -> tuple[RegionChoice, ...]:
        """The regions that have warehouses, in their order."""
        return tuple(
            [
                RegionChoice(r.pk, r.name, r.pk == self._context.region_id)
                for r in sorted(self._options.regions, key=lambda region: region.position)
            ]
        )

    @property
    def region_name(self) -> str:
        return next((region.name for region in self.regions if region.current), "")

    @cached_property
    def _basket(self) -> tuple[Decimal, int]:
        """Total and number of lines of the open basket, as last reckoned. At most one query."""
        if self._known is not None:
            return self._known
        found = _BASKETS(
            user_id=self._context.basket_user_id, contract_id=self._context.contract_id
        )
        return found[0] if found else (Decimal(0), 0)

    @property
    def basket_total(self) -> Decimal | None:
        return self._basket[0] if self._context.may(SEE_PRICES) else None

    @property
    def basket_num_lines(self) -> int:
        return self._basket[1]

    @property
    def basket_currency(self) -> str:
        return self._context.currency

    @property
    def num_notices(self) -> int:
        """How many notices the person has not read."""
        return self._options.num_notices

    @property
    def data_as_of(self) -> datetime | None:
        """When stock last came from 1C."""
        return self._options.stock_refreshed_at

    @cached_property
    def manager(self) -> Contact | None:
        """Whom the buyer calls."""
        found = self._options.contract.counterparty.manager
        return contact_of(found) if found else None


def _baskets(user_id: int, contract_id: int) -> QuerySet[Any]:
    rows = apps.get_model("basket", "Basket").objects.filter(
        owner_id=user_id, contract_id=contract_id, status="Open"
    )
    return rows.order_by("pk").values_list("cached_total", "cached_num_lines")[:1]


_BASKETS = PreparedRows(_baskets, user_id=int, contract_id=int)


class Person:
    """Who is signed in, and which of his companies can't buy now."""

    def __init__(
        self,
        name: str,
        memberships: Sequence[Membership],
        trade: Shell | None,
        reader: ReadContext | None = None,
    ) -> None:
        self.name = name
        self._memberships = memberships
        self._reader = reader
        self._contracts = trade.contracts if trade else ()

    @cached_property
    def shown(self) -> ShownPerson:
        closed = [
            ClosedParty(one.counterparty.name, one.counterparty.inn, one.reason)
            for one in self.closed
        ]
        return ShownPerson(
            self.name,
            self.uses_approvals,
            self.may_manage_approvals,
            self.num_to_approve,
            tuple(closed),
        )

    @property
    def uses_approvals(self) -> bool:
        """Whether one of his companies approves its orders."""
        return any(membership.counterparty.uses_approvals for membership in self._memberships)

    @property
    def may_manage_approvals(self) -> bool:
        """Whether he may set up approvals in one of his companies."""
        return any(MANAGE_APPROVALS in membership.permissions for membership in self._memberships)

    @cached_property
    def num_to_approve(self) -> int:
        """How many requests wait for him. One query, none where no company approves its orders."""
        if not self.uses_approvals or self._reader is None:
            return 0
        return num_waiting_for(context=self._reader)

    @cached_property
    def closed(self) -> Sequence[ClosedCompany]:
        """Companies without a contract in force. One query if there is such a one."""
        return closed_companies(memberships=self._memberships, open_contracts=self._contracts)
