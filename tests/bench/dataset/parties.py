"""Who sells and who buys: regions, warehouses, price types, counterparties, contracts, buyers."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from stdnum.ru import inn as stdnum_inn

from b2b_apps.companies.models import (
    Counterparty,
    Employee,
    Holding,
    Membership,
    Organization,
    Segment,
)
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.models import Contract, CreditAccount
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import PriceList
from tests.bench.dataset.size import PRICE_TYPES, SEGMENTS, WAREHOUSES, Size

CITIES = ("Ростов-на-Дону", "Москва", "Казань", "Екатеринбург", "Новосибирск")
# Of these many contracts the buyers can sign in.
BUYERS = 200


def parties_make(size: Size) -> None:
    """Make everybody; keys follow from the order of making."""
    random = Random(size.seed)
    organization = Organization.objects.create(name="ООО «Пакгауз»", inn="7707083893")
    regions = _places(organization)
    types = [
        PriceList.objects.create(
            name="Розничная" if n == 0 else f"Вид цен {n + 1}", is_retail=n == 0
        )
        for n in range(PRICE_TYPES)
    ]
    PriceList.objects.create(name="Закупочная", is_cost=True, includes_vat=False)
    companies = _companies(size, regions, random)
    contracts = _contracts(size, organization, companies, types, random)
    _buyers(contracts[:BUYERS])


def _places(organization: Organization) -> list[Region]:
    regions = [
        Region.objects.create(name=city, city=city, position=n) for n, city in enumerate(CITIES)
    ]
    partner = apps.get_model("partner", "Partner")
    for n in range(WAREHOUSES):
        region = regions[n % len(regions)]
        partner.objects.create(
            name=f"{region.name}, склад {n // len(regions) + 1}", code=f"w-{n + 1}", position=n,
            short_name=f"Склад {n + 1}", organization=organization, region=region,
        )  # fmt: skip
    return regions


def _companies(size: Size, regions: list[Region], random: Random) -> list[Counterparty]:
    holdings = Holding.objects.bulk_create(
        Holding(name=f"Группа {n + 1}") for n in range(size.counterparties // 4)
    )
    segments = Segment.objects.bulk_create(
        Segment(name=f"Сегмент {n + 1}") for n in range(SEGMENTS)
    )
    companies = Counterparty.objects.bulk_create(
        Counterparty(
            name=f"ООО «Покупатель {n + 1}»",
            inn=_inn(n),
            kpp="616401001",
            region=random.choice(regions),
            holding=random.choice(holdings) if random.random() < 0.4 else None,
        )
        for n in range(size.counterparties)
    )
    through = Counterparty.segments.through
    through.objects.bulk_create(
        through(counterparty=company, segment=random.choice(segments)) for company in companies
    )
    return companies


def _inn(place: int) -> str:
    body = f"{770_000_000 + place}"
    return body + stdnum_inn.calc_company_check_digit(body)


def _contracts(
    size: Size,
    organization: Organization,
    companies: list[Counterparty],
    types: list[PriceList],
    random: Random,
) -> list[Contract]:
    own = PriceList.objects.bulk_create(
        PriceList(name=f"Договор {n + 1}", kind=PriceList.Kind.CONTRACT)
        for n in range(size.contracts_with_prices)
    )
    contracts = Contract.objects.bulk_create(
        Contract(
            organization=organization,
            counterparty=companies[n % len(companies)],
            number=f"{n + 1}/26",
            date=date(2026, 1, 12),
            price_type=random.choice(types[1:]),
            own_price_list=own[n] if n < len(own) else None,
            currency="EUR" if n % 50 == 49 else "RUB",
            vat_mode=random.choices(list(Contract.VatMode), [8, 1, 1])[0],
            payment_kind=Contract.PaymentKind.DEFERRAL,
            deferral_days=random.choice([7, 15, 30, 45]),
        )
        for n in range(size.contracts)
    )
    CreditAccount.objects.bulk_create(
        CreditAccount(
            contract=contract,
            currency=contract.currency,
            limit=Decimal(random.randint(1, 90)) * 10**5,
        )
        for contract in contracts
    )
    return contracts


def _buyers(contracts: list[Contract]) -> None:
    """A buyer for each of these contracts' counterparties."""
    by_company: dict[int, Any] = {c.counterparty_id: c for c in contracts}
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=f"buyer{pk}", email=f"buyer{pk}@buyers.example", password="!")
        for pk in by_company
    )
    employees = Employee.objects.bulk_create(Employee(user=user) for user in users)
    Membership.objects.bulk_create(
        Membership(employee=employee, counterparty_id=pk, role=Role.BUYER, is_default=True)
        for employee, pk in zip(employees, by_company, strict=True)
    )
