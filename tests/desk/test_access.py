"""Who may come to the staff's side: staff, and nobody else, at any address."""

import pytest
from django.test import Client
from django.urls import reverse

from b2b_apps.core.models import OutboxMessage
from tests.desk.addresses import POST_ONLY, addresses
from tests.isolation.resolver import url_names


def test_every_address_under_dashboard_is_ours(desk):
    served = {name for name in url_names() if name.startswith("dashboard:")}

    assert served == {f"dashboard:{name}" for name in addresses(desk)}


def test_a_stranger_is_asked_to_sign_in_at_every_address(desk):
    client = Client()

    for name, url in addresses(desk).items():
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("customer:login")), name


@pytest.mark.parametrize("person", ["buyer", "head", "accountant", "clerk", "stranger"])
def test_a_buyer_finds_nothing_at_any_address(desk, person):
    client = Client()
    client.force_login(desk.world.people[person])

    for name, url in addresses(desk).items():
        assert client.get(url).status_code == 404, name
        assert client.post(url).status_code == 404, name

    assert OutboxMessage.objects.get(pk=desk.message.pk).state == "parked"


def test_nothing_is_looked_up_for_a_buyer_at_an_address_of_the_staff(
    desk, django_assert_num_queries
):
    client = Client()
    client.force_login(desk.world.people["buyer"])

    # His session and himself.
    with django_assert_num_queries(2):
        answer = client.get(reverse("dashboard:clients"))

    assert answer.status_code == 404
    assert answer.wsgi_request.trade is None


def test_the_staff_see_every_page(desk, staff):
    for name, url in addresses(desk).items():
        expected = 405 if name in POST_ONLY else 200
        assert staff.get(url).status_code == expected, name


def test_a_post_without_a_token_is_refused_at_every_address(desk, world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["manager"])

    for name, url in addresses(desk).items():
        assert client.post(url).status_code == 403, name


def test_an_unknown_record_is_not_found(desk, staff):
    for name in ("client", "contract", "person", "price-list", "warehouse", "product"):
        assert staff.get(reverse(f"dashboard:{name}", args=[999999])).status_code == 404, name
    assert staff.get(reverse("dashboard:order", args=["26-нет"])).status_code == 404
    assert staff.get(reverse("dashboard:exchange-session", args=[999999])).status_code == 404


def test_no_page_has_inline_styles_or_scripts(desk, staff):
    for name, url in addresses(desk).items():
        answer = staff.get(url)
        if name not in POST_ONLY and not answer.streaming:
            page = answer.content.decode()
            assert " style=" not in page, name
            assert "<style" not in page, name
            assert "<script>" not in page, name
