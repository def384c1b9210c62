"""The index and the database say the same of who sees what."""

import random
from dataclasses import replace

import pytest
from django.apps import apps

from b2b_apps.assortment.conditions import brand_key
from b2b_apps.assortment.selectors import seen_products, unseen_skus
from b2b_apps.core.context import Assortment, GoodsCondition
from search.bodies.filters import base_query
from search.bodies.scope import scope_filters
from search.documents.maker import DocumentMaker
from search.indexing.slot_plan import slots_planned
from tests.search.reference import ReferenceEngine
from tests.storefront.goods import add_parent, add_product, section_of

BRANDS = ("Тайна", "  ТАЙНА ", "АВВ  Плюс", "авв\u00a0плюс", "Weißmüller", "WEISSMÜLLER", "", "IEK")


@pytest.fixture
def town(world):
    """Goods of brands written in many ways, in sections of which one is not shown."""
    section = section_of(world)
    closed = section.add_child(name="Закрытый", slug="closed", is_public=False)
    below = closed.add_child(name="Под закрытым", slug="below")
    products = [
        add_product(world, number, brand=BRANDS[number % len(BRANDS)]) for number in range(24)
    ]
    products += [add_parent(world, ["а", "б"], article=f"PAR{n}", brand=BRANDS[n]) for n in (0, 3)]
    for place, product in enumerate(products):
        if place % 3:
            product.categories.set([(closed, below)[place % 2], section][: 1 + place % 2])
    nowhere = add_product(world, 99, brand="")
    nowhere.categories.clear()
    world.sections = [section, closed, below]
    return world


def found_by_index(context, documents):
    scope = scope_filters(context)
    asked = base_query(stage=None, category_id=None, scope=scope)
    return set(ReferenceEngine(documents).ids(asked, limit=10_000))


def found_by_database(context):
    heads = seen_products(context).filter(is_public=True, parent__isnull=True)
    return set(heads.values_list("pk", flat=True))


def all_documents():
    ids = apps.get_model("catalogue", "Product").objects.values_list("pk", flat=True)
    return list(DocumentMaker(slots_planned()).documents(list(ids)))


@pytest.mark.parametrize("kind", ["hidden", "only", "reserved"])
def test_a_section_that_nobody_sees_works_in_rules_of_the_index_too(town, kind):
    closed = town.sections[1]
    group = (GoodsCondition("category", frozenset({closed.pk})),)
    context = replace(town.context(), assortment=Assortment(**{kind: (group,)}))

    found = found_by_index(context, all_documents())

    assert found == found_by_database(context)
    assert 0 < len(found) < len(all_documents())


@pytest.mark.parametrize("brand", BRANDS)
def test_a_brand_is_the_same_however_it_is_written(town, brand):
    group = (GoodsCondition("brand", frozenset({brand_key(brand)})),)
    context = replace(town.context(), assortment=Assortment(hidden=(group,)))

    found = found_by_database(context)

    assert found == found_by_index(context, all_documents())
    left = apps.get_model("catalogue", "Product").objects.filter(pk__in=found)
    assert brand_key(brand) not in {
        brand_key(text) for text in left.values_list("brand", flat=True)
    }


@pytest.mark.parametrize("seed", range(12))
def test_random_rules_leave_the_same_in_both(town, seed):
    rng = random.Random(seed)
    documents = all_documents()

    for _round in range(8):
        context = replace(town.context(), assortment=random_assortment(rng, town, documents))

        assert found_by_index(context, documents) == found_by_database(context)


def random_assortment(rng, town, documents):
    def condition():
        kind = rng.choice(["product", "brand", "category"])
        values = {
            "product": [document["id"] for document in documents],
            "brand": [brand_key(brand) for brand in BRANDS],
            "category": [section.pk for section in town.sections],
        }[kind]
        return GoodsCondition(kind, frozenset(rng.sample(values, rng.randint(1, 3))))

    def groups():
        return tuple(
            tuple(condition() for _ in range(rng.randint(0 if rng.random() < 0.1 else 1, 2)))
            for _ in range(rng.randint(0, 2))
        )

    return Assortment(only=groups(), hidden=groups(), reserved=groups(), admitted=groups())


@pytest.mark.parametrize("kind", ["hidden", "reserved", "only"])
def test_a_rule_asks_the_row_itself_not_the_whole_catalogue(town, kind):
    """A set of all goods of a brand took 0.1 s of 60,000 products, for a page of 24."""
    group = (GoodsCondition("brand", frozenset({"iek"})),)
    context = replace(town.context(), assortment=Assortment(**{kind: (group,)}))

    asked = str(seen_products(context).query)

    assert asked.count('FROM "catalogue_product"') == 1


def test_characteristics_of_another_brand_or_named_go_alone(town):
    parent = add_parent(town, ["а", "б", "в"], article="FAM", brand="IEK")
    named, branded, plain = parent.children.order_by("pk")
    branded.brand = "Тайна"
    branded.save()
    plain.brand = ""
    plain.save()
    hidden = (
        (GoodsCondition("product", frozenset({named.pk})),),
        (GoodsCondition("brand", frozenset({"тайна"})),),
    )
    context = replace(town.context(), assortment=Assortment(hidden=hidden))

    seen = set(seen_products(context).filter(article__startswith="FAM"))

    assert seen == {parent, plain}
    assert set(unseen_skus(context)) == {named.pk, branded.pk}
