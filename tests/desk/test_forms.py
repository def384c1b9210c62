"""What the staff change: people and roles, clients, lists, warehouses, connections, the queue."""

import base64
import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from b2b_apps.companies.models import Counterparty, Employee, Membership
from b2b_apps.core.models import OutboxMessage
from b2b_apps.pricing.models import PriceList
from b2b_apps.sync1c.models import ExchangeConnection, StatusMapping
from tests.factories import PASSWORD

NEW = {
    "last_name": "Сухарев",
    "first_name": "Олег",
    "email": "Oleg@Buyers.example",
    "role": "buyer",
}


def _said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def _link(page):
    return re.search(r'value="(http://testserver/accounts/set-password/[^"]+)"', page)[1]


@pytest.fixture
def own(desk):
    return desk.world.companies["own"]


def test_an_invited_person_sets_his_password_and_signs_in(desk, staff, own):
    page = staff.post(reverse("dashboard:person-new", args=[own.pk]), NEW).content.decode()
    user = get_user_model().objects.get(email="oleg@buyers.example")
    assert not user.has_usable_password()
    assert [(m.counterparty_id, m.role, m.is_default) for m in user.employee.memberships.all()] == [
        (own.pk, "buyer", True)
    ]

    guest = Client()
    form = guest.get(_link(page), follow=True)
    new = {"new_password1": "vyklyuchatel-16A", "new_password2": "vyklyuchatel-16A"}
    answer = guest.post(form.redirect_chain[-1][0], new)

    assert answer["Location"] == reverse("customer:login")
    assert guest.login(username="oleg@buyers.example", password="vyklyuchatel-16A")


def test_a_link_works_once(desk, staff, own):
    page = staff.post(reverse("dashboard:person-new", args=[own.pk]), NEW).content.decode()
    guest = Client()
    form = guest.get(_link(page), follow=True)
    new = {"new_password1": "vyklyuchatel-16A", "new_password2": "vyklyuchatel-16A"}
    guest.post(form.redirect_chain[-1][0], new)

    again = Client().get(_link(page), follow=True)

    assert again.context["validlink"] is False
    assert again.status_code == 200


def test_a_weak_password_is_refused_in_words(desk, staff, own):
    page = staff.post(reverse("dashboard:person-new", args=[own.pk]), NEW).content.decode()
    guest = Client()
    form = guest.get(_link(page), follow=True)

    answer = guest.post(
        form.redirect_chain[-1][0], {"new_password1": "12345", "new_password2": "12345"}
    )

    assert 'class="error"' in answer.content.decode()
    assert not get_user_model().objects.get(email="oleg@buyers.example").has_usable_password()


def test_a_known_person_gets_the_role_and_keeps_his_name(desk, staff, own):
    sister = desk.world.people["sister"]
    data = NEW | {"email": sister.email.upper(), "role": "accountant"}

    answer = staff.post(reverse("dashboard:person-new", args=[own.pk]), data)

    assert answer["Location"] == reverse("dashboard:person", args=[sister.employee.pk])
    assert len(_said(answer)) == 1
    sister.refresh_from_db()
    assert sister.first_name == "Пётр"
    assert Membership.objects.filter(employee=sister.employee).count() == 2


def test_an_e_mail_of_our_staff_is_refused(desk, staff, own):
    before = Employee.objects.count()

    answer = staff.post(
        reverse("dashboard:person-new", args=[own.pk]), NEW | {"email": "editor@pakgauz.example"}
    )

    assert answer.status_code == 422
    assert Employee.objects.count() == before


@pytest.mark.parametrize("bad", [{"email": "нет"}, {"role": "owner"}, {"first_name": ""}])
def test_a_wrong_invitation_is_shown_again_and_makes_nobody(desk, staff, own, bad):
    before = get_user_model().objects.count()

    answer = staff.post(reverse("dashboard:person-new", args=[own.pk]), NEW | bad)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert get_user_model().objects.count() == before


def test_roles_are_changed_added_and_taken_away(desk, staff):
    world = desk.world
    head = world.people["head"].employee
    own, sister, stranger = (world.companies[key] for key in ("own", "sister", "stranger"))
    url = reverse("dashboard:person-roles", args=[head.pk])

    staff.post(
        url,
        {f"role-{own.pk}": "", f"role-{sister.pk}": "accountant", "default": str(own.pk),
         "inn": stranger.inn, "new_role": "warehouse"},
    )  # fmt: skip

    rows = head.memberships.order_by("counterparty__name").values_list(
        "counterparty_id", "role", "is_default"
    )
    assert set(rows) == {(sister.pk, "accountant", True), (stranger.pk, "warehouse", False)}


@pytest.mark.parametrize(
    "data",
    [{"inn": "0000000000", "new_role": "buyer"}, {"role-99999999": "buyer"}, {"own": "owner"}],
)
def test_wrong_roles_change_nothing_and_say_so(desk, staff, data):
    head = desk.world.people["head"].employee
    own = desk.world.companies["own"]
    before = set(head.memberships.values_list("counterparty_id", "role", "is_default"))
    kept = {f"role-{pk}": role for pk, role, _default in before}
    sent = {f"role-{own.pk}" if key == "own" else key: value for key, value in data.items()}

    answer = staff.post(reverse("dashboard:person-roles", args=[head.pk]), kept | sent)

    assert len(_said(answer)) == 1
    assert set(head.memberships.values_list("counterparty_id", "role", "is_default")) == before


def test_a_switched_off_person_can_no_longer_sign_in(desk, staff):
    buyer = desk.world.people["buyer"]
    data = {"first_name": "Ирина", "last_name": "Савельева", "email": buyer.email}

    staff.post(reverse("dashboard:person-edit", args=[buyer.employee.pk]), data)

    buyer.refresh_from_db()
    assert not buyer.is_active


def test_the_e_mail_of_another_person_is_refused(desk, staff):
    buyer = desk.world.people["buyer"]
    data = {"first_name": "И", "email": "HEAD@buyers.example", "is_active": "on"}

    answer = staff.post(reverse("dashboard:person-edit", args=[buyer.employee.pk]), data)

    assert answer.status_code == 422
    buyer.refresh_from_db()
    assert buyer.email == "buyer@buyers.example"


@pytest.mark.parametrize("name", ["person-link", "person-edit", "person-roles"])
def test_the_account_of_our_staff_can_not_be_taken_over(desk, staff, name):
    editor = Employee.objects.create(user=desk.world.people["editor"])

    answer = staff.post(reverse(f"dashboard:{name}", args=[editor.pk]), {"email": "x@x.example"})

    assert answer.status_code == 404
    editor.user.refresh_from_db()
    assert editor.user.email == "editor@pakgauz.example"


def test_a_client_is_switched_off_and_gets_another_manager(desk, staff, own):
    data = {"name": "Взлом", "manager": "", "is_off_by_staff": "on"}
    staff.post(reverse("dashboard:client-edit", args=[own.pk]), data)

    changed = Counterparty.objects.get(pk=own.pk)
    assert (changed.is_active, changed.manager_id, changed.name) == (False, None, own.name)
    assert "выключен нами" in staff.get(reverse("dashboard:client", args=[own.pk])).content.decode()


@pytest.mark.parametrize(
    ("before", "box", "expected"),
    [
        ({}, "", (True, False)),
        ({}, "on", (False, True)),
        ({"is_active": False, "is_off_by_staff": True}, "", (True, False)),
        ({"is_active": False, "is_off_by_1c": True}, "", (False, False)),
        ({"is_active": False, "is_off_by_1c": True}, "on", (False, True)),
    ],
)
def test_the_switch_of_staff_stands_beside_that_of_1c(desk, staff, own, before, box, expected):
    Counterparty.objects.filter(pk=own.pk).update(**before)

    staff.post(reverse("dashboard:client-edit", args=[own.pk]), {"is_off_by_staff": box})

    changed = Counterparty.objects.get(pk=own.pk)
    assert (changed.is_active, changed.is_off_by_staff) == expected


@pytest.mark.parametrize("name", ["contract", "price-list"])
def test_a_contract_and_a_price_list_say_who_switched_them_and_when(desk, staff, name):
    world = desk.world
    row = world.contracts["own"] if name == "contract" else world.lists["dealer"]
    edit = reverse(f"dashboard:{name}-edit", args=[row.pk])
    kept = {"kind": "price_type", "name": row.name, "currency": "RUB", "includes_vat": "on"}

    staff.post(edit, {**kept, "is_off_by_staff": "on"})
    page = staff.get(reverse(f"dashboard:{name}", args=[row.pk])).content.decode()

    row.refresh_from_db()
    assert (row.is_active, row.is_off_by_staff) == (False, True)
    assert (row.switched_by, row.switched_at is None) == (world.people["manager"], False)
    assert "Выключен нами" in page
    assert world.people["manager"].get_full_name() in page
    staff.post(edit, kept)
    row.refresh_from_db()
    assert (row.is_active, row.is_off_by_staff) == (True, False)


def test_what_was_off_before_it_was_noted_by_whom_stays_off(desk, staff, own):
    Counterparty.objects.filter(pk=own.pk).update(is_active=False)
    url = reverse("dashboard:client-edit", args=[own.pk])

    box = re.search(r'<input[^>]*name="is_off_by_staff"[^>]*>', staff.get(url).content.decode())[0]

    assert "checked" in box


def test_a_wrong_inn_of_1c_is_warned_of(desk, staff, own):
    Counterparty.objects.filter(pk=own.pk).update(inn="6164999990")

    page = staff.get(reverse("dashboard:client", args=[own.pk]))

    assert list(page.context["warnings"]) == ["inn"]


def test_contract_prices_can_not_be_the_retail_column(desk, staff):
    own = desk.world.lists["own"]

    answer = staff.post(
        reverse("dashboard:price-list-edit", args=[own.pk]), {"name": "Д", "is_retail": "on"}
    )

    assert answer.status_code == 422
    assert not PriceList.objects.get(pk=own.pk).is_retail


def test_a_warehouse_a_product_a_contract_and_a_manager_are_changed(desk, staff):
    world = desk.world
    rostov, cable, contract = (
        world.warehouses["rostov"],
        world.products["cable"],
        world.contracts["own"],
    )
    manager = world.people["manager"].manager

    sent = [
        (
            "warehouse-edit",
            rostov.pk,
            {"short_name": "РнД", "position": "7", "is_off_by_staff": "on"},
        ),
        (
            "product-edit",
            cable.pk,
            {"is_off_by_staff": "on", "price_visibility": "hidden"},
        ),
        ("contract-edit", contract.pk, {"is_off_by_staff": "on"}),
        ("manager", manager.pk, {"phone": "+7 863 1", "extension": "9", "position": "менеджер"}),
    ]
    for name, pk, data in sent:
        assert staff.post(reverse(f"dashboard:{name}", args=[pk]), data).status_code == 302, name

    for row in (rostov, cable, contract, manager):
        row.refresh_from_db()
    assert (rostov.short_name, rostov.position, rostov.is_active) == ("РнД", 7, False)
    assert (cable.is_public, cable.price_visibility) == (False, "hidden")
    assert not contract.is_active
    assert manager.extension == "9"


def test_a_connection_is_made_and_its_password_works_and_is_shown_once(desk, staff):
    data = {"name": "Розница", "username": "roznica", "encoding": "utf-8", "is_active": "on"}

    page = staff.post(reverse("dashboard:exchange-connection-new"), data).content.decode()

    values = re.findall(r'readonly value="([^"]+)"', page)
    connection = ExchangeConnection.objects.get(username="roznica")
    assert values[:2] == ["http://testserver/exchange/1c", "roznica"]
    assert values[2] not in connection.password
    basic = base64.b64encode(f"roznica:{values[2]}".encode()).decode()
    answer = Client().get(
        "/exchange/1c?type=catalog&mode=checkauth", headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.content.startswith(b"success")
    url = reverse("dashboard:exchange-connection", args=[connection.pk])
    assert values[2] not in staff.get(url).content.decode()


def test_a_new_password_shuts_the_old_one_out(desk, staff):
    url = reverse("dashboard:exchange-connection-password", args=[desk.connection.pk])
    old = re.findall(r'readonly value="([^"]+)"', staff.post(url).content.decode())[2]

    new = re.findall(r'readonly value="([^"]+)"', staff.post(url).content.decode())[2]

    def checkauth(password):
        basic = base64.b64encode(f"ut:{password}".encode()).decode()
        return Client().get(
            "/exchange/1c?type=catalog&mode=checkauth", headers={"Authorization": f"Basic {basic}"}
        ).content  # fmt: skip

    assert checkauth(old).startswith(b"failure")
    assert checkauth(new).startswith(b"success")


@pytest.mark.parametrize("username", ["a:b", "ut", ""])
def test_a_wrong_user_name_of_a_connection_is_refused(desk, staff, username):
    data = {"name": "Новая", "username": username, "encoding": "utf-8"}
    before = ExchangeConnection.objects.count()

    answer = staff.post(reverse("dashboard:exchange-connection-new"), data)

    assert answer.status_code == 422
    assert ExchangeConnection.objects.count() == before


def test_an_order_set_aside_goes_into_the_queue_again(desk, staff):
    url = reverse("dashboard:exchange-retry", args=[desk.message.pk])

    answer = staff.post(url, {"next": "https://evil.example/"})

    desk.message.refresh_from_db()
    assert answer["Location"] == reverse("dashboard:exchange-outgoing")
    assert (desk.message.state, desk.message.attempts) == ("waiting", 0)


def test_an_order_that_has_gone_is_not_sent_again(desk, staff):
    OutboxMessage.objects.filter(pk=desk.message.pk).update(state="done")

    answer = staff.post(reverse("dashboard:exchange-retry", args=[desk.message.pk]))

    desk.message.refresh_from_db()
    assert desk.message.state == "done"
    assert len(_said(answer)) == 1


def test_a_status_of_1c_is_given_a_meaning(desk, staff):
    staff.post(reverse("dashboard:exchange-status-new"), {"text": "Выдан", "meaning": "shipped"})

    assert StatusMapping.objects.get(text="Выдан").meaning == "shipped"
    assert apps.get_model("order", "Order").objects.count() == 3


def test_roles_sent_in_part_change_nothing(desk, staff):
    """An empty form once took every company from the person."""
    person = desk.world.people["head"].employee
    before = list(person.memberships.order_by("pk").values("counterparty", "role", "is_default"))
    assert len(before) > 1
    part = {f"role-{before[0]['counterparty']}": "buyer"}

    for form in ({}, {"default": "1"}, part):
        answer = staff.post(reverse("dashboard:person-roles", args=[person.pk]), form)
        assert answer.status_code == 302
        assert set(_said(answer)) == {
            "Не сохранено: у человека уже другие компании. Посмотрите на них ещё раз."
        }

    after = person.memberships.order_by("pk").values("counterparty", "role", "is_default")
    assert list(after) == before


def test_a_changed_email_is_what_one_signs_in_by_and_the_old_one_is_free(desk, staff):
    person = desk.world.people["buyer"]
    form = {
        "last_name": "Иванов", "first_name": "Иван", "email": "Moved@buyers.example",
        "phone": "", "position": "", "is_active": "on",
    }  # fmt: skip
    staff.post(reverse("dashboard:person-edit", args=[person.employee.pk]), form)

    assert Client().login(username="moved@buyers.example", password=PASSWORD)
    assert not Client().login(username="buyer@buyers.example", password=PASSWORD)
    invited = staff.post(
        reverse("dashboard:person-new", args=[desk.world.companies["stranger"].pk]),
        NEW | {"email": "buyer@buyers.example"},
    )
    assert _link(invited.content.decode())
    assert not person.employee.memberships.filter(
        counterparty=desk.world.companies["stranger"]
    ).exists()
