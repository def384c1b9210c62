"""The index of rules finds for every product what asking rule by rule finds."""

from decimal import Decimal
from itertools import product as every

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b2b_apps.pricing.book import AFTER_FINAL, SHOWN, STRICTNESS, Settled
from b2b_apps.pricing.conversion import SAME
from b2b_apps.pricing.goods import NO_FEATURES
from b2b_apps.pricing.models import Price
from b2b_apps.pricing.prices import ON_REQUEST, Tier
from b2b_apps.pricing.rules import WITHOUT_PRICE, RuleTerms
from b2b_apps.pricing.selectors import price_book
from tests.pricing.making import add_list, add_rate
from tests.storefront.goods import add_attribute, add_parent, section_of

BRANDS = ["IEK", "iek ", "EKF", ""]
MODES = ["shown", "on_request", "hidden"]


@pytest.fixture
def goods(world):
    """Two dozen products: brands, visibilities, prices of a type, agreed, or none."""
    model = apps.get_model("catalogue", "Product")
    lamp = world.products["lamp"]
    for number, (brand, mode, priced) in enumerate(every(BRANDS, MODES, ["type", "own"])):
        made = model.objects.create(
            structure="standalone", product_class=lamp.product_class, title=f"Товар {number}",
            article=f"G-{number}", base_unit=lamp.base_unit, brand=brand, price_visibility=mode,
        )  # fmt: skip
        price_list = world.lists["dealer" if priced == "type" else "own"]
        Price.objects.create(price_list=price_list, product=made, amount=100 + number)
        if number % 3 == 0:
            Price.objects.create(
                price_list=price_list, product=made, amount=90, minimum_quantity=10
            )
    add_parent(world, ["белый", "серый"], article="P-1")
    add_list(lamp, 50, name="Закупка", is_cost=True)
    add_rate("EUR", 100)
    attribute = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    return {
        "ids": list(model.objects.values_list("pk", flat=True)),
        "brand": ["IEK", "ekf", "nobody"],
        "category": [section_of(world).pk, section_of(world).get_parent().pk],
        "product": list(model.objects.order_by("pk").values_list("pk", flat=True)[:9]),
        "price_list": [world.lists["dealer"].pk, world.lists["own"].pk],
        "attribute": ["1p", "2P"],
        "region": [world.regions["rostov"].pk],
        "attribute_id": attribute.pk,
    }


conditions = st.lists(
    st.tuples(
        st.sampled_from(["brand", "category", "product", "price_list", "attribute", "region"]),
        st.sampled_from([False, False, True]),
        st.lists(st.integers(min_value=0, max_value=8), min_size=1, max_size=3),
    ),
    max_size=3,
)
amounts = st.decimals(min_value=-60, max_value=60, places=2)
rules = st.lists(
    st.fixed_dictionaries({
        "action": st.sampled_from(["percent"] * 4 + ["step", "fixed", "on_request", "unavailable"]),
        "value": amounts,
        "currency": st.sampled_from(["RUB", "RUB", "EUR"]),
        "conditions": conditions,
        "round_to": st.sampled_from([None, None, Decimal("0.5")]),
        "max_change": st.sampled_from([None, None, Decimal(5)]),
        "floor_percent": st.sampled_from([None, None, Decimal(6)]),
        "is_final": st.sampled_from([False, False, False, True]),
        "with_agreed": st.booleans(),
    }),
    max_size=8,
)  # fmt: skip


def terms_of(goods, made, place):
    asked = [
        {
            "kind": kind, "is_not": is_not, "attribute": goods["attribute_id"],
            "values": [goods[kind][n % len(goods[kind])] for n in numbers],
        }
        for kind, is_not, numbers in made["conditions"]
    ]  # fmt: skip
    value = abs(made["value"]) if made["action"] == "fixed" else made["value"]
    terms = {**made, "conditions": asked, "value": value, "promo_code": "", "priority": place}
    return RuleTerms(
        pk=place, name=str(place), state="live", valid_from=None, valid_to=None, **terms
    )


def naively(book, item):
    """Every rule asked about every product, one after the other: (settled, events)."""
    column = next((c for c in book._chain if c.tiers_of(item)), None)
    listed = column.tiers_of(item) if column else ()
    features = book.loaded.features.get(item.pk, NO_FEATURES)
    list_id, is_agreed = (column.terms.pk, column.terms.is_agreed) if column else (0, False)
    vat = column.vat_of(item) if column else SAME
    tiers, verdict, is_over, events = listed, "", False, []
    for rule in book.loaded.rules:
        refusal = rule.refusal_for(item, features, list_id, is_agreed=is_agreed) or (
            AFTER_FINAL if is_over else None
        )
        before, done = tiers, ()
        if refusal is None:
            if rule.terms.action in WITHOUT_PRICE:
                verdict = rule.terms.action
            else:
                cost = None if rule.terms.floor_percent is None else book.cost_of(item)
                done = [rule.applied(t.amount, vat=vat, cost=cost) for t in tiers]
                tiers = tuple(
                    Tier(t.minimum_quantity, a.amount, t.pack_factor)
                    for t, a in zip(tiers, done, strict=True)
                )
            is_over = bool(verdict) or rule.terms.is_final
        events.append((rule, refusal, before, tiers, tuple(a.limit for a in done)))
    availability = verdict or (SHOWN if listed else ON_REQUEST)
    if not (item.visibility == ON_REQUEST and is_agreed):
        availability = max(availability, item.visibility, key=STRICTNESS.index)
    return Settled(column, listed, tiers, availability), events


@pytest.mark.django_db
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ruled=rules)
def test_the_index_and_the_trace_give_what_rules_asked_one_by_one_give(world, goods, ruled):
    terms = [terms_of(goods, made, place + 1) for place, made in enumerate(ruled)]
    book = price_book(
        context=world.context(), product_ids=goods["ids"], with_every_rule=True, extra_rules=terms
    )
    plain = price_book(context=world.context(), product_ids=goods["ids"], extra_rules=terms)

    for item in book.loaded.goods.values():
        log = []
        expected, events = naively(book, item)
        with_log = book.settle(item, log)
        quick = plain.settle(plain.loaded.goods[item.pk])

        assert [tuple(event) for event in log] == events
        assert with_log == book.settle(item)
        assert (with_log.listed, with_log.availability) == (expected.listed, expected.availability)
        assert (quick.listed, quick.availability) == (expected.listed, expected.availability)
        if expected.availability == SHOWN:
            assert with_log.tiers == quick.tiers == expected.tiers
