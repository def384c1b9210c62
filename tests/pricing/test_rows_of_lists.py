"""Rows of price lists for few products and for many: two statements that say the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from b2b_apps.core import prepared
from b2b_apps.pricing import columns
from b2b_apps.pricing.columns import FEW_ROWS_SQL, ROWS_SQL
from b2b_apps.pricing.models import Price, PriceList
from tests.pricing.making import add_list

pytestmark = pytest.mark.django_db


def test_few_and_many_products_have_the_same_rows(world):
    lamp, day = world.products["lamp"], timezone.localdate()
    ours = add_list(lamp, 90)
    for days, amount in ((-2, 80), (0, 70), (1, 60)):
        Price.objects.create(
            price_list=ours, product=lamp, amount=amount, valid_from=day + timedelta(days=days)
        )
    Price.objects.create(
        price_list=ours, product=lamp, amount=50, minimum_quantity=9, valid_to=day - timedelta(1)
    )
    asked = {
        "lists": list(PriceList.objects.values_list("pk", flat=True)),
        "products": [product.pk for product in world.products.values()],
        "day": day,
    }

    few, many = (prepared.rows_of(text, asked) for text in (FEW_ROWS_SQL, ROWS_SQL))

    assert sorted(map(str, few)) == sorted(map(str, many))
    amounts = {row[2] for row in few if row[:2] == (lamp.pk, ours.pk)}
    assert amounts == {Decimal(90), Decimal(80), Decimal(70)}


def test_the_plan_of_few_goes_from_product_to_product():
    """With the plan of all lists at once a page read half a million rows of an index."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        text, _names = prepared._with_numbers(columns.FEW_ROWS_SQL)
        cursor.execute(f"PREPARE few (bigint[], bigint[], date) AS {text}")
        cursor.execute("EXPLAIN EXECUTE few('{1}', '{1}', '2026-11-26')")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "product_id = wanted.id" in plan
    assert "ANY" not in plan
