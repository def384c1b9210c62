"""Every URL × method × person × company: the foreign is not found, leaks and changes nothing."""

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Consignee, Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.documents.models import Document
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.models import StockHold
from tests.isolation.declared import EVERYONE, STAFF, URLS
from tests.isolation.records import OWNERS, build_owned
from tests.isolation.resolver import url_names

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REFUSED = {302, 403, 404, 405}
SEES = {
    "anonymous": set(),
    "buyer": {"own"},
    "head": {"own", "sister"},
    "accountant": {"own"},
    "clerk": {"own"},
    "sister": {"sister"},
    "stranger": {"stranger"},
    "manager": set(),
    "editor": set(),
}
STAFF_PERSONS = {"manager", "editor"}
# Of the stranger's own price list; nobody else may ever see it.
FOREIGN_PRICE = ("61,7791", "61.7791")


@pytest.fixture
def owned(world, settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = str(tmp_path)
    cache.clear()
    with scopes_disabled():
        return build_owned(world)


def test_every_url_is_declared_and_every_declared_url_is_there():
    assert url_names() == set(URLS)


@pytest.mark.parametrize("name", sorted(URLS))
def test_nobody_reaches_what_is_not_his(world, owned, name):
    declared = URLS[name]
    faults = []
    for person, sees in SEES.items():
        for company in OWNERS:
            for method in methods_for(declared, person, company):
                is_write = method not in {"GET", "HEAD", "OPTIONS"} and company not in sees
                before = digest(company) if is_write else None
                answer = asked(world, owned[company], declared, name, person, method)
                where = f"{person} {method} {name} ({company})"
                faults += [
                    f"{where}: {fault}"
                    for fault in faults_of(world, declared, person, company, method, answer)
                ]
                if is_write and not is_staff_page(declared, person) and digest(company) != before:
                    faults.append(f"{where} changed what is not his")

    assert faults == []


def methods_for(declared, person, company):
    """All methods for two persons on one company's object, the declared ones for the rest."""
    if company == "own" and person in {"anonymous", "stranger"}:
        return METHODS
    if company == "own" or declared.arguments:
        return declared.methods
    return ()


def asked(world, owned, declared, name, person, method):
    """Ask as a person who has just signed in."""
    client = Client(raise_request_exception=False)
    if person != "anonymous":
        client.force_login(world.people[person])
    arguments = declared.arguments(world, owned) if declared.arguments else None
    return client.generic(
        method, reverse(name, kwargs=arguments), foreign_ids(owned),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip


def faults_of(world, declared, person, company, method, answer):
    """Yield what is wrong with an answer. A role's 403 tells nothing of the object."""
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if method == "OPTIONS":
        return
    if method not in declared.methods and answer.status_code not in REFUSED:
        yield f"{answer.status_code} for a method that is not declared"
    is_foreign = declared.of_company and company not in SEES[person]
    if is_foreign and answer.status_code not in REFUSED:
        yield f"{answer.status_code} for a foreign object"
    if is_foreign and answer.status_code == 302 and "/accounts/login/" not in answer["Location"]:
        yield f"led to {answer['Location']}"
    is_shut = (declared.audience == STAFF and person not in STAFF_PERSONS) or (
        declared.audience != EVERYONE and person == "anonymous"
    )
    if is_shut and answer.status_code not in REFUSED:
        yield f"{answer.status_code} where this person has no business"
    if not is_staff_page(declared, person):
        yield from leaks(world, person, answer)


def is_staff_page(declared, person):
    return declared.audience == STAFF and person in STAFF_PERSONS


def leaks(world, person, answer):
    """Yield canaries of companies that the person does not act for, in body or headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + repr(dict(answer.headers))
    for company, canary in world.canaries.items():
        if company not in SEES[person] and canary in text:
            yield f"shows the canary of {company}"
    if person != "stranger" and any(price in text for price in FOREIGN_PRICE):
        yield "shows the stranger's price"


def foreign_ids(owned):
    """A form that names objects of a company by every field name that our forms know."""
    names = {
        "contract": owned.contract_id, "consignee": owned.consignee_id,
        "line": owned.basket_line_id, "lines": owned.basket_line_id,
        f"quantity_{owned.basket_line_id}": 7, f"q_{owned.basket_line_id}": 7,
        "basket": 1, "quantity": 7, "comment": "x", "product": 1, "number": owned.order_number,
        "order": owned.order_number, "counterparty": owned.counterparty_id,
        "hold": owned.reserve_id, "hours": 24, "reason": "x",
    }  # fmt: skip
    return "&".join(f"{name}={value}" for name, value in names.items())


def digest(company):
    """Everything that a company owns, as plain rows."""
    person = OWNERS[company]
    with scopes_disabled():
        of_company = {"counterparty__name__contains": f"canary-{company}"}
        of_order = {f"order__{field}": value for field, value in of_company.items()}
        rows = [
            apps.get_model("order", "Order").objects.filter(**of_company),
            apps.get_model("order", "Line").objects.filter(**of_order),
            apps.get_model("basket", "Line").objects.filter(basket__owner__username=person),
            Document.objects.filter(**of_order),
            Shipment.objects.filter(**of_order),
            Consignee.objects.filter(**of_company),
            Contract.objects.filter(**of_company),
            Membership.objects.filter(**of_company),
            StockHold.objects.filter(**{f"contract__{k}": v for k, v in of_company.items()}),
        ]
        return [list(found.order_by("pk").values()) for found in rows]
