"""What no page sends: figures and days that are none, without an error of the server."""

from decimal import Decimal

import pytest
from django.urls import reverse

from b2b_apps.purchasing.services import basket_set
from tests.delivery.conftest import ROSTOV
from tests.storefront.conftest import _fresh_cache, buyer
from tests.storefront.test_basket_pages import checkout_form

__all__ = ["_fresh_cache", "buyer"]

DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", DIGITS), ("window", "-1"), ("window", "NaN"), ("date", "31.12.9999"),
        ("date", "01.01.0001"), ("date", DIGITS), ("method", DIGITS), ("method", "m" + DIGITS),
        ("to_address", "я" * 100_000), ("to_name", "<script>alert(1)</script>"),
    ],
)  # fmt: skip
def test_a_checkout_with_odd_delivery_is_shown_again(world, methods, buyer, name, value):
    methods.window(2)
    context = world.context()
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    url = reverse("checkout:index")
    form = checkout_form(buyer) | {"consignee": "other", "other_address": ROSTOV}
    (own,) = [field for field in form if field.startswith("method-")]
    form |= {own: f"m{methods.own.pk}", own.replace("method", name): value}

    for more in ({"split": "1"}, {}):
        answer = buyer.post(url, form | more)

        assert answer.status_code < 500
        assert "<script>alert" not in answer.content.decode()
