"""Statements that are written and planned once: the same rows, always those of now."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from b2b_apps.contracts.context import _CONTRACTS, _contracts
from b2b_apps.contracts.models import Contract
from b2b_apps.core.plans import with_plans
from b2b_apps.core.prepared import PreparedRows, rows_of

pytestmark = pytest.mark.django_db


def named(name: str):
    return get_user_model().objects.filter(username=name)


def test_models_come_with_their_relations_and_annotations(world):
    buyer, day = world.people["buyer"], timezone.localdate()
    with scopes_disabled():
        companies = list(Contract.objects.values_list("counterparty_id", flat=True))

    prepared = _CONTRACTS(user_id=buyer.pk, counterparty_ids=companies, day=day)

    plain = list(_contracts(buyer.pk, companies, day))
    assert plain
    assert [shown(row) for row in prepared] == [shown(row) for row in plain]
    assert prepared[0].counterparty.name == plain[0].counterparty.name


def shown(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_what_has_changed_is_read(world, django_assert_num_queries):
    users = PreparedRows(named, name=str)
    assert not users(name="new@example.com")
    get_user_model().objects.create_user("new@example.com")

    with django_assert_num_queries(1):
        (found,) = users(name="new@example.com")

    assert found.username == "new@example.com"


def test_a_connection_plans_it_once(world):
    asked = "SELECT username FROM auth_user WHERE id = ANY(%(ids)s::bigint[]) AND 7 = 7"
    ids = [user.pk for user in world.people.values()]

    for number in range(1, 7):
        assert len(rows_of(asked, {"ids": ids[:number]})) == min(number, len(ids))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE '%7 = 7%' AND statement NOT LIKE '%prepared%'"
        )
        assert cursor.fetchall() == [(4, 0)]


@pytest.mark.parametrize("ids", [[], [1], [10**12, 2]])
def test_any_of_ids_is_one_parameter(world, ids):
    with scopes_disabled():
        contracts = Contract.objects.order_by("pk")

    found = list(contracts.filter(counterparty__any=ids, price_type__any=ids))

    assert found == list(contracts.filter(counterparty__in=ids, price_type__in=ids))


def test_no_scope_of_one_person_is_kept_for_all(world):
    rows = PreparedRows(lambda pk: Contract.objects.filter(pk=pk), pk=int)

    with scopes_disabled(), pytest.raises(ScopeError):
        rows(pk=1)
    with scope(counterparty=[1]), pytest.raises(ScopeError):
        rows(pk=1)


def test_a_value_that_is_not_asked_for_is_a_mistake(world):
    rows = PreparedRows(lambda name, day: named(name), name=str, day=date)

    with pytest.raises(ValueError, match="does not ask for day"):
        rows(name="x", day=timezone.localdate())


def test_texts_that_look_like_placeholders_stay_texts(world):
    get_user_model().objects.create_user("100%s $1 %% '\\")
    rows = PreparedRows(
        lambda pk: get_user_model().objects.filter(username="100%s $1 %% '\\", pk__gt=pk), pk=int
    )

    assert [user.username for user in rows(pk=0)] == ["100%s $1 %% '\\"]
    assert rows_of("SELECT '100%%', %(n)s::int + %(n)s::int", {"n": 2}) == [("100%", 4)]


def test_options_of_the_owner_stay():
    found = with_plans({"prepare_threshold": None, "options": "-c work_mem=8MB"})

    assert found["prepare_threshold"] is None
    assert found["options"] == "-c work_mem=8MB -c plan_cache_mode=force_generic_plan"
