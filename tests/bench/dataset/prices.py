"""Prices of types and contracts, rates, and live rules of mixed conditions."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.companies.models import Counterparty, Segment
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import CurrencyRate, Price, PriceList, PriceRule
from tests.bench.dataset.filling import bare, fill, number
from tests.bench.dataset.goods import BRAND, IS_CHILD
from tests.bench.dataset.size import RULES, Size

RATES = {"EUR": Decimal("98.4012"), "USD": Decimal("90.1277"), "CNY": Decimal("12.4371")}
Kind = PriceList.Kind
# None divides a number of products that ends in zeros, so the steps below meet no product twice.
STEPS = (7919, 10007, 104729)


def prices_make(size: Size) -> None:
    """Fill price types, the cost list and the contracts' own lists; then rates and rules."""
    with bare(Price):
        _of_types(size)
        _of_contracts(size)
    _rates()
    _rules(size)


def base_of(size: Size) -> str:
    """SQL of what product ``n`` costs about: from 10 to 10,000, most of it cheap."""
    return f"(10 ^ (1 + {number('n', size.salt(10), 3000)} / 1000.0))::numeric"


def _of_types(size: Size) -> None:
    """A price per product and type; half of the characteristics take their product's.

    One product in twenty has two tiers more in three of the types.
    """
    lists = (
        PriceList.objects.filter(kind=Kind.PRICE_TYPE).order_by("pk").values_list("pk", flat=True)
    )
    array = f"unnest(ARRAY{list(lists)}::bigint[]) WITH ORDINALITY AS l(pk, place)"
    has_own = f"(NOT {IS_CHILD} OR n % 2 = 0)"
    source = f"generate_series(1, {size.products}) n, {array}"
    amount = f"round({base_of(size)} * (1.03 - 0.03 * l.place), 2)"
    fill(Price, f"{source} WHERE {has_own}", price_list_id="l.pk", product_id="n", amount=amount)
    tiers = "unnest(ARRAY[10, 100]) WITH ORDINALITY AS t(minimum, step)"
    fill(
        Price,
        f"{source}, {tiers} WHERE {has_own} AND n % 20 = 0 AND l.place IN (2, 3, 4)",
        price_list_id="l.pk",
        product_id="n",
        minimum_quantity="t.minimum",
        amount=f"round({amount} * (1 - 0.04 * t.step), 2)",
    )


def _of_contracts(size: Size) -> None:
    """From the least to the most own prices per contract; few contracts have many."""
    least, most = size.own_prices
    step = next(prime for prime in STEPS if size.products % prime)
    share = f"{number('l.id', size.salt(11), 1000)} / 1000.0"
    how_many = f"({least} * ({most} / {least}::numeric) ^ ({share}))::int"
    start = number("l.id", size.salt(12), size.products)
    source = f"""(
        SELECT l.id AS list, 1 + ({start} + i * {step}::bigint) % {size.products} AS n
        FROM pricing_pricelist l, generate_series(1, {how_many}) i WHERE l.kind = 'contract'
    ) own"""
    off = f"(0.75 + {number('n + list', size.salt(13), 15)} / 100.0)"
    fill(
        Price, source, price_list_id="list", product_id="n",
        amount=f"round({base_of(size)} * {off}, 2)",
    )  # fmt: skip


def _rates() -> None:
    today = timezone.localdate()
    CurrencyRate.objects.bulk_create(
        CurrencyRate(
            currency=currency, day=today - timedelta(days=back), source="bank",
            rate=rate + Decimal(back) / 100,
        )
        for currency, rate in RATES.items()
        for back in range(30)
    )  # fmt: skip


def _rules(size: Size) -> None:
    """Each rule looks at one to three things of the product or the buyer."""
    random = Random(size.seed + 1)
    conditions = _conditions(size, random)
    rows = []
    for place in range(RULES):
        chosen = [random.choice(conditions)() for _n in range(1 + place % 3)]
        action = random.choices(["percent", "step", "fixed", "on_request"], [44, 3, 2, 1])[0]
        value = None if action == "on_request" else Decimal(random.choice([-7, -5, -3, -2, 3, 5]))
        if action in {"fixed", "on_request"}:
            # Of a few products, or the catalogue would cost nothing or five.
            few = random.sample(range(1, size.products), 20)
            chosen.append({"kind": "product", "is_not": False, "values": few})
        rows.append(
            PriceRule(
                name=f"Правило {place + 1}", state=PriceRule.State.LIVE, priority=place + 1,
                action=action, value=abs(value) if value and action == "fixed" else value,
                conditions=chosen, floor_percent=5 if place % 10 == 0 else None,
            )
        )  # fmt: skip
    PriceRule.objects.bulk_create(rows)


def _conditions(size: Size, random: Random) -> list[Any]:
    """Makers of conditions, one of each kind."""

    def some(model: Any, number: int, **chosen: Any) -> list[int]:
        keys = list(
            model._base_manager.filter(**chosen).order_by("pk").values_list("pk", flat=True)
        )
        return random.sample(keys, min(number, len(keys)))

    attributes = apps.get_model("catalogue", "ProductAttribute")
    texts = list(attributes.objects.filter(type="text").order_by("pk"))

    def one(kind: str, values: list[Any], **more: Any) -> dict[str, Any]:
        return {"kind": kind, "is_not": random.random() < 0.1, "values": values, **more}

    return [
        lambda: one("brand", [f"{BRAND} {random.randint(1, 20)}" for _n in range(2)]),
        lambda: one("category", some(apps.get_model("catalogue", "Category"), 3)),
        lambda: one(
            "attribute", [f"Серия {random.randint(0, 29)}" for _n in range(4)],
            attribute=random.choice(texts).pk,
        ),
        lambda: one("product", random.sample(range(1, size.products), 20)),
        lambda: one("price_list", some(PriceList, 3, kind=Kind.PRICE_TYPE)),
        lambda: one("region", some(Region, 2)),
        lambda: one("segment", some(Segment, 2)),
        lambda: one("counterparty", some(Counterparty, 20)),
        lambda: one("contract", some(Contract, 20)),
    ]  # fmt: skip
