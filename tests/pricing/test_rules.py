"""Rules: whom they concern, in which order they work, what they leave without a price."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.companies.models import Segment
from b2b_apps.pricing.models import PriceRule
from b2b_apps.pricing.selectors import price_book, prices_for
from tests.pricing.making import add_list, add_rate, add_rule, amount_of, book_of
from tests.pricing.tables import table
from tests.storefront.goods import add_attribute, add_parent, section_of

USUAL, HALF = Decimal("132.4800"), Decimal("66.2400")


def test_a_rule_changes_the_price_and_no_list(world):
    add_rule(-50)

    assert amount_of(world) == HALF
    assert world.lists["dealer"].prices.get(product=world.products["breaker"]).amount == USUAL


@pytest.mark.parametrize("state", ["draft", "off"])
def test_only_live_rules_work(world, state):
    add_rule(-50, state=state)

    assert amount_of(world) == USUAL


@pytest.mark.parametrize(
    ("starts", "ends", "works"),
    [(-1, 1, True), (None, None, True), (1, None, False), (None, -1, False), (0, None, True)],
)
def test_a_rule_works_within_its_term(world, starts, ends, works):
    now = timezone.now()
    hours = [None if n is None else now + timedelta(hours=n) for n in (starts, ends)]
    add_rule(-50, valid_from=hours[0], valid_to=hours[1])

    assert amount_of(world) == (HALF if works else USUAL)


@pytest.fixture
def known(world):
    """Ids that conditions name: those of the buyer and his goods, by kind."""
    segment = Segment.objects.create(name="монтажники")
    world.companies["own"].segments.add(segment)
    attribute = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    section = section_of(world)
    return {
        "region": world.regions["rostov"].pk,
        "segment": segment.pk,
        "counterparty": world.companies["own"].pk,
        "contract": world.contracts["own"].pk,
        "price_list": world.lists["dealer"].pk,
        "brand": " iek ",
        "category": section.get_parent().pk,
        "product": world.products["breaker"].pk,
        "attribute": "1p",
        "attribute_id": attribute.pk,
    }


KINDS = [
    "region", "segment", "counterparty", "contract", "price_list", "brand", "category", "product",
    "attribute",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_not", [False, True])
@pytest.mark.parametrize("fits", [False, True])
def test_a_condition_holds_if_a_value_fits(world, known, kind, is_not, fits):
    other = "no such" if isinstance(known[kind], str) else 987654321
    condition = {
        "kind": kind, "is_not": is_not, "values": [other, known[kind]] if fits else [other],
        "attribute": known["attribute_id"],
    }  # fmt: skip
    add_rule(-50, conditions=[condition])

    assert amount_of(world) == (HALF if fits != is_not else USUAL)


def test_ids_may_be_texts_as_forms_send_them(world, known):
    add_rule(-50, conditions=[("product", str(known["product"]))])

    assert amount_of(world) == HALF


def test_all_conditions_must_hold(world, known):
    add_rule(-50, conditions=[("brand", "IEK"), ("region", world.regions["moscow"].pk)])

    assert amount_of(world) == USUAL


@pytest.mark.parametrize(
    "conditions",
    [
        [{"kind": "weekday", "values": [1]}],
        [{"kind": "weekday", "is_not": True, "values": [1]}],
        [{"kind": "brand"}],
        [{"kind": "attribute", "values": ["1P"]}],
        ["brand"],
        {"kind": "brand", "values": ["IEK"]},
    ],
)
def test_a_rule_that_says_more_than_we_read_works_for_nobody(world, conditions):
    PriceRule.objects.create(name="?", state="live", value=-50, conditions=conditions)

    assert amount_of(world) == USUAL


def test_a_characteristic_has_what_its_product_has(world):
    parent = add_parent(world, ["белый"], article="P-1")
    child = parent.children.get()
    type(child).objects.filter(pk=child.pk).update(brand="")
    section = section_of(world)

    for condition in [("category", section.pk), ("product", parent.pk), ("brand", parent.brand)]:
        PriceRule.objects.all().delete()
        add_rule(-50, conditions=[condition])
        book = price_book(context=world.context(), product_ids=[child.pk])
        assert book.amount(child.pk) == Decimal(50)


def test_a_rule_for_a_price_type_leaves_agreed_prices_alone(world):
    add_rule(-50, conditions=[("price_list", world.lists["dealer"].pk)])

    assert amount_of(world, "breaker") == HALF
    assert amount_of(world, "cable") == Decimal("70.1234")


AGREED = Decimal("70.1234")


@pytest.mark.parametrize(
    ("fields", "becomes"),
    [
        ({}, AGREED),
        ({"with_agreed": True}, Decimal("35.0617")),
        ({"named": ["own"]}, Decimal("35.0617")),
        ({"named": ["dealer"], "with_agreed": True}, AGREED),
        ({"excepted": ["dealer"]}, AGREED),
        ({"action": "on_request"}, AGREED),
        ({"action": "on_request", "named": ["own"]}, None),
        ({"action": "on_request", "with_agreed": True}, None),
        ({"action": "unavailable"}, None),
    ],
)
def test_what_was_agreed_stands_unless_a_rule_names_it(world, fields, becomes):
    lists = {key: world.lists[key].pk for key in ("own", "dealer")}
    conditions = [
        {"kind": "price_list", "is_not": key == "excepted", "values": [lists[n] for n in names]}
        for key in ("named", "excepted")
        if (names := fields.pop(key, None))
    ]
    add_rule(-50, conditions=conditions, **fields)

    assert amount_of(world, "cable") == becomes


def test_a_rule_for_all_still_changes_prices_nobody_agreed(world):
    add_rule(-50)

    assert amount_of(world, "breaker") == HALF
    assert amount_of(world, "cable") == AGREED


@pytest.mark.parametrize(
    ("visibility", "becomes"), [("on_request", AGREED), ("hidden", None), ("shown", AGREED)]
)
def test_an_agreed_price_stands_where_others_get_it_on_request(world, visibility, becomes):
    product = world.products["cable"]
    type(product).objects.filter(pk=product.pk).update(price_visibility=visibility)

    assert amount_of(world, "cable") == becomes


ASIDE = table("the price comes from", "product: on_request", "product: hidden")
KINDS_OF_LISTS = {
    "project": "project", "contract": "contract", "price type": "price_type",
    "regional": "regional", "fallback": "fallback",
}  # fmt: skip


@pytest.mark.parametrize("row", ASIDE, ids=" ".join)
def test_the_table_of_who_gets_a_price_on_request_holds(world, row):
    source, *expected = row
    product = world.products["no_price"]
    region = world.regions["rostov"] if source == "regional" else None
    made = add_list(product, 80, kind=KINDS_OF_LISTS[source], region=region)
    is_own = source not in {"regional", "fallback"}
    chain = (made.pk, world.lists["dealer"].pk) if is_own else (world.lists["dealer"].pk,)

    found = []
    for visibility, action in [
        ("on_request", ""), ("hidden", ""), ("shown", "on_request"), ("shown", "unavailable"),
    ]:  # fmt: skip
        PriceRule.objects.all().delete()
        type(product).objects.filter(pk=product.pk).update(price_visibility=visibility)
        if action:
            add_rule(action=action)
        found.append(book_of(world, price_list_ids=chain).availability(product.pk))

    assert [("price" if f == "shown" else f) for f in found] == expected


def test_rules_work_in_order_until_a_final_one(world):
    add_rule(10, priority=3)
    add_rule(100, action="fixed", priority=1)
    add_rule(-5, action="step", priority=2)

    assert amount_of(world) == Decimal("104.5000")
    PriceRule.objects.filter(priority=2).update(is_final=True)
    assert amount_of(world) == Decimal("95.0000")


def test_a_final_rule_that_does_not_concern_the_product_ends_nothing(world):
    add_rule(10, priority=1, is_final=True, conditions=[("brand", "EKF")])
    add_rule(-50, priority=2)

    assert amount_of(world) == HALF


def test_rules_work_on_every_tier(world):
    product = world.products["breaker"]
    world.lists["dealer"].prices.create(product=product, minimum_quantity=120, amount=100)
    world.lists["dealer"].prices.create(product=product, pack_factor=600, amount=80)
    add_rule(-50)

    price = prices_for(context=world.context(), product_ids=[product.pk])[product.pk]

    assert [str(tier.amount) for tier in price.tiers] == ["40.0000", "50.0000", "66.2400"]


def test_a_promo_code_works_only_with_the_code(world):
    add_rule(-50, promo_code="Осень26")

    assert amount_of(world) == USUAL
    assert amount_of(world, promo_code="осень26") == HALF
    assert amount_of(world, promo_code="зима") == USUAL


def test_sums_are_converted_and_read_as_the_list_reads(world):
    add_rate("EUR", 100)
    add_rule("0.1", action="step", currency="EUR")

    assert amount_of(world) == Decimal("142.4800")
    # The wholesale list has VAT inside; 158.976 / 1.22 and 10 / 1.22.
    assert amount_of(world, contract="own_on_top") == Decimal("138.5049")


def test_a_rule_without_a_rate_for_its_sums_does_not_work(world):
    add_rule(1, action="step", currency="CNY")
    add_rule(-50, currency="CNY", priority=200)

    assert amount_of(world) == HALF


def test_the_floor_is_reckoned_from_purchase_prices(world):
    cost = add_list(world.products["breaker"], 100, name="Закупка", is_cost=True)
    add_rule(-50, floor_percent=6)

    assert amount_of(world) == Decimal("106.0000")
    assert amount_of(world, "lamp") == Decimal("31.0700")
    assert cost.pk not in book_of(world).loaded.columns


def test_purchase_prices_reach_no_buyer_by_any_way(world):
    product = world.products["breaker"]
    cost = add_list(product, 100, name="Закупка", is_cost=True, is_retail=True, kind="fallback")
    world.lists["retail"].delete()

    book = book_of(world, price_list_ids=(cost.pk,))

    assert book.price(product.pk) is None


@pytest.mark.parametrize("action", ["on_request", "unavailable"])
def test_a_rule_may_leave_no_price_and_ends_the_rules(world, action):
    add_rule(action=action, conditions=[("brand", "IEK")])
    add_rule(100, action="fixed", priority=200)

    book = book_of(world)

    assert world.products["breaker"].pk not in book
    assert book.availability(world.products["breaker"].pk) == action


def test_a_rule_forbids_what_has_no_price_too(world):
    product = world.products["no_price"]
    assert book_of(world).availability(product.pk) == "on_request"
    add_rule(action="unavailable", conditions=[("product", product.pk)])

    assert book_of(world).availability(product.pk) == "unavailable"


@pytest.mark.parametrize("visibility", ["on_request", "hidden"])
def test_a_product_may_hide_its_price(world, visibility):
    product = world.products["breaker"]
    type(product).objects.filter(pk=product.pk).update(price_visibility=visibility)

    book = book_of(world)

    assert dict(book) == {
        pk: book.price(pk) for pk in (world.products["cable"].pk, world.products["lamp"].pk)
    }
    assert book.availability(product.pk) == visibility


@pytest.mark.parametrize(
    ("own", "parents", "rule", "expected"),
    [
        ("shown", "on_request", None, "on_request"),
        ("on_request", "hidden", None, "hidden"),
        ("hidden", "on_request", "on_request", "hidden"),
        ("hidden", "shown", "unavailable", "unavailable"),
        ("shown", "shown", None, "shown"),
    ],
)
def test_the_strictest_answer_holds(world, own, parents, rule, expected):
    parent = add_parent(world, ["белый"])
    child = parent.children.get()
    products = type(child).objects
    products.filter(pk=child.pk).update(price_visibility=own)
    products.filter(pk=parent.pk).update(price_visibility=parents)
    if rule:
        add_rule(action=rule, conditions=[("product", child.pk)])

    book = price_book(context=world.context(), product_ids=[child.pk])

    assert book.availability(child.pk) == expected
    assert (child.pk in book) == (expected == "shown")


def test_who_may_not_see_prices_gets_none_and_asks_nothing(world, django_assert_num_queries):
    context = world.context("clerk")

    with django_assert_num_queries(0):
        book = price_book(context=context, product_ids=[world.products["cable"].pk])
        assert dict(book) == {}


@pytest.mark.parametrize(
    ("conditions", "queries"),
    [([], 3), ([("brand", "IEK")], 3), ([("category", 1)], 4), ([("region", 987654321)], 3)],
)
def test_features_are_loaded_only_if_a_rule_asks(
    world, conditions, queries, django_assert_num_queries
):
    add_rule(-50, conditions=conditions)
    add_rule(-50, conditions=[("category", 1), ("region", 987654321)])
    context = world.context()
    ids = [product.pk for product in world.products.values()]

    for some in (ids[:1], ids):
        with django_assert_num_queries(queries):
            prices_for(context=context, product_ids=some)
