"""What a document says of a row."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.selectors import price_book
from b2b_apps.storefront.candidates import VALUE as SHOWN_VALUE
from b2b_apps.storefront.natural_order import natural_key
from search.analysis.document import text_fields
from search.documents.keys import kit_of, natural_text, order_key
from search.documents.maker import DocumentMaker
from search.documents.values import LONGEST_VALUE
from search.fields import FIELDS, PRICE_SCALE, price_field
from search.indexing.rows import num_rows, row_batches
from search.indexing.slot_plan import shared_lists, slots_planned
from tests.search.index.making import add_parent, add_product, add_value, document_of, model

pytestmark = pytest.mark.django_db
SHOWN_VALUES = f"""
SELECT attribute_id, value FROM (
    SELECT v.attribute_id, {SHOWN_VALUE} AS value FROM catalogue_productattributevalue v
    LEFT JOIN catalogue_attributeoption o ON o.id = v.value_option_id WHERE v.product_id = %s
) x WHERE value NOT IN ('-', '–', '—')
"""


def test_a_document_of_a_plain_product(world):
    breaker = world.products["breaker"]
    add_value(breaker, "Ток, А", value_float=2.50)
    add_value(breaker, "Серия", value_text="–")

    found = document_of(breaker)

    (attribute_id,) = found["attrs"]
    slots = slots_planned()
    assert found["id"] == breaker.pk
    assert found["av"] == [f"{attribute_id}=2,5"]
    assert found["kit"] == kit_of([attribute_id]) != kit_of([attribute_id, attribute_id + 1])
    assert found["brand"] == "IEK"
    assert len(found["cats"]) == 2
    assert found["wh"] == sorted(w.pk for w in world.warehouses.values())
    assert found[f"s{slots.stock_slot(found['wh'])}"] == 4_240_000
    assert found["lists"] == sorted(world.lists[n].pk for n in ("retail", "dealer", "wholesale"))
    assert found[price_field(slots.prices[world.lists["dealer"].pk])] == 1_324_800
    assert found["vat"] == "22"
    assert found["odd"] == 0
    assert found["visibility"] == "shown"
    assert found.keys() <= FIELDS.keys()


def test_values_read_as_on_the_pages(world):
    group = model("catalogue", "AttributeOptionGroup").objects.create(name="Цвета")
    options = model("catalogue", "AttributeOption").objects
    kinds = [
        {"value_option": options.create(group=group, option="белый\x1fматовый")},
        {"value_option": options.create(group=group, option=":12=")}, {"value_text": "IP=20:4"},
        {"value_option": options.create(group=group, option="—")}, {"value_text": "–"},
        {"value_option": options.create(group=group, option="3"), "value_text": "4"},
        {"value_text": "", "value_float": 2.50}, {"value_float": -0.125, "value_integer": 7},
        {"value_float": 1e6}, {"value_integer": 12}, {"value_integer": 0}, {"value_boolean": True},
        {"value_text": "н" * 400},
    ]  # fmt: skip
    lamp = world.products["lamp"]
    for number, fields in enumerate(kinds):
        add_value(lamp, f"Свойство {number}", **fields)
    with connection.cursor() as cursor:
        cursor.execute(SHOWN_VALUES, [lamp.pk])
        shown = {f"{attribute}={value}" for attribute, value in cursor.fetchall()}

    found = document_of(lamp)["av"]

    assert sorted(found) == sorted(v.replace("\x1f", " ") for v in shown if len(v) <= LONGEST_VALUE)
    assert len(found) == 9


def test_who_has_a_document(world):
    parent, (first, second) = add_parent(world, "A-1", "A-2")
    childless, _none = add_parent(world)
    hidden = add_product(world, is_public=False)
    second.is_public = False
    second.save()

    batches = [pk for ids in row_batches(2) for pk in ids]
    made = DocumentMaker(slots_planned()).documents(
        [parent.pk, first.pk, second.pk, childless.pk, hidden.pk]
    )

    assert batches == sorted([*(p.pk for p in world.products.values()), parent.pk])
    assert num_rows() == len(batches)
    assert [d["id"] for d in made] == [parent.pk]
    assert any(code.endswith("1") for code in made[0]["codes"])
    assert not any(code.endswith("2") for code in made[0]["codes"])


def test_what_makes_a_row_odd(world):
    parent, (first, second) = add_parent(world, "A-1", "A-2")
    dealer, own = world.lists["dealer"], world.lists["own"]
    Price.objects.create(price_list=dealer, product=parent, amount=9)
    assert document_of(parent)["odd"] == 0

    Price.objects.create(price_list=dealer, product=first, amount=7)
    found = document_of(parent)
    assert found["odd"] == 0
    assert found[price_field(slots_planned().prices[dealer.pk])] == 7 * PRICE_SCALE
    assert found["uneven"] == [dealer.pk]
    assert found["skus"] == [first.pk, second.pk]
    assert "unshown" not in found

    Price.objects.create(price_list=own, product=second, amount=5)
    found = document_of(parent)
    assert found["odd"] == 0
    assert found["lists"] == sorted([dealer.pk, own.pk])
    assert found["part"] == [own.pk]

    Price.objects.filter(price_list=own).delete()
    for change in (
        {"brand": "EKF"},
        {"price_visibility": "on_request"},
        {"vat_rate": model("catalogue", "VatRate").objects.create(code="no", label="no")},
    ):
        model("catalogue", "Product").objects.filter(pk=first.pk).update(**change)
        assert document_of(parent)["odd"] == 1, change
        assert ("unshown" in document_of(parent)) == ("price_visibility" in change)
        reset = {"brand": "", "price_visibility": "shown", "vat_rate": None}
        model("catalogue", "Product").objects.filter(pk=first.pk).update(**reset)
        assert document_of(parent)["odd"] == 0


def test_attributes_in_which_characteristics_differ(world):
    parent, (first, second) = add_parent(world, "A-1", "A-2")
    add_value(parent, "Серия", value_text="x")
    one = add_value(first, "Полюсов", value_text="1P")
    assert document_of(parent)["varies"] == [one.attribute_id]

    add_value(second, "Полюсов", value_text="1P")
    assert "varies" not in document_of(parent)


def test_sections_that_nobody_sees_count_for_rules_alone(world):
    section = world.products["lamp"].categories.get()
    hidden = section.add_child(name="Скрытый", is_public=False)
    product = add_product(world)
    product.categories.add(hidden)

    found = document_of(product)

    assert "cats" not in found
    assert found["under"] == sorted([section.get_parent().pk, section.pk, hidden.pk])


def test_vat_and_visibility_of_a_row(world):
    without = model("catalogue", "VatRate").objects.create(code="no", label="без НДС")
    parent, _children = add_parent(world, "A-1", price_visibility="hidden", vat_rate=without)
    unknown = add_product(world)

    assert document_of(parent)["vat"] == document_of(unknown)["vat"] == "-"
    assert document_of(parent)["visibility"] == "hidden"


def test_receipts_of_today_and_later(world):
    parent, (child,) = add_parent(world, "A-1")
    today = timezone.localdate()
    for place, day in [("rostov", today), ("moscow", today - timedelta(days=1))]:
        ExpectedReceipt.objects.create(
            product=child, warehouse=world.warehouses[place], day=day, quantity=5
        )

    assert document_of(parent)["soon"] == [world.warehouses["rostov"].pk]


def test_sections_that_are_not_shown_count_for_nothing(world):
    lamp = world.products["lamp"]
    category = lamp.categories.get()
    hidden = category.get_parent().add_child(name="Скрытый", is_public=False)
    lamp.categories.add(hidden)
    before = document_of(lamp)

    assert hidden.pk not in before["cats"]
    assert before["place"].startswith(category.path)

    root = category.get_parent()
    root.is_public = False
    root.save()
    after = document_of(lamp)
    assert "cats" not in after
    assert after["place"] < before["place"]


@pytest.mark.parametrize("seed", range(40))
def test_an_indexed_price_is_what_the_book_starts_from(world, seed):
    rng = random.Random(seed)
    parent, children = add_parent(world, "A-1", "A-2")
    today = timezone.localdate()

    def day(shift):
        return None if shift is None else today + timedelta(days=shift)

    rows = {}
    for _n in range(rng.randint(1, 25)):
        product = rng.choice([parent, *children])
        name = rng.choice(["retail", "dealer", "wholesale"])
        starts, ends = rng.choice([None, None, -10, -1, 0, 1]), rng.choice([None, -1, 0, 3])
        if starts is not None and ends is not None and ends < starts:
            ends = None
        key = (product.pk, name, rng.choice([0, 0, 5]), rng.choice([0, 0, 12]), starts)
        rows[key] = Price(
            price_list=world.lists[name], product=product, minimum_quantity=key[2],
            pack_factor=key[3], valid_from=day(starts), valid_to=day(ends),
            amount=Decimal(rng.randint(1, 999_999)) / 10_000,
        )  # fmt: skip
    Price.objects.bulk_create(rows.values())

    found = document_of(parent)

    slots = slots_planned()
    for pk in shared_lists():
        amounts = [a for a in (listed(world, pk, c.pk) for c in children) if a is not None]
        expected = int(min(amounts) * PRICE_SCALE) if amounts else None
        assert found.get(price_field(slots.prices[pk])) == expected
        assert (pk in found.get("lists", [])) == bool(amounts)


def listed(world, list_id, product_id):
    """What a product costs by a list alone, as the book of prices has it."""
    context: TradeContext = world.context("buyer")
    book = price_book(context=context, product_ids=[product_id], extra_list_ids=[list_id])
    found = book.loaded.columns[list_id].tiers_of(book.loaded.goods[product_id])
    return found[-1].amount if found else None


TEXTS = st.text(alphabet="абвё aB019.,-/", max_size=12)


@given(TEXTS, TEXTS)
def test_keys_order_as_pages_do(first, second):
    pages = (natural_key(first) > natural_key(second)) - (natural_key(first) < natural_key(second))
    left, right = natural_text(first), natural_text(second)
    assert (left > right) - (left < right) == pages
    if pages:
        assert (order_key(first, 9) > order_key(second, 1)) == (pages > 0)
    else:
        assert order_key(first, 9) > order_key(second, 1)


def test_a_batch_takes_the_same_queries_whatever_its_size(world):
    one = [world.products["lamp"].pk]
    many = [add_product(world, f"Товар {n}").pk for n in range(30)]
    for pk in many:
        Price.objects.create(price_list=world.lists["retail"], product_id=pk, amount=1)
    maker = DocumentMaker(slots_planned())

    numbers = []
    for ids in (one, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(maker.documents(ids)) == len(ids)
        numbers.append(len(queries))

    assert numbers == [7, 7]


def test_the_same_content_has_the_same_hash(world):
    lamp = world.products["lamp"]
    before = document_of(lamp)["hash"]
    assert document_of(lamp)["hash"] == before

    Price.objects.filter(product=lamp, price_list=world.lists["dealer"]).update(amount=1)
    assert document_of(lamp)["hash"] != before


def test_purchase_prices_have_a_slot_after_those_of_contracts_and_contracts_have_none(world):
    cost = PriceList.objects.create(name="Закупка", is_cost=True)
    lists = shared_lists()
    assert lists[-1] == cost.pk
    assert set(lists[:-1]) == {world.lists[n].pk for n in ("retail", "dealer", "wholesale")}


def test_terms_are_those_of_the_plain_analysis(world):
    parent, children = add_parent(world, "ВА47-29", "MB.2,5", title="Автомат ВА47-29 16А C")
    for product in (parent, *children):
        add_value(product, "Ток, А", value_float=2.5)
        add_value(product, "Влагозащита", value_text="да")
        add_value(product, "Цвет", value_text="тёмно-серый")
        add_value(product, "Состав", value_text="x" * 251)
    parent.categories.add(*world.products["lamp"].categories.all())
    category = parent.categories.get()

    made = list(DocumentMaker(slots_planned()).documents([*world_ids(world), parent.pk]))

    mine = next(document for document in made if document["id"] == parent.pk)
    expected = text_fields(
        title=parent.title,
        brand="IEK",
        code_values=["ВА47-29", "MB.2,5"],
        texts=[category.get_parent().name, category.name, "ВА47-29", "MB.2,5"],
        attributes=sorted_values(mine),
    )
    assert {name: mine.get(name, []) for name in expected} == expected
    assert len(mine["av"]) == 3


def world_ids(world):
    return [product.pk for product in world.products.values()]


def sorted_values(document):
    """Names and values of a document's attributes, as they are written in it."""
    names = dict(model("catalogue", "ProductAttribute").objects.values_list("pk", "name"))
    pairs = (value.partition("=") for value in document["av"])
    return [(names[int(pk)], text) for pk, _sign, text in pairs]


def test_the_hash_changes_with_whatever_a_document_is_found_by(world):
    breaker = world.products["breaker"]
    value = add_value(breaker, "Серия", value_text="Basic")
    seen = {document_of(breaker)["hash"]}

    for change in ({"title": "Новое имя"}, {"article": "X-1"}, {"brand": "EKF"}):
        model("catalogue", "Product").objects.filter(pk=breaker.pk).update(**change)
        seen.add(document_of(breaker)["hash"])
    value.attribute.name = "Ряд"
    value.attribute.save()
    seen.add(document_of(breaker)["hash"])
    category = breaker.categories.get()
    category.name = "Иначе"
    category.save()
    seen.add(document_of(breaker)["hash"])

    assert len(seen) == 6
    assert document_of(breaker)["hash"] in seen
