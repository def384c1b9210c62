"""Two sign-ins at once with what one guest has chosen, with real threads on PostgreSQL."""

from decimal import Decimal
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from django.urls import reverse

from b2b_apps.purchasing.services import basket_set
from tests.concurrency.test_basket_edits import lines, without_the_lock
from tests.concurrency.test_orders import at_once
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@pytest.fixture
def guest(world, settings):
    """The cookies of somebody who has chosen two dozen breakers; his basket holds a lamp."""
    settings.SHOWCASE = "open"
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(1))
    return lambda: chosen(world)


def chosen(world):
    client = Client()
    fields = {"product": world.products["breaker"].pk, "quantity": 24}
    client.post(reverse("guests:choose"), fields)
    return client.cookies.output(header="", sep=";")


def sign_in(world, cookies):
    """One of two clicks on the button of the same page: its status and the page after it."""

    def clicked():
        # Faults and contexts of templates go to the clients of all threads.
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(cookies)
        form = {"username": world.people["buyer"].email, "password": PASSWORD}
        status = client.post(reverse("customer:login"), form).status_code
        return status, client.get(reverse("basket:summary")).content.decode()

    return clicked


def test_without_the_lock_one_of_two_sign_ins_fails(world, guest, monkeypatch):
    cookies = guest()
    without_the_lock(monkeypatch)

    results = at_once([sign_in(world, cookies)] * 2)

    assert sorted(status for status, _page in results) == [302, 500]


def test_of_two_sign_ins_at_once_both_succeed_and_nothing_is_doubled(world, guest):
    lamp, breaker = world.products["lamp"].pk, world.products["breaker"].pk
    for _round in range(ROUNDS):
        basket_set(context=world.context(), product_id=breaker, quantity=Decimal(0))

        results = at_once([sign_in(world, guest())] * 2)

        assert lines(world.context()) == {lamp: 1, breaker: 24}
        assert [status for status, _page in results] == [302, 302]
        told = " ".join(page for _status, page in results)
        assert told.count("1 строка, выбранная до входа") == 1
        assert told.count("не удвоены: MVA20-1-016-C") == 1
