"""Promo codes are not found by trying them one after another."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from b2b_apps.core.models import Guess
from b2b_apps.purchasing.services import basket_set
from tests.pricing.making import add_rule

pytestmark = pytest.mark.django_db
URL = reverse("basket:promo")


@pytest.fixture
def buyer(world, client):
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(10))
    add_rule(-50, promo_code="ОСЕНЬ26")
    client.force_login(world.people["buyer"])
    return client


def tried(client, number, **more):
    return [client.post(URL, {"code": f"Код-{n}"}, **more).status_code for n in range(number)]


def test_twenty_wrong_codes_in_a_quarter_of_an_hour_are_enough(world, buyer):
    assert tried(buyer, 20) == [422] * 20

    refused = buyer.post(URL, {"code": "ОСЕНЬ26"})
    elsewhere = buyer.post(URL, {"code": "ОСЕНЬ26"}, REMOTE_ADDR="10.9.8.7")

    assert (refused.status_code, elsewhere.status_code) == (429, 429)
    assert "Слишком много попыток" in refused.content.decode()
    Guess.objects.update(made_at=timezone.now() - timedelta(minutes=16))
    assert buyer.post(URL, {"code": "ОСЕНЬ26"}).status_code == 302


def test_a_right_code_between_wrong_ones_forgives_none(world, buyer):
    tried(buyer, 19)

    assert buyer.post(URL, {"code": "ОСЕНЬ26"}).status_code == 302

    assert tried(buyer, 2) == [422, 429]
    assert buyer.post(URL, {"remove": "1"}).status_code == 302


def test_one_who_guesses_stops_nobody_else(world, buyer):
    tried(buyer, 21)

    basket_set(
        context=world.context("head"), product_id=world.products["lamp"].pk, quantity=Decimal(10)
    )
    buyer.force_login(world.people["head"])

    assert buyer.post(URL, {"code": "ОСЕНЬ26"}).status_code == 302
