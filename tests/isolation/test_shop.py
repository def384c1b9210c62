"""The shop's URLs × method × person × company: the foreign is not found, leaks and changes nothing.

The desk's are a module of their own, so that two processes share them.
"""

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from tests.isolation.declared import STAFF, URLS
from tests.isolation.matrix import faults
from tests.isolation.resolver import url_names
from tests.isolation.town import digest, undone, writes

SHOP = sorted(name for name, declared in URLS.items() if declared.audience != STAFF)


def test_every_url_is_declared_and_every_declared_url_is_there():
    assert url_names() == set(URLS)


def test_the_forms_of_a_buyers_pages_are_found(town):
    found = {resolve(path).view_name for path in town.forms["stranger"]}

    assert found >= {
        "basket:set", "basket:set_many", "basket:remove", "basket:undo", "checkout:index",
        "basket:add_by_article", "storefront:reserve_new", "storefront:reserve_let_go",
        "storefront:reserve_to_basket", "saved:repeat", "saved:take", "saved:save",
        "storefront:contract_switch",
        "entry:check", "entry:rows", "entry:add", "entry:undo", "entry:clear", "entry:again",
    }  # fmt: skip
    checkout = dict(town.forms["stranger"][reverse("checkout:index")])
    assert checkout["basket"] == str(town.owned["stranger"].basket_id)
    assert checkout["offer"]


def test_a_write_is_noted_and_its_rows_are_seen_to_differ(town):
    person = town.world.people["stranger"]

    with undone(), writes() as written, scopes_disabled():
        town.client("stranger").get(reverse("catalogue:index"))
        read = list(written)
        with transaction.atomic():
            Membership.objects.filter(employee__user=person).update(role="head")

        assert read == []
        assert [text.split()[0] for text in written] == ["UPDATE"]
        assert digest("stranger") != town.digests["stranger"]
    assert digest("stranger") == town.digests["stranger"]


@pytest.mark.parametrize("name", SHOP)
def test_nobody_reaches_what_is_not_his(town, name):
    assert faults(town, name) == []
