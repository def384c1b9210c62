"""Guessing at the sign-in form: counted by all processes, by the true address of the client."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from b2b_apps.core.models import Guess
from tests.factories import PASSWORD

EMAIL = "buyer@buyers.example"
PROXY = "127.0.0.1"


def sign_in(client, password=PASSWORD, *, email=EMAIL, address="203.0.113.7", told=""):
    """Send the form from an address, perhaps through the proxy; return whether he is in."""
    headers = {"REMOTE_ADDR": address}
    if told:
        headers |= {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": told}
    answer = client.post(
        reverse("customer:login"), {"username": email, "password": password}, **headers
    )
    return answer.status_code == 302


def test_another_process_knows_of_the_guesses(world, client):
    for _try in range(10):
        sign_in(client, "guess")
    # What one process has in its memory, another has not.
    cache.clear()

    assert not sign_in(client)


def test_a_forged_header_makes_no_guesser_another(world, client):
    for number in range(15):
        client.post(
            reverse("customer:login"),
            {"username": EMAIL, "password": "guess"},
            REMOTE_ADDR="198.51.100.9",
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}",
        )

    assert Guess.objects.filter(address="198.51.100.9").count() == 10
    assert not sign_in(client, address="198.51.100.9")


def test_behind_a_trusted_proxy_each_client_counts_for_himself(world, client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for _try in range(30):
        sign_in(client, "guess", told="198.51.100.9")

    assert sign_in(client, told="203.0.113.7")


def test_the_owner_is_not_locked_out_of_his_office_by_many_guessers(world, client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    assert sign_in(client, told="203.0.113.7")
    client.logout()

    for number in range(60):
        sign_in(client, "guess", told=f"198.51.100.{number}")

    assert not sign_in(client, told="192.0.2.1")
    assert sign_in(client, told="203.0.113.7")


def test_the_name_is_known_whatever_its_case_and_is_not_kept(world, client):
    for number in range(10):
        sign_in(client, "guess", email=EMAIL.upper() if number % 2 else EMAIL)

    assert not sign_in(client)
    assert not Guess.objects.filter(name__icontains="buyer").exists()


@pytest.mark.parametrize("fields", [{}, {"username": EMAIL}, {"password": "x"}])
def test_a_form_that_is_not_filled_in_is_no_guess(world, client, fields):
    client.post(reverse("customer:login"), fields)

    assert Guess.objects.count() == 0


@pytest.mark.parametrize("page", ["/", "/catalogue/"])
def test_the_staff_are_not_sent_to_a_front_page_that_they_cannot_buy_on(world, client, page):
    form = {"username": world.people["manager"].email, "password": PASSWORD}
    staff = client.post(f"{reverse('customer:login')}?next={page}", form)
    client.logout()
    buyer = client.post(f"{reverse('customer:login')}?next={page}", form | {"username": EMAIL})

    assert (staff.url, buyer.url) == ("/dashboard/", page)


def test_the_staff_get_the_page_that_they_asked_for(world, client):
    form = {"username": world.people["manager"].email, "password": PASSWORD}

    answer = client.post(f"{reverse('customer:login')}?next=/dashboard/orders/", form)

    assert answer.url == "/dashboard/orders/"
