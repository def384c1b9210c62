"""Why a company can't buy now: which contract ended when, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.companies.selectors import companies_closed_to
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.selectors import contracts_closed
from b2b_apps.storefront.contacts import Contact, contact_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class ClosedCompany:
    """A company of the person without a contract in force; ``contracts`` are those it had."""

    counterparty: Counterparty
    contracts: Sequence[Contract]

    @property
    def reasons(self) -> Sequence[str]:
        """A sentence per contract, those that ended last first."""
        said = [reason_of(contract) for contract in self.contracts[:SHOWN]]
        return said or [_("there is no contract yet")]

    @property
    def reason(self) -> str:
        return self.reasons[0]

    @property
    def contact(self) -> Contact | None:
        """Whom to call: the manager, else the organization of the contract."""
        manager = self.counterparty.manager
        if manager:
            return contact_of(manager)
        organization = self.contracts[0].organization if self.contracts else None
        if organization and (organization.phone or organization.email):
            return Contact(organization.name, organization.phone, organization.phone, "")
        return None


def reason_of(contract: Contract) -> str:
    """Why nothing can be bought under a contract: «договор № 1/20 закончился 31.12.2024»."""
    today = timezone.localdate()
    values: dict[str, Any] = {"contract": contract}
    if contract.valid_to and contract.valid_to < today:
        return _("contract %(contract)s ended on %(day)s") % {
            **values,
            "day": f"{contract.valid_to:%d.%m.%Y}",
        }
    if contract.is_active and contract.valid_from and contract.valid_from > today:
        return _("contract %(contract)s begins on %(day)s") % {
            **values,
            "day": f"{contract.valid_from:%d.%m.%Y}",
        }
    return _("contract %(contract)s is not in force") % values


def closed_companies(
    *, memberships: Sequence[Membership], open_contracts: Sequence[Contract]
) -> Sequence[ClosedCompany]:
    """Return the companies of the roles that have none of the contracts in force.

    No query if each has one, else one.
    """
    able = {contract.counterparty_id for contract in open_contracts}
    companies = {m.counterparty_id: m.counterparty for m in memberships}
    unable = [company for pk, company in companies.items() if pk not in able]
    if not unable:
        return []
    rows = contracts_closed(
        counterparty_ids=[company.pk for company in unable], day=timezone.localdate()
    )
    contracts: dict[int, list[Contract]] = {}
    for contract in rows:
        contracts.setdefault(contract.counterparty_id, []).append(contract)
    return [ClosedCompany(company, contracts.get(company.pk, [])) for company in unable]


def companies_shut(*, user_id: int) -> Sequence[ClosedCompany]:
    """Return the companies of the person that are closed with us, contracts and all. One query."""
    return [ClosedCompany(company, ()) for company in companies_closed_to(user_id=user_id)]
