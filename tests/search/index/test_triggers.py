"""Whatever changes what a document says is noted, however it is written; nothing else is."""

import time
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.price_load import PriceRow, prices_load
from search.models import Change
from tests.search.index.making import add_parent, add_value, model

pytestmark = pytest.mark.django_db
Kind = Change.Kind
COPY_PRICES = (
    "COPY pricing_price (price_list_id, product_id, amount, minimum_quantity, pack_factor) "
    "FROM STDIN"
)


def noted():
    """What the queue has, emptied."""
    found = set(Change.objects.values_list("kind", "ref"))
    Change.objects.all().delete()
    return found


def products(*rows):
    return {(Kind.PRODUCT, row.pk) for row in rows}


def figures(*rows):
    return {(Kind.FIGURES, row.pk) for row in rows}


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_products(world, goods):
    lamp = goods["lamp"]
    rows = model("catalogue", "Product").objects
    for change in (
        {"title": "Иначе"}, {"article": "X-1"}, {"barcode": "46"}, {"code_1c": "7"},
        {"brand": "EKF"}, {"characteristic": "белая"}, {"is_public": False},
        {"price_visibility": "hidden"}, {"vat_rate": None}, {"structure": "parent"},
    ):  # fmt: skip
        rows.filter(pk=lamp.pk).update(**change)
        assert noted() == products(lamp), change
        rows.filter(pk=lamp.pk).update(**change)
        assert noted() == set()

    rows.filter(pk=lamp.pk).update(description="Светит", weight_kg=3)
    assert noted() == set()


def test_products_made_and_deleted(world, goods):
    parent, (child,) = add_parent(world, "A-1")
    assert noted() == products(parent, child)
    other, _none = add_parent(world)
    noted()

    pk = child.pk
    child.parent = other
    child.save()
    assert noted() == {(Kind.PRODUCT, pk), *products(parent, other)}
    child.delete()
    assert noted() == {(Kind.PRODUCT, pk), *products(other)}


def test_products_copied_in(world, goods):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE draft (LIKE catalogue_product) ON COMMIT DROP")
        cursor.execute("INSERT INTO draft SELECT * FROM catalogue_product WHERE id = %s",
                       [goods["lamp"].pk])  # fmt: skip
        cursor.execute("UPDATE draft SET id = 900001, slug = 'copied'")
        cursor.execute("SELECT draft FROM draft")
        (row,) = cursor.fetchone()
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'draft'::regclass "
                       "AND attnum > 0 ORDER BY attnum")  # fmt: skip
        names = ", ".join(name for (name,) in cursor.fetchall())
        assert row
        cursor.execute(f"SELECT {names} FROM draft")
        values = cursor.fetchone()
        with cursor.copy(f"COPY catalogue_product ({names}) FROM STDIN") as copy:
            copy.write_row(values)
    assert noted() == {(Kind.PRODUCT, 900001)}


def test_sections(world, goods):
    lamp = goods["lamp"]
    category = lamp.categories.get()
    other = category.get_parent().add_child(name="Лампы")
    assert noted() == set()

    lamp.categories.add(other)
    assert noted() == products(lamp)
    run("UPDATE catalogue_productcategory SET category_id = %s WHERE product_id = %s "
        "AND category_id = %s", category.get_parent().pk, lamp.pk, other.pk)  # fmt: skip
    assert noted() == products(lamp)
    lamp.categories.remove(category)
    assert noted() == products(lamp)

    other.name = "Светильники"
    other.save()
    assert noted() == {(Kind.SECTION, other.pk)}
    other.description = "О лампах"
    other.save()
    assert noted() == set()
    top = model("catalogue", "Category").add_root(name="Другое")
    model("catalogue", "Category").objects.get(pk=other.pk).move(top, "first-child")
    assert (Kind.SECTION, other.pk) in noted()


def test_values_options_attributes_and_rates(world, goods):
    lamp = goods["lamp"]
    value = add_value(lamp, "Цоколь", value_text="E27")
    assert noted() == products(lamp)
    value.value_text = "E14"
    value.save()
    assert noted() == products(lamp)
    value.save()
    assert noted() == set()

    group = model("catalogue", "AttributeOptionGroup").objects.create(name="Цвета")
    option = model("catalogue", "AttributeOption").objects.create(group=group, option="белый")
    type(value).objects.filter(pk=value.pk).update(value_text=None, value_option=option)
    assert noted() == products(lamp)
    option.option = "чёрный"
    option.save()
    assert noted() == {(Kind.OPTION, option.pk)}

    value.attribute.name = "Патрон"
    value.attribute.save()
    assert noted() == {(Kind.ATTRIBUTE, value.attribute_id)}
    value.delete()
    assert noted() == products(lamp)

    rate = lamp.vat_rate
    rate.percent = 20
    rate.save()
    assert noted() == {(Kind.VAT_RATE, rate.pk)}


def test_stock(world, goods):
    lamp, breaker = goods["lamp"], goods["breaker"]
    records = model("partner", "StockRecord").objects
    mine = records.filter(product=lamp, partner=world.warehouses["rostov"])

    mine.update(num_in_stock=7)
    assert noted() == figures(lamp)
    mine.update(num_in_stock=9, num_allocated=2)
    assert noted() == set()
    mine.update(num_allocated=20)
    assert noted() == figures(lamp)
    mine.update(num_allocated=30)
    assert noted() == set()
    mine.update(num_in_stock=50, product=goods["no_price"])
    assert noted() == figures(lamp, goods["no_price"])
    records.all().update(num_in_stock=1000, num_allocated=0)
    assert noted() == figures(lamp, breaker, goods["cable"], goods["no_price"])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partner_stockrecord WHERE product_id = %s", [breaker.pk])
    assert noted() == figures(breaker)
    records.create(product=breaker, partner=world.warehouses["rostov"],
                               partner_sku="0", num_in_stock=0)  # fmt: skip
    assert noted() == set()


def test_receipts(world, goods):
    receipt = ExpectedReceipt.objects.create(
        product=goods["lamp"], warehouse=world.warehouses["rostov"], day=timezone.localdate(),
        quantity=5,
    )  # fmt: skip
    assert noted() == figures(goods["lamp"])
    receipt.quantity = 6
    receipt.save()
    assert noted() == set()
    receipt.warehouse = world.warehouses["moscow"]
    receipt.save()
    assert noted() == figures(goods["lamp"])
    receipt.delete()
    assert noted() == figures(goods["lamp"])


def test_prices(world, goods):
    lamp, cable = goods["lamp"], goods["cable"]
    dealer, own = world.lists["dealer"], world.lists["own"]
    rows = [PriceRow(dealer.pk, lamp.pk, Decimal(5)), PriceRow(dealer.pk, cable.pk, Decimal(6))]

    prices_load(rows=rows, source="file")
    assert noted() == figures(lamp, cable)
    prices_load(rows=rows, source="file")
    assert noted() == set()
    Price.objects.filter(price_list=dealer, product=lamp).update(amount=8)
    assert noted() == figures(lamp)
    Price.objects.filter(price_list=own, product=cable).update(amount=8)
    assert noted() == set()
    Price.objects.filter(price_list=own, product=cable).update(valid_to=timezone.localdate())
    assert noted() == figures(cable)
    prices_load(rows=[], source="file", replaces_lists=[own.pk])
    assert noted() == figures(cable)
    Price.objects.create(price_list=own, product=lamp, amount=3)
    assert noted() == figures(lamp)
    with connection.cursor() as cursor, cursor.copy(COPY_PRICES) as copy:
        copy.write_row((dealer.pk, lamp.pk, 3, 10, 0))
    assert noted() == figures(lamp)
    cost = PriceList.objects.create(name="Закупка", is_cost=True)
    bought = Price.objects.create(price_list=cost, product=lamp, amount=3)
    assert noted() == figures(lamp)
    bought.amount = 4
    bought.save()
    assert noted() == figures(lamp)
    dealer.currency, dealer.is_active = "EUR", False
    dealer.save()
    assert noted() == set()


def test_a_note_is_of_the_transaction(world, goods):
    with transaction.atomic():
        Price.objects.filter(product=goods["lamp"]).update(amount=8)
        assert Change.objects.exists()
        transaction.set_rollback(True)

    assert noted() == set()


def test_many_changes_after_a_few_are_noted_by_the_same_plan(world, goods):
    """A plan is made at a session's first call; one with a join took minutes for these."""
    lamp, dealer = goods["lamp"], world.lists["dealer"]
    Price.objects.filter(pk=0).update(amount=1)
    mine = Price.objects.filter(price_list=dealer, product=lamp)
    Price.objects.bulk_create(
        Price(price_list=dealer, product=lamp, amount=1, minimum_quantity=n)
        for n in range(1, 20_001)
    )
    noted()

    begun = time.monotonic()
    mine.update(amount=2)

    assert time.monotonic() - begun < 10
    assert noted() == figures(lamp)
