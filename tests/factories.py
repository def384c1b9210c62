"""A small world for tests: two holdings, a stranger, goods, prices, stock.

Every company carries a canary, a random-looking marker in its texts and odd kopecks in its
prices; a canary seen in an answer to another company is a leak.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model

from b2b_apps.companies.models import (
    Consignee,
    Counterparty,
    Employee,
    Holding,
    Manager,
    Membership,
    Organization,
)
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.models import Contract, CreditAccount
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.price_load import price_counts_renew

PASSWORD = "correct-horse-battery"


@dataclass
class World:
    """Everything that ``build_world`` made, by short names."""

    organization: Organization
    regions: dict[str, Region] = field(default_factory=dict)
    warehouses: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, PriceList] = field(default_factory=dict)
    companies: dict[str, Counterparty] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    canaries: dict[str, str] = field(default_factory=dict)

    def context(self, person: str = "buyer", contract: str | None = None) -> TradeContext:
        """Return the TradeContext of a person, under a contract by its short name."""
        found = trade_context_for(
            user_id=self.people[person].pk,
            contract_id=self.contracts[contract].pk if contract else None,
        )
        assert found is not None
        return found


def build_world() -> World:
    """Make the cast: the buyer, his head, accountant and warehouse clerk; the buyer of a sister
    company of the same holding; the stranger; the manager, the editor (staff)."""
    organization = Organization.objects.create(
        name="ООО «Пакгауз Юг»",
        full_name="Общество с ограниченной ответственностью «Пакгауз Юг»",
        inn="7707083893",
        kpp="770701001",
        ogrn="1027700132195",
        legal_address="344019, Ростов-на-Дону, ул. Шолохова, 7",
        phone="+7 863 000-00-00",
        director="Соколов А. В.",
        accountant="Мельник Т. П.",
        bank_name="АО «Донбанк»",
        bank_bic="044525225",
        bank_correspondent_account="30101810400000000225",
        bank_account="40702810138250123017",
    )
    world = World(organization)
    _places(world)
    _price_lists(world)
    _companies(world)
    _people(world)
    _goods(world)
    price_counts_renew()
    return world


def _places(world: World) -> None:
    partner = apps.get_model("partner", "Partner")
    for place, (key, name) in enumerate(
        [("rostov", "Ростов-на-Дону"), ("moscow", "Москва")], start=1
    ):
        world.regions[key] = Region.objects.create(name=name, city=name, position=place)
        world.warehouses[key] = partner.objects.create(
            name=f"{name}, склад",
            code=key,
            short_name=name[:6],
            position=place,
            organization=world.organization,
            region=world.regions[key],
            address_text=f"{name}, Складская, {place}",
            phone="+7 863 000-00-01",
        )


def _price_lists(world: World) -> None:
    for key, name, retail in [
        ("retail", "Розничная", True),
        ("dealer", "Дилерская", False),
        ("wholesale", "Опт", False),
    ]:
        world.lists[key] = PriceList.objects.create(name=name, is_retail=retail)
    world.lists["own"] = PriceList.objects.create(
        name="Договор 142/24", kind=PriceList.Kind.CONTRACT
    )
    world.lists["stranger_own"] = PriceList.objects.create(
        name="Договор 9/23", kind=PriceList.Kind.CONTRACT
    )


def _companies(world: World) -> None:
    manager_user = get_user_model().objects.create_user(
        "manager",
        "manager@pakgauz.example",
        PASSWORD,
        first_name="Ольга",
        last_name="Гринько",
        is_staff=True,
    )
    world.people["manager"] = manager_user
    manager = Manager.objects.create(user=manager_user, phone="+7 863 000-00-00", extension="214")
    holdings = {
        "own": Holding.objects.create(name="Группа Электромонтаж"),
        "stranger": Holding.objects.create(name="Чужие"),
    }
    rows = [
        ("own", "ООО «Электромонтаж-Юг»", "6164999992", "own"),
        ("sister", "ООО «Монтаж-Сервис»", "6165999995", "own"),
        ("stranger", "ООО «Чужая Компания»", "7728168971", "stranger"),
    ]
    for key, name, inn, holding in rows:
        canary = f"canary-{key}-7f3a"
        world.canaries[key] = canary
        company = Counterparty(
            name=f"{name} {canary}",
            full_name=name,
            inn=inn,
            kpp="616401001",
            legal_address=f"Ростов-на-Дону, {canary}",
            holding=holdings[holding],
            region=world.regions["rostov"],
            manager=manager,
            phone="+7 863 111-11-11",
            email=f"office@{key}.example",
        )
        company.save()
        world.companies[key] = company
        Consignee.objects.create(
            counterparty=company,
            name=company.name,
            address=f"Доватора, 158, {canary}",
            contact_person="Руслан Дьяков",
            phone="+7 918 000-00-00",
            is_default=True,
        )
    _contracts(world)


def _contracts(world: World) -> None:
    def contract(key: str, company: str, number: str, price_type: str, **kwargs: Any) -> None:
        world.contracts[key] = Contract.objects.create(
            organization=world.organization,
            counterparty=world.companies[company],
            number=number,
            date=date(2024, 1, 12),
            valid_from=date(2024, 1, 12),
            price_type=world.lists[price_type],
            **kwargs,
        )

    contract(
        "own",
        "own",
        "142/24",
        "dealer",
        own_price_list=world.lists["own"],
        payment_kind=Contract.PaymentKind.DEFERRAL,
        deferral_days=30,
    )
    CreditAccount.objects.create(contract=world.contracts["own"], limit=3_000_000)
    contract("own_wholesale", "own", "7-П/25", "wholesale")
    contract("own_on_top", "own", "8-С/25", "wholesale", vat_mode=Contract.VatMode.ON_TOP)
    contract("own_expired", "own", "1/20", "dealer", valid_to=date(2024, 12, 31))
    contract("sister", "sister", "88/23-canary-sister-7f3a", "wholesale")
    contract(
        "stranger",
        "stranger",
        "9/23-canary-stranger-7f3a",
        "dealer",
        own_price_list=world.lists["stranger_own"],
    )


def _people(world: World) -> None:
    users = get_user_model().objects
    cast = [
        ("buyer", "Ирина", "Савельева", [("own", Role.BUYER)]),
        ("head", "Виктор", "Лапин", [("own", Role.HEAD), ("sister", Role.HEAD)]),
        ("accountant", "Анна", "Ким", [("own", Role.ACCOUNTANT)]),
        ("clerk", "Руслан", "Дьяков", [("own", Role.WAREHOUSE)]),
        ("sister", "Пётр", "Ерёмин", [("sister", Role.BUYER)]),
        ("stranger", "Тимур", "Кравцов", [("stranger", Role.BUYER)]),
    ]
    for key, first, last, roles in cast:
        user = users.create_user(
            key, f"{key}@buyers.example", PASSWORD, first_name=first, last_name=last
        )
        employee = Employee.objects.create(user=user, phone="+7 918 000-00-00")
        for place, (company, role) in enumerate(roles):
            Membership.objects.create(
                employee=employee,
                counterparty=world.companies[company],
                role=role,
                is_default=place == 0,
            )
        world.people[key] = user
    world.people["editor"] = users.create_user(
        "editor", "editor@pakgauz.example", PASSWORD, is_staff=True, is_superuser=True
    )


def _goods(world: World) -> None:
    model = apps.get_model
    piece = model("catalogue", "Unit").objects.create(code="796", short_name="шт")
    vat = model("catalogue", "VatRate").objects.create(code="22", label="22", percent=22)
    product_class = model("catalogue", "ProductClass").objects.create(
        name="Товар", slug="goods", track_stock=True
    )
    root = model("catalogue", "Category").add_root(name="Электрика")
    category = root.add_child(name="Автоматические выключатели")
    rows = [
        ("breaker", "MVA20-1-016-C", "Автомат ВА47-29 1P 16А C", "132.48", 12),
        ("cable", "VVG3X25LS", "Кабель ВВГнг(А)-LS 3×2,5", "72.4050", 1),
        ("lamp", "0012-LLE-A60", "Лампа LED A60 11Вт", "62.14", 1),
    ]
    for key, article, title, price, multiple in rows:
        product = model("catalogue", "Product").objects.create(
            structure="standalone",
            product_class=product_class,
            title=title,
            article=article,
            base_unit=piece,
            vat_rate=vat,
            order_multiple=multiple,
            brand="IEK",
        )
        product.categories.add(category)
        world.products[key] = product
        _price_and_stock(world, key, Decimal(price))
    world.products["no_price"] = model("catalogue", "Product").objects.create(
        structure="standalone",
        product_class=product_class,
        title="Щит по запросу",
        article="SCHIT-1",
        base_unit=piece,
        vat_rate=vat,
    )


def _price_and_stock(world: World, key: str, dealer: Decimal) -> None:
    product = world.products[key]
    for name, factor in [("retail", "1.4"), ("dealer", "1"), ("wholesale", "1.2")]:
        Price.objects.create(
            price_list=world.lists[name], product=product, amount=dealer * Decimal(factor)
        )
    if key == "cable":
        Price.objects.create(price_list=world.lists["own"], product=product, amount="70.1234")
        Price.objects.create(
            price_list=world.lists["stranger_own"], product=product, amount="61.7791"
        )
    records = apps.get_model("partner", "StockRecord").objects
    for place, quantity in [("rostov", 4120), ("moscow", 120)]:
        records.create(
            product=product,
            partner=world.warehouses[place],
            partner_sku=f"{key}-{place}",
            num_in_stock=quantity,
            num_allocated=0,
        )
