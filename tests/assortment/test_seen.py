"""Goods outside a buyer's assortment are nowhere: pages, counts, prices, basket, programs."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.assortment.selectors import seen_products, visible_ids
from b2b_apps.pricing.asking import AskingError, price_ask
from b2b_apps.pricing.selectors import price_book
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.pasted import pasted_rows
from b2b_apps.purchasing.services import basket_set
from tests.storefront.goods import add_parent, add_product

HIDE, ONLY, RESERVE = AssortmentRule.Kind.values


@pytest.fixture
def pages(world, client):
    cache.clear()
    client.force_login(world.people["buyer"])
    return client


def rule(kind, *conditions, **fields):
    """A rule of conditions written (kind, value, …)."""
    stored = [{"kind": name, "values": list(values)} for name, *values in conditions]
    return AssortmentRule.objects.create(name="Правило", kind=kind, conditions=stored, **fields)


def seen(context):
    """Articles of what the context sees."""
    return set(seen_products(context).filter(is_public=True).values_list("article", flat=True))


@pytest.fixture
def secret(world):
    """A lamp of a brand that nobody else has."""
    return add_product(world, 7, title="Лампа тайная", article="SECRET-77", brand="Тайна")


def test_without_rules_all_is_seen_and_nothing_is_asked(world, django_assert_num_queries):
    context = world.context()

    with django_assert_num_queries(0):
        ids = visible_ids(context, [3, 1, 2])

    assert context.assortment.is_whole
    assert ids == [3, 1, 2]


@pytest.mark.parametrize("audience", ["counterparty", "contract", "region", "everybody"])
def test_goods_are_hidden_from_an_audience(world, secret, audience):
    context = world.context()
    ids = {
        "counterparty": context.counterparty_id,
        "contract": context.contract_id,
        "region": context.region_id,
    }
    whom = [] if audience == "everybody" else [(audience, ids[audience])]
    rule(HIDE, ("brand", "ТАЙНА"), *whom)

    assert "SECRET-77" not in seen(world.context())


def test_a_rule_for_somebody_else_hides_nothing(world, secret):
    rule(HIDE, ("brand", "Тайна"), ("counterparty", 999_999))

    assert "SECRET-77" in seen(world.context())


def test_only_what_is_named_is_seen_and_rules_add_up(world, secret):
    context = world.context()
    lamp = world.products["lamp"]
    rule(ONLY, ("brand", "тайна"), ("counterparty", context.counterparty_id))
    rule(ONLY, ("product", lamp.pk), ("counterparty", context.counterparty_id))

    assert seen(world.context()) == {"SECRET-77", lamp.article}


def test_reserved_goods_are_seen_by_their_audience_alone(world, secret):
    context = world.context()
    stranger = world.context("stranger")
    rule(RESERVE, ("product", secret.pk), ("counterparty", context.counterparty_id))

    assert "SECRET-77" in seen(world.context())
    assert stranger.assortment.is_whole
    assert "SECRET-77" not in seen(world.context("stranger"))


def test_a_section_is_hidden_with_all_below_it(world, secret):
    section = secret.categories.get()
    below = section.add_child(name="Внутри", slug="vnutri")
    deep = add_product(world, 8, article="DEEP-8")
    deep.categories.set([below])
    rule(HIDE, ("category", section.pk))

    assert not {"SECRET-77", "DEEP-8"} & seen(world.context())


def test_characteristics_go_with_their_product(world):
    parent = add_parent(world, ["белый", "чёрный"], title="Кабель-канал", article="KK", brand="X")
    rule(HIDE, ("product", parent.pk))

    context = world.context()

    assert not any(article.startswith("KK") for article in seen(context))


def test_a_rule_out_of_its_term_or_off_or_not_understood_hides_nothing(world, secret):
    rule(HIDE, ("brand", "Тайна"), valid_to="2020-01-01")
    rule(HIDE, ("brand", "Тайна"), is_active=False)
    rule(HIDE, ("brand", "Тайна"), ("moon", 1))

    assert "SECRET-77" in seen(world.context())


def test_hidden_goods_have_no_card_no_price_and_no_place_in_a_basket(world, secret, pages):
    rule(HIDE, ("brand", "Тайна"))
    context = world.context()
    card = reverse("catalogue:detail", kwargs={"product_slug": secret.slug, "pk": secret.pk})

    assert pages.get(card).status_code == 404
    assert pages.get(reverse("api:price", args=[secret.pk])).status_code == 404
    assert price_book(context=context, product_ids=[secret.pk]).price(secret.pk) is None
    with pytest.raises(ProductRefusedError) as refused:
        basket_set(context=context, product_id=secret.pk, quantity=Decimal(1))
    assert (refused.value.code, refused.value.article) == ("unknown", "")
    (row,) = pasted_rows("SECRET-77 3", context=context)
    assert (row.product_id, row.code) == (None, "unknown")
    with pytest.raises(AskingError):
        price_ask(context=context, product_id=secret.pk, quantity=Decimal(1))
    assert not apps.get_model("basket", "Line").objects.filter(product=secret).exists()


@pytest.mark.parametrize("address", ["/catalogue/?all=1", "/search/?q=лампа", "/search/?q=SECRET"])
def test_no_list_shows_or_counts_hidden_goods(world, secret, pages, address):
    before = pages.get(address).context["listing"].num_all
    rule(HIDE, ("brand", "Тайна"))

    response = pages.get(address)

    assert response.context["listing"].num_all == before - 1
    for told in ("SECRET-77", "тайная", "Тайна"):
        assert told not in response.content.decode()


def test_a_section_with_nothing_to_see_is_gone(world, secret, pages):
    root = apps.get_model("catalogue", "Category").add_root(name="Секретное", slug="sekret")
    secret.categories.set([root])
    address = reverse("catalogue:category", kwargs={"category_slug": "sekret", "pk": root.pk})
    assert pages.get(address).status_code == 200
    rule(HIDE, ("brand", "Тайна"))

    assert pages.get(address).status_code == 404
    assert "Секретное" not in pages.get("/catalogue/").content.decode()


def test_a_line_that_left_the_assortment_is_not_ordered(world, secret):
    basket_set(context=world.context(), product_id=secret.pk, quantity=Decimal(1))
    rule(HIDE, ("brand", "Тайна"))

    from b2b_apps.purchasing.selectors import basket_for, basket_sheet

    context = world.context()
    (line,) = basket_sheet(context=context, basket=basket_for(context)).lines

    assert line.is_blocking
    assert line.price is None
