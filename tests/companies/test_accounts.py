"""Who signs in by which e-mail, and that a clock does not tell who has an account."""

import threading

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError, connection, transaction
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from b2b_apps.companies.services import account_email_set, employee_invite
from tests.factories import PASSWORD, build_world


@pytest.fixture
def num_hashes(monkeypatch):
    """How often a password was hashed."""
    calls = []
    plain = MD5PasswordHasher.encode

    def encode(self, *args, **kwargs):
        calls.append(1)
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return calls


@pytest.mark.parametrize(
    ("email", "password", "comes_in"),
    [
        ("buyer@buyers.example", PASSWORD, True),
        ("  BUYER@Buyers.example ", PASSWORD, True),
        ("buyer@buyers.example", "wrong", False),
        ("nobody@buyers.example", PASSWORD, False),
        ("buyer", PASSWORD, False),
        ("", PASSWORD, False),
        ("off@buyers.example", PASSWORD, False),
        ("off@buyers.example", "wrong", False),
        ("fresh@buyers.example", "wrong", False),
    ],
)
def test_every_answer_costs_exactly_one_hash(world, num_hashes, email, password, comes_in):
    create = get_user_model().objects.create_user
    create("off@buyers.example", "off@buyers.example", PASSWORD, is_active=False)
    create("fresh@buyers.example", "fresh@buyers.example")
    num_hashes.clear()

    user = authenticate(username=email, password=password)

    assert bool(user) is comes_in
    assert len(num_hashes) == 1


def test_an_email_in_any_case_belongs_to_one_account(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        get_user_model().objects.create_user("other", "Buyer@BUYERS.example")


def test_the_user_name_follows_the_email(world):
    buyer = world.people["buyer"]

    account_email_set(user=buyer, email="New@Buyers.example")
    buyer.save()

    buyer.refresh_from_db()
    assert (buyer.email, buyer.username) == ("new@buyers.example", "new@buyers.example")


def test_an_invitation_by_an_address_that_somebody_left_is_another_person(world):
    buyer = world.people["buyer"]
    buyer.username = "buyer@buyers.example"
    buyer.email = "moved@buyers.example"
    buyer.save()
    with scopes_disabled():
        employee, is_new = employee_invite(
            counterparty=world.companies["stranger"], email="Buyer@buyers.example",
            first_name="Пётр", last_name="Новый", role="head",
        )  # fmt: skip
        companies = set(
            Membership.objects.filter(employee__user=buyer).values_list("counterparty", flat=True)
        )

    assert is_new
    assert employee.user_id != buyer.pk
    assert employee.user.email == "buyer@buyers.example"
    assert world.companies["stranger"].pk not in companies


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_make_one_account():
    with scopes_disabled():
        company = build_world().companies["own"]
    barrier, made = threading.Barrier(2), []

    def invite():
        try:
            barrier.wait()
            with scopes_disabled():
                made.append(
                    employee_invite(
                        counterparty=company,
                        email="twin@buyers.example",
                        first_name="А",
                        last_name="Б",
                        role="buyer",
                    )
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=invite) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(is_new for _employee, is_new in made) == [False, True]
    assert get_user_model().objects.filter(email="twin@buyers.example").count() == 1
