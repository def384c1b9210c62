"""Buyers with baskets ready to be ordered, by the hundred."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Consignee, Employee, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.selectors import prices_for
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from tests.factories import World
from tests.races.site import Buyer, Site, checkout_form

PLENTY = 100_000_000
# As often as the races are promised to hold; a quick look (``make races ROUNDS=10``) is shorter.
ROUNDS = int(os.environ.get("RACES_ROUNDS", "50"))


@dataclass
class Racer:
    """A buyer, what he acts under, and his browser."""

    user: Any
    context: TradeContext
    browser: Buyer


def racers(world: World, site: Site, number: int) -> list[Racer]:
    """So many buyers of one company, each signed in."""
    password = make_password("x")
    users = get_user_model().objects
    found = []
    for place in range(number):
        name = f"racer-{users.count()}-{place}@buyers.example"
        user = users.create(username=name, email=name, password=password)
        employee = Employee.objects.create(user=user)
        Membership.objects.create(
            employee=employee,
            counterparty=world.companies["own"],
            role=Role.BUYER,
            is_default=True,
        )
        context = trade_context_for(user_id=user.pk)
        assert context is not None
        found.append(Racer(user, context, site.buyer(user)))
    return found


def fill(
    racer: Racer, quantities: Mapping[Any, Decimal | int], world: World
) -> tuple[int, dict[str, str]]:
    """Put products into a new basket of the racer; return its id and the form of its checkout."""
    basket = _basket(racer.context, quantities)
    sheet = basket_sheet(context=racer.context, basket=basket_for(racer.context))
    with scopes_disabled():
        consignee = Consignee.objects.get(counterparty=world.companies["own"])
    return basket.pk, checkout_form(
        basket_id=basket.pk,
        offer=offer_token(sheet),
        consignee=consignee,
    )


def _basket(context: TradeContext, quantities: Mapping[Any, Decimal | int]) -> Any:
    """Write the rows that ``basket_set`` would, without its checks: thousands are needed."""
    model = apps.get_model
    model("basket", "Basket").objects.filter(owner_id=context.user_id, status="Open").delete()
    basket = model("basket", "Basket").objects.create(
        owner_id=context.user_id, contract_id=context.contract_id, status="Open"
    )
    prices = prices_for(context=context, product_ids=[product.pk for product in quantities])
    rows = []
    for product, quantity in quantities.items():
        excl_tax, incl_tax = prices[product.pk].unit_prices_at(Decimal(quantity))
        rows.append(
            model("basket", "Line")(
                basket=basket,
                product=product,
                line_reference=str(product.pk),
                price_currency=context.currency,
                quantity=quantity,
                price_excl_tax=excl_tax,
                price_incl_tax=incl_tax,
                stockrecord_id=product.race_record_id,
            )
        )
    model("basket", "Line").objects.bulk_create(rows)
    return basket


def stock_only(world: World, product: Any, quantity: int) -> Any:
    """Leave ``quantity`` of a product in one warehouse, nothing held and nothing elsewhere."""
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=product).update(num_in_stock=0, num_allocated=0)
    record = records.get(product=product, partner=world.warehouses["rostov"])
    records.filter(pk=record.pk).update(num_in_stock=quantity)
    product.race_record_id = record.pk
    return record


def goods_of_plenty(world: World, number: int, *, name: str = "RACE") -> list[Any]:
    """So many new goods with prices, more of each in one warehouse than anybody wants."""
    model, like = apps.get_model, world.products["lamp"]
    goods = []
    for place in range(number):
        product = model("catalogue", "Product").objects.create(
            structure="standalone", product_class=like.product_class, title=f"Товар {place}",
            article=f"{name}-{place}", base_unit=like.base_unit, vat_rate=like.vat_rate,
        )  # fmt: skip
        for price in like.prices.all():
            product.prices.create(price_list_id=price.price_list_id, amount=price.amount)
        record = model("partner", "StockRecord").objects.create(
            product=product, partner=world.warehouses["rostov"], partner_sku=product.article,
            num_in_stock=PLENTY, num_allocated=0,
        )  # fmt: skip
        product.race_record_id = record.pk
        goods.append(product)
    return goods


def statuses(answers: Sequence[Any]) -> dict[Any, int]:
    """How many answers of each status; an exception counts by its name."""
    found: dict[Any, int] = {}
    for answer in answers:
        key = getattr(answer, "status_code", type(answer).__name__)
        found[key] = found.get(key, 0) + 1
    return found
