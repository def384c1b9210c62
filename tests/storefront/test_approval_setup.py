"""What a company sets up for its approvals: by whom, and what comes of it."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.approvals.models import (
    ApprovalRule,
    Budget,
    BudgetPeriod,
    Department,
    Deputy,
)
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from tests.approvals.office import Office

SETUP = "/approvals/setup/"


@pytest.fixture
def office(world):
    return Office(world)


@pytest.fixture
def head(world):
    client = Client()
    client.force_login(world.people["head"])
    return client


def own(office):
    return f"?company={office.company.pk}"


def test_the_head_sets_up_a_department_a_budget_and_a_rule(world, office, head):
    buyer, chief = office.employee("buyer").pk, office.employee("head").pk
    head.post(
        f"{SETUP}department/new/{own(office)}",
        {"name": "Участок № 2", "head": chief, "members": [buyer], "is_active": "on"},
    )
    with scopes_disabled():
        department = Department.objects.get()
    head.post(
        f"{SETUP}budget/new/{own(office)}",
        {"name": "Материалы", "department": department.pk, "amount": "500,50",
         "period": "month", "over": "approve", "is_active": "on"},
    )  # fmt: skip
    head.post(
        f"{SETUP}rule/new/{own(office)}",
        {"name": "Автоматика", "min_sum": "100", "of_budget": "", "brands": "IEK, EKF",
         "on_change": "accept", "priority": "100", "is_active": "on",
         "step-0": [f"person:{chief}"], "mode-0": "any"},
    )  # fmt: skip

    with scopes_disabled():
        assert Budget.objects.get().amount == Decimal("500.50")
        rule = ApprovalRule.objects.get()
    assert rule.conditions == [{"kind": "brand", "values": ["IEK", "EKF"]}]
    assert rule.chain == [{"mode": "any", "approvers": [{"kind": "person", "id": chief}]}]
    context, _basket, _offer = office.fill(10)
    sheet = basket_sheet(context=context, basket=basket_for(context))
    plan = approval_plan(context=context, sheet=sheet)
    assert [step.approvers for step in plan.steps] == [((chief, "person"),)]
    assert [use.name for use in plan.uses] == ["Материалы"]
    page = head.get(f"{SETUP}{own(office)}").content.decode()
    for text in ("Участок № 2", "Материалы", "Автоматика", "IEK, EKF"):
        assert text in page


def test_a_budget_is_corrected_with_a_reason_alone(office, head):
    budget = office.budget(office.department(), 1000)
    address = f"{SETUP}budget/{budget.pk}/correct/"
    wrong = [("500", ""), ("", "x"), ("1e5", "x"), ("NaN", "x"), ("-1000,01", "x")]
    for change, reason in wrong:
        answer = head.post(address, {"change": change, "reason": reason})
        assert answer.status_code == 422

    answer = head.post(address, {"change": "−250,50", "reason": "Отдали соседям"}, follow=True)

    with scopes_disabled():
        assert BudgetPeriod.objects.get().amount == Decimal("749.50")
    assert "Отдали соседям" in answer.content.decode()


@pytest.mark.parametrize("person", ["buyer", "accountant", "clerk"])
def test_who_may_not_manage_approvals_changes_nothing_of_them(world, office, person):
    department = office.department()
    rule, budget = office.rule(), office.budget(department)
    client = Client()
    client.force_login(world.people[person])

    for address in (
        f"rule/{rule.pk}/", f"budget/{budget.pk}/", f"department/{department.pk}/",
        f"budget/{budget.pk}/ledger/", "rule/new/", "budget/new/", "department/new/",
    ):  # fmt: skip
        assert client.get(SETUP + address).status_code == 403
    assert "Материалы" not in client.get(SETUP).content.decode()


def test_the_people_of_another_company_are_no_choice(world, office, head):
    foreign = office.employee("stranger").pk

    answer = head.post(
        f"{SETUP}department/new/{own(office)}",
        {"name": "Чужие", "head": foreign, "members": [foreign]},
    )

    assert answer.status_code == 422
    with scopes_disabled():
        assert not Department.objects.exists()


def test_an_approver_names_his_own_deputy_and_nobody_elses(world, office):
    client = Client()
    client.force_login(world.people["accountant"])
    day = f"{timezone.localdate():%d.%m.%Y}"
    ids = {name: office.employee(name).pk for name in ("accountant", "head", "buyer")}
    form = {"deputy": ids["buyer"], "starts_on": day, "ends_on": day}

    assert client.post(f"{SETUP}deputy/new/", form | {"principal": ids["head"]}).status_code == 422
    client.post(f"{SETUP}deputy/new/", form | {"principal": ids["accountant"]})

    with scopes_disabled():
        assert Deputy.objects.get().principal_id == ids["accountant"]
