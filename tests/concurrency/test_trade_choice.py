"""A switch of the contract beside other requests of the same person, with real threads.

Each race is first shown to happen without its protection, then not with it.
"""

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.contracts import choice
from b2b_apps.contracts.models import Contract, TradeChoice
from b2b_apps.storefront import middleware, switches
from forked_oscar.basket import views
from tests.storefront.test_projects import add_project

pytestmark = pytest.mark.django_db(transaction=True)


def browser(client):
    """Another window of the same browser."""
    found = Client()
    found.cookies = client.cookies
    return found


def held(monkeypatch, module, name, switch):
    """Let a function wait, in the thread that calls it, until the switch in another has ended."""
    plain, began, done = getattr(module, name), threading.Event(), threading.Event()

    def waiting(*args, **kwargs):
        if not began.is_set():
            began.set()
            assert done.wait(timeout=10)
        return plain(*args, **kwargs)

    def switching():
        try:
            assert began.wait(timeout=10)
            switch()
        finally:
            done.set()
            connection.close()

    monkeypatch.setattr(module, name, waiting)
    thread = threading.Thread(target=switching)
    thread.start()
    return thread


def switched_during_an_edit(world, client, monkeypatch):
    """Take a line out (the session keeps a step back) while another window switches."""
    client.force_login(world.people["buyer"])
    client.post(reverse("basket:set"), {"product": world.products["lamp"].pk, "quantity": "3"})
    other, wanted = browser(client), world.contracts["own_wholesale"]

    def switch():
        url = reverse("storefront:contract_switch")
        assert other.post(url, {"contract": wanted.pk}).status_code == 302

    thread = held(monkeypatch, views, "basket_remove", switch)
    with scopes_disabled():
        line = world.people["buyer"].baskets.get().lines.get()
    assert client.post(reverse("basket:remove"), {"line": line.pk}).status_code == 302
    thread.join()
    return browser(client).get(reverse("storefront:orders"))


def test_a_switch_kept_in_the_session_is_lost(world, client, monkeypatch):
    def in_session(request, wanted):
        request.session["contract"] = int(wanted)
        return next(c for c in request.trade_options.contracts if str(c.pk) == wanted)

    monkeypatch.setattr(switches, "contract_choose", in_session)

    response = switched_during_an_edit(world, client, monkeypatch)

    # The edit began before the switch, ended after it, and saved the session as it had read it.
    assert "contract" not in response.wsgi_request.session
    assert "basket_steps" in response.wsgi_request.session


def test_a_switch_outlives_a_request_that_saves_the_session(world, client, monkeypatch):
    response = switched_during_an_edit(world, client, monkeypatch)

    assert response.wsgi_request.trade.contract_id == world.contracts["own_wholesale"].pk
    assert "basket_steps" in response.wsgi_request.session


def switched_while_replaced(world, client, monkeypatch):
    """Switch while another request replaces the contract that has ended."""
    user, wanted = world.people["buyer"], world.contracts["own_on_top"]
    client.force_login(user)
    choice.contract_choose(user_id=user.pk, contract_id=world.contracts["own"].pk)
    with scopes_disabled():
        Contract.objects.filter(pk=world.contracts["own"].pk).update(valid_to=date(2025, 1, 1))

    def switch():
        choice.contract_choose(user_id=user.pk, contract_id=wanted.pk)

    thread = held(monkeypatch, middleware, "contract_settle", switch)
    client.get(reverse("storefront:orders"))
    thread.join()
    return TradeChoice.objects.get(person=user).contract_id == wanted.pk


def test_a_replacement_written_blindly_undoes_a_switch(world, client, monkeypatch):
    def blindly(*, user_id, was_id, contract_id):
        TradeChoice.objects.filter(person_id=user_id).update(contract_id=contract_id)
        return True

    monkeypatch.setattr(choice, "contract_replace", blindly)

    assert not switched_while_replaced(world, client, monkeypatch)


def test_a_replacement_of_an_ended_contract_does_not_undo_a_switch(world, client, monkeypatch):
    assert switched_while_replaced(world, client, monkeypatch)


def contract_switched_while_a_project_is_chosen(world, client, monkeypatch):
    """Choose a project of a contract while another window switches the contract."""
    user, project = world.people["buyer"], add_project(world)
    client.force_login(user)
    choice.contract_choose(user_id=user.pk, contract_id=world.contracts["own"].pk)

    def switch():
        choice.contract_choose(user_id=user.pk, contract_id=world.contracts["own_wholesale"].pk)

    thread = held(monkeypatch, switches, "project_choose", switch)
    client.post(reverse("storefront:project_switch"), {"project": project.pk})
    thread.join()
    found = TradeChoice.objects.get(person=user)
    assert found.contract_id == world.contracts["own_wholesale"].pk
    return found.project_id


def test_a_project_written_blindly_stands_under_another_contract(world, client, monkeypatch):
    def blindly(*, user_id, contract_id, project_id):
        TradeChoice.objects.filter(person_id=user_id).update(project_id=project_id)
        return True

    monkeypatch.setattr(choice, "project_choose", blindly)

    assert contract_switched_while_a_project_is_chosen(world, client, monkeypatch) is not None


def test_a_project_is_not_chosen_under_another_contract(world, client, monkeypatch):
    assert contract_switched_while_a_project_is_chosen(world, client, monkeypatch) is None
