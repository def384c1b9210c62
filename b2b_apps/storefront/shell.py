"""What the header and the footer of every page show a buyer."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.selectors import stock_refreshed_at

FRESHNESS_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """A contract in the switch of the header."""

    id: int
    label: str
    terms: str
    is_current: bool
    note: str


class Shell:
    """The header's and footer's data; what costs a query is read only if it is shown."""

    def __init__(
        self, options: TradeOptions, person_name: str, known: tuple[Decimal, int] | None = None
    ) -> None:
        """``known``: total and number of lines of the basket, if a page has just reckoned them."""
        self._known = known
        self._options = options
        self._context = options.context
        self.person_name = person_name
        self.counterparty_name = options.contract.counterparty.name

    @property
    def contract_label(self) -> str:
        contract = self._options.contract
        parts = (
            _("Contract %(no)s") % {"no": contract},
            contract.price_type.name,
            payment_terms(contract),
        )
        return " · ".join(part for part in parts if part)

    @property
    def parties(self) -> list[dict[str, Any]]:
        """The person's companies with the contracts he may buy under."""
        rows = groupby(self._options.contracts, key=lambda contract: contract.counterparty)
        return [
            {
                "id": counterparty.pk,
                "name": counterparty.name,
                "inn": counterparty.inn,
                "contracts": [self._choice(contract) for contract in contracts],
            }
            for counterparty, contracts in rows
        ]

    def _choice(self, contract: Contract) -> ContractChoice:
        return ContractChoice(
            id=contract.pk,
            label=f"{contract}, {contract.price_type.name}",
            terms=payment_terms(contract),
            is_current=contract.pk == self._context.contract_id,
            note=contract.organization.name,
        )

    @property
    def regions(self) -> list[dict[str, Any]]:
        """The regions that have warehouses, in their order."""
        return [
            {"id": r.pk, "name": r.name, "current": r.pk == self._context.region_id}
            for r in sorted(self._options.regions, key=lambda region: region.position)
        ]

    @property
    def region_name(self) -> str:
        return next((region["name"] for region in self.regions if region["current"]), "")

    @cached_property
    def _basket(self) -> tuple[Decimal, int]:
        """Total and number of lines of the open basket, as last reckoned. At most one query."""
        if self._known is not None:
            return self._known
        rows = apps.get_model("basket", "Basket").objects.filter(
            owner_id=self._context.user_id, contract_id=self._context.contract_id, status="Open"
        )
        found = rows.values_list("cached_total", "cached_num_lines").first()
        return found or (Decimal(0), 0)

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
    def data_as_of(self) -> datetime | None:
        """When stock last came from 1C, at most half a minute behind."""
        key = "shell:data_as_of"
        return cache.get_or_set(key, stock_refreshed_at, FRESHNESS_SECONDS)

    @property
    def _manager(self) -> Any:
        return self._options.contract.counterparty.manager

    @property
    def manager_name(self) -> str:
        return str(self._manager) if self._manager else ""

    @property
    def manager_phone(self) -> str:
        if not self._manager:
            return ""
        extension = self._manager.extension
        more = _(", ext. %(no)s") % {"no": extension} if extension else ""
        return f"{self._manager.phone}{more}"

    @property
    def manager_tel(self) -> str:
        """The number that a phone dials, without the extension."""
        return re.sub(r"[^+\d]", "", self._manager.phone) if self._manager else ""

    @property
    def manager_email(self) -> str:
        return self._manager.user.email if self._manager else ""


def payment_terms(contract: Contract) -> str:
    """Payment terms in words: "prepayment", "deferral of 30 days"."""
    if contract.payment_kind == Contract.PaymentKind.PREPAYMENT:
        return _("prepayment")
    days = contract.deferral_days
    return ngettext("deferral of %(n)d day", "deferral of %(n)d days", days) % {"n": days}
