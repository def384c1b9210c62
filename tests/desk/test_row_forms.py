"""A form of the staff and an exchange that writes the same row between opening and saving."""

import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty
from b2b_apps.contracts.models import Contract
from b2b_apps.desk import editing
from b2b_apps.pricing.models import PriceList
from tests.storefront.test_stale import Forms

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(world, client):
    client.force_login(world.people["manager"])
    with scopes_disabled():
        yield client


def opened(client, url):
    """Open a form; what a browser would send of its fields, unchanged."""
    page = client.get(url)
    [hidden] = [fields for action, fields in Forms(page.content.decode()).found if action == url]
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "on" if value is True else value for name, value in values.items()}
    return hidden | {name: value for name, value in sent.items() if value not in {None, False}}


def test_what_an_exchange_wrote_meanwhile_is_not_undone(world, staff):
    own = world.companies["own"]
    url = reverse("dashboard:client-edit", args=[own.pk])
    form = opened(staff, url)
    Counterparty.objects.filter(pk=own.pk).update(name="ООО «Новое имя»", manager=None)

    staff.post(url, form | {"region": world.regions["moscow"].pk})

    own.refresh_from_db()
    assert (own.name, own.manager_id, own.region) == (
        "ООО «Новое имя»", None, world.regions["moscow"],
    )  # fmt: skip


def test_a_price_list_that_1c_renamed_keeps_the_name(world, staff):
    made = PriceList.objects.create(name="Акция", base=world.lists["dealer"], base_percent=-5)
    url = reverse("dashboard:price-list-edit", args=[made.pk])
    form = opened(staff, url)
    PriceList.objects.filter(pk=made.pk).update(
        name="Акция ноября", is_off_by_1c=True, is_active=False
    )

    answer = staff.post(url, form | {"base_percent": "-7"})

    made.refresh_from_db()
    assert answer.status_code == 302
    assert (made.name, made.base_percent, made.is_off_by_1c) == ("Акция ноября", -7, True)


def test_what_both_have_changed_is_told_and_written_only_when_saved_again(world, staff):
    rostov = world.warehouses["rostov"]
    warehouses = apps.get_model("partner", "Partner").objects
    url = reverse("dashboard:warehouse-edit", args=[rostov.pk])
    form = opened(staff, url)
    warehouses.filter(pk=rostov.pk).update(short_name="Склад 1С", position=5)

    refused = staff.post(url, form | {"short_name": "РнД"})

    assert refused.status_code == 422
    assert "Тем временем здесь стало «Склад 1С»" in refused.content.decode()
    rostov.refresh_from_db()
    assert (rostov.short_name, rostov.position) == ("Склад 1С", 5)
    [again] = [f for a, f in Forms(refused.content.decode()).found if a == url]
    assert again["was-short_name"] == "Склад 1С"
    assert staff.post(url, form | again | {"short_name": "РнД"}).status_code == 302
    rostov.refresh_from_db()
    assert (rostov.short_name, rostov.position) == ("РнД", 5)


def test_the_same_change_by_both_is_no_quarrel(world, staff):
    rostov = world.warehouses["rostov"]
    url = reverse("dashboard:warehouse-edit", args=[rostov.pk])
    form = opened(staff, url)
    apps.get_model("partner", "Partner").objects.filter(pk=rostov.pk).update(short_name="РнД")

    assert staff.post(url, form | {"short_name": "РнД"}).status_code == 302


def test_a_form_that_is_saved_as_it_was_writes_nothing(world, staff, django_assert_num_queries):
    own = world.contracts["own"]
    url = reverse("dashboard:contract-edit", args=[own.pk])
    form = opened(staff, url)
    Contract.objects.filter(pk=own.pk).update(is_active=False, is_off_by_1c=True)

    staff.post(url, form)

    own.refresh_from_db()
    assert (own.is_active, own.is_off_by_staff, own.switched_at) == (False, False, None)


def test_a_switch_of_staff_keeps_that_of_1c(world, staff):
    own = world.contracts["own"]
    url = reverse("dashboard:contract-edit", args=[own.pk])
    form = opened(staff, url)
    Contract.objects.filter(pk=own.pk).update(
        is_active=False, is_off_by_1c=True, name="Договор поставки 2027"
    )

    staff.post(url, form | {"is_off_by_staff": "on"})

    own.refresh_from_db()
    assert (own.is_active, own.is_off_by_staff, own.name) == (
        False, True, "Договор поставки 2027",
    )  # fmt: skip
    assert own.switched_at <= timezone.now()


def test_a_field_of_the_account_beside_the_row_is_kept_too(world, staff):
    employee = world.people["buyer"].employee
    url = reverse("dashboard:person-edit", args=[employee.pk])
    form = opened(staff, url)
    type(employee.user).objects.filter(pk=employee.user_id).update(last_name="Новая")

    staff.post(url, form | {"phone": "+7 900"})

    employee.refresh_from_db()
    assert (employee.phone, employee.user.last_name) == ("+7 900", "Новая")


def test_numbers_and_days_are_unchanged_however_they_are_written(world, staff):
    made = PriceList.objects.create(
        name="Акция", base=world.lists["dealer"], base_percent=Decimal("-5.500"),
        valid_to=timezone.localdate(),
    )  # fmt: skip
    url = reverse("dashboard:price-list-edit", args=[made.pk])
    form = opened(staff, url)
    PriceList.objects.filter(pk=made.pk).update(base_percent=-9, valid_to=None)

    staff.post(url, form | {"name": "Акция 2", "base_percent": "-5.50"})

    made.refresh_from_db()
    assert (made.name, made.base_percent, made.valid_to) == ("Акция 2", -9, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [False, True])
def test_an_exchange_in_the_moment_of_saving_waits(world, client, monkeypatch, is_locked):
    """Between the comparison and the write; without the lock the exchange's name is lost."""
    client.force_login(world.people["manager"])
    warehouses = apps.get_model("partner", "Partner").objects
    rostov = world.warehouses["rostov"]
    url = reverse("dashboard:warehouse-edit", args=[rostov.pk])
    form = opened(client, url)
    compared, written = threading.Event(), threading.Event()
    plain = editing.form_saved

    def exchange():
        compared.wait(10)
        warehouses.filter(pk=rostov.pk).update(short_name="Склад 1С")
        written.set()
        connection.close()

    def saved(found, **more):
        found.is_valid()
        compared.set()
        # Under the lock the exchange can't be done before we are.
        assert written.wait(1) is not is_locked
        return plain(found, **more)

    monkeypatch.setattr(editing, "form_saved", saved)
    if not is_locked:
        monkeypatch.setattr(editing, "row_locked", lambda row: row)
    thread = threading.Thread(target=exchange)
    thread.start()
    client.post(url, form | {"short_name": "РнД"})
    thread.join()

    rostov.refresh_from_db()
    assert rostov.short_name == ("Склад 1С" if is_locked else "РнД")
