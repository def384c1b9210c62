"""The staff's side of the live link: the address, the password that nobody sees, the check."""

import pytest
from django.urls import reverse

from b2b_apps.contracts.refined import RefinedPrice, refined_prices_set
from b2b_apps.core.sealing import unsealed
from tests.live.conftest import PASSWORD


@pytest.fixture
def staff(world, client):
    client.force_login(world.people["editor"])
    return client


def page_of(connection):
    return reverse("dashboard:exchange-connection", args=[connection.pk])


def save(staff, connection, **form):
    address = reverse("dashboard:exchange-connection-live", args=[connection.pk])
    values = {"url": connection.live_url, "username": "портал", "password": "", **form}
    return staff.post(address, values)


def test_the_password_is_used_and_never_shown(base, connection, staff):
    page = staff.get(page_of(connection)).content.decode()

    assert connection.live_url in page
    assert PASSWORD not in page
    assert connection.live_password not in page
    check = reverse("dashboard:exchange-connection-check", args=[connection.pk])
    assert "1С ответила за" in staff.post(check, follow=True).content.decode()
    base.behave("not_found")
    assert "опубликован ли он?" in staff.post(check, follow=True).content.decode()


def test_an_empty_password_leaves_the_one_that_is_kept(connection, staff):
    assert save(staff, connection, username="другой").status_code == 302

    connection.refresh_from_db()
    assert connection.live_username == "другой"
    assert unsealed(connection.live_password) == PASSWORD


def test_a_password_is_not_sent_to_another_server(connection, staff):
    answer = save(staff, connection, url="https://elsewhere.example/trade")

    assert answer.status_code == 422
    assert "Введите пароль: теперь он для этого сервера." in answer.content.decode()
    before = connection.live_url
    connection.refresh_from_db()
    assert connection.live_url == before
    assert (
        save(staff, connection, url="https://elsewhere.example/trade", password="new").status_code
        == 302
    )
    connection.refresh_from_db()
    assert unsealed(connection.live_password) == "new"


@pytest.mark.parametrize(
    "url",
    ["http://1c.example/trade", "ftp://1c", "https://u:p@1c.example", "https://1c/?a=1", "1c", "https://"],
)  # fmt: skip
def test_an_address_that_can_not_be(connection, staff, url):
    assert save(staff, connection, url=url, password="x").status_code == 422


def test_an_emptied_address_forgets_the_password(connection, staff):
    save(staff, connection, url="")

    connection.refresh_from_db()
    assert (connection.live_url, connection.live_password) == ("", "")


def test_refined_lists_are_seen_and_not_edited_by_hand(world, connection, staff):
    lamp = world.products["lamp"].pk
    pk = refined_prices_set(context=world.context(), prices={lamp: RefinedPrice(1, 60)})

    assert staff.get(reverse("dashboard:prices")).status_code == 200
    assert "60" in staff.get(reverse("dashboard:price-list", args=[pk])).content.decode()
    edit = reverse("dashboard:price-list-edit", args=[pk])
    assert staff.get(edit).status_code == 200
    why = {"contract": "142/24", "product": "0012-LLE-A60", "quantity": "1"}
    page = staff.get(reverse("dashboard:price-why"), why).content.decode()
    assert "Уточнено в 1С" in page
