"""Terms of contracts that the staff change by hand: what gives the client more takes two."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.models import Contract, ContractChange
from b2b_apps.contracts.terms import (
    ContractTerms,
    contract_change_refuse,
    contract_change_sign,
    contract_change_withdraw,
    contract_terms_change,
    contract_terms_of,
    terms_give,
)
from tests.contracts.tables import table

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAYS = {"—": None, "today": TODAY, "tomorrow": TODAY + timedelta(days=1)}


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


@pytest.fixture
def contract(world):
    found = world.contracts["own"]
    Contract.objects.filter(pk=found.pk).update(
        payment_kind="deferral", deferral_days=30, prepaid_percent=0, valid_to=TODAY
    )
    found.refresh_from_db()
    return found


@pytest.fixture
def manager(world):
    return world.people["manager"]


@pytest.fixture
def editor(world):
    return world.people["editor"]


def change(contract, person, reason="Растут закупки", **terms):
    """Change these terms of a contract as a person does; return what became of it."""
    contract.refresh_from_db()
    wanted = {name: getattr(contract, name) for name in ContractTerms.__dataclass_fields__} | terms
    return contract_terms_change(
        contract_id=contract.pk, terms=ContractTerms(**wanted), user_id=person.pk, reason=reason
    )


def days(contract):
    contract.refresh_from_db()
    return contract.deferral_days


@pytest.mark.parametrize("row", table(10), ids=str)
def test_what_terms_give(row):
    lists = {"dealer": 1, "retail": 2}
    was, now = (
        ContractTerms(
            row[f"{new}payment"],
            int(row[f"{new}days"]),
            Decimal(row[f"{new}in advance, %"]),
            lists[row[f"{new}price type"]],
            DAYS[row[f"{new}valid to"]],
        )
        for new in ("", "new ")
    )

    assert terms_give(was=was, now=now) == row["gives"].replace("—", "").split()


def test_what_gives_less_holds_at_once_and_is_written_down(contract, manager):
    made = change(contract, manager, deferral_days=14, reason="Задержки оплаты")

    assert days(contract) == 14
    assert (made.state, made.author, made.reason, made.gives) == (
        "set", manager, "Задержки оплаты", [],
    )  # fmt: skip
    assert (made.was["deferral_days"], made.deferral_days) == ("30", 14)


def test_what_gives_more_waits_for_another_person(contract, manager, editor):
    made = change(contract, manager, deferral_days=90)

    assert (made.state, days(contract)) == ("open", 30)
    with pytest.raises(DecisionError, match="same_person"):
        contract_change_sign(change_id=made.pk, user_id=manager.pk)
    assert days(contract) == 30
    contract_change_sign(change_id=made.pk, user_id=editor.pk)

    made.refresh_from_db()
    assert (made.state, made.closed_by, days(contract)) == ("signed", editor, 90)
    with pytest.raises(DecisionError, match="not_pending"):
        contract_change_sign(change_id=made.pk, user_id=editor.pk)


def test_less_and_more_in_one_change_wait_together(world, contract, manager):
    other = world.lists["retail"]

    made = change(contract, manager, deferral_days=7, price_type_id=other.pk)

    assert (made.state, made.gives, days(contract)) == ("open", ["prices"], 30)


def test_a_change_takes_the_place_of_the_open_one(contract, manager, editor):
    first = change(contract, manager, deferral_days=60)
    second = change(contract, editor, deferral_days=90)

    with pytest.raises(DecisionError, match="changed"):
        contract_change_sign(change_id=first.pk, user_id=editor.pk)
    change(contract, manager, deferral_days=10)
    with pytest.raises(DecisionError, match="changed"):
        contract_change_sign(change_id=second.pk, user_id=manager.pk)

    assert days(contract) == 10


def test_terms_that_1c_has_changed_since_are_not_signed(contract, manager, editor):
    made = change(contract, manager, deferral_days=90)
    Contract.objects.filter(pk=contract.pk).update(deferral_days=5)

    with pytest.raises(DecisionError, match="moved"):
        contract_change_sign(change_id=made.pk, user_id=editor.pk)

    assert days(contract) == 5


def test_the_author_withdraws_and_another_turns_down_with_a_reason(contract, manager, editor):
    first = change(contract, manager, deferral_days=90)
    with pytest.raises(DecisionError, match="not_author"):
        contract_change_withdraw(change_id=first.pk, user_id=editor.pk)
    contract_change_withdraw(change_id=first.pk, user_id=manager.pk)
    second = change(contract, manager, deferral_days=90)
    with pytest.raises(DecisionError, match="same_person"):
        contract_change_refuse(change_id=second.pk, user_id=manager.pk, answer="Нет")
    with pytest.raises(DecisionError, match="no_reason"):
        contract_change_refuse(change_id=second.pk, user_id=editor.pk, answer=" ")
    contract_change_refuse(change_id=second.pk, user_id=editor.pk, answer="Просрочка")

    states = list(ContractChange.objects.order_by("pk").values_list("state", "answer"))
    assert states == [("withdrawn", ""), ("refused", "Просрочка")]
    assert days(contract) == 30


def test_no_reason_and_no_change_write_nothing(contract, manager):
    before = contract_terms_of(contract)

    with pytest.raises(DecisionError, match="no_reason"):
        change(contract, manager, reason=" ", deferral_days=10)

    assert change(contract, manager) is None
    contract.refresh_from_db()
    assert (contract_terms_of(contract), ContractChange.objects.count()) == (before, 0)


@pytest.mark.parametrize("half", [{"state": "set"}, {"state": "signed", "answer": ""}])
def test_the_database_holds_that_nothing_is_given_by_one(contract, manager, half):
    made = change(contract, manager, deferral_days=90)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContractChange.objects.filter(pk=made.pk).update(closed_by=manager, **half)
