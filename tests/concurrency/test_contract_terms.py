"""Races for the terms of a contract, with real threads on PostgreSQL."""

import threading

import pytest

from b2b_apps.contracts import terms
from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.models import Contract, ContractChange
from b2b_apps.contracts.terms import (
    ContractTerms,
    contract_change_sign,
    contract_change_withdraw,
    contract_terms_change,
)
from tests.concurrency.test_credit import failures, in_a_scope, more_staff
from tests.concurrency.test_orders import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def proposing(world, person, days):
    """Have one of the staff lengthen the deferral."""
    contract = world.contracts["own"]
    wanted = ContractTerms("deferral", days, contract.prepaid_percent, contract.price_type_id, None)
    return in_a_scope(
        lambda: contract_terms_change(
            contract_id=contract.pk, terms=wanted, user_id=person.pk, reason="Растут"
        )
    )


def signing(change, person):
    return in_a_scope(lambda: contract_change_sign(change_id=change.pk, user_id=person.pk))


def withdrawing(change):
    return in_a_scope(
        lambda: contract_change_withdraw(change_id=change.pk, user_id=change.author_id)
    )


def ended(world, change):
    """The state of a change, and the days that hold."""
    row = in_a_scope(lambda: ContractChange.objects.get(pk=change.pk))()
    contract = in_a_scope(lambda: Contract.objects.get(pk=world.contracts["own"].pk))()
    return row.state, contract.deferral_days


def test_a_change_is_signed_once(world):
    change = proposing(world, world.people["manager"], 200)()

    answers = at_once([signing(change, p) for p in [world.people["editor"], *more_staff()]])

    assert sorted(a.code for a in answers if isinstance(a, DecisionError)) == ["not_pending"] * 3
    assert failures(answers) == []
    assert ended(world, change) == ("signed", 200)


@pytest.mark.parametrize("seed", range(4))
def test_a_withdrawn_change_is_not_signed(world, seed):
    before = world.contracts["own"].deferral_days
    change = proposing(world, world.people["manager"], 200)()
    works = [withdrawing(change), signing(change, world.people["editor"])]

    answers = at_once(works if seed % 2 else works[::-1])

    assert [a.code for a in answers if isinstance(a, DecisionError)] == ["not_pending"]
    assert ended(world, change) in {("withdrawn", before), ("signed", 200)}


def test_proposals_at_once_leave_one_open(world):
    people = [world.people["manager"], world.people["editor"], *more_staff()]

    answers = at_once([proposing(world, p, 100 + n) for n, p in enumerate(people)])

    assert failures(answers) == []
    rows = in_a_scope(lambda: list(ContractChange.objects.values_list("state", flat=True)))()
    assert sorted(rows) == ["open"] + ["replaced"] * 4


def test_without_the_lock_a_withdrawn_change_is_signed(world, monkeypatch):
    before = world.contracts["own"].deferral_days
    change = proposing(world, world.people["manager"], 200)()
    gate = threading.Barrier(2)
    close = terms._close

    def waited(*args):
        gate.wait(timeout=10)
        return close(*args)

    monkeypatch.setattr(
        terms, "contract_locked", lambda *, contract_id: Contract.objects.get(pk=contract_id)
    )
    monkeypatch.setattr(terms, "_close", waited)

    answers = at_once([withdrawing(change), signing(change, world.people["editor"])])

    assert failures(answers) == []
    assert not [a for a in answers if isinstance(a, DecisionError)]
    assert ended(world, change)[1] == 200 != before
