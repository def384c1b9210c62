"""Suggested addresses: asked by us, kept, limited, and a plain field whatever goes wrong."""

import subprocess
import sys
import time

import pytest
import requests
from django.core.cache import cache
from django.urls import reverse

from b2b_apps.core.sealing import sealed
from b2b_apps.integrations.dadata import suggesting
from b2b_apps.integrations.dadata.stub import KEY, MODES
from b2b_apps.integrations.dadata.suggesting import addresses_for
from b2b_apps.integrations.models import AddressService

URL = reverse("storefront:address_suggest")
DESK = reverse("dashboard:delivery-addresses")
STREET = "344000, Ростовская обл, г Ростов-на-Дону, ул Доватора, д 158"


class Stub:
    def __init__(self, address):
        self.address = address

    def behave(self, mode):
        answer = requests.get(f"{self.address}/mode/{mode}", timeout=5)
        assert answer.ok, mode
        return int(answer.text)


@pytest.fixture(scope="session")
def process():
    stub = [sys.executable, "-m", "b2b_apps.integrations.dadata.stub"]
    with subprocess.Popen(stub, stdout=subprocess.PIPE, text=True) as found:
        yield Stub(f"http://127.0.0.1:{found.stdout.readline().strip()}")
        found.terminate()


@pytest.fixture
def dadata(db, process):
    cache.clear()
    process.behave("ok")
    AddressService.objects.create(is_active=True, url=process.address, key=sealed(KEY))
    return process


def test_addresses_come_with_their_postcode_and_house(dadata):
    assert addresses_for(text="ростов-на-дону доватора 158", user_id=1) == [STREET]


def test_the_same_text_is_asked_for_once(dadata):
    addresses_for(text="ростов-на-дону доватора 158", user_id=1)
    before = dadata.behave("ok")

    assert addresses_for(text="  Ростов-на-Дону   доватора 158", user_id=2) == [STREET]
    assert dadata.behave("ok") == before


@pytest.mark.parametrize("mode", sorted(set(MODES) - {"ok"}))
def test_whatever_goes_wrong_is_an_empty_list_and_a_rest(dadata, mode):
    dadata.behave(mode)
    started = time.monotonic()

    assert addresses_for(text="ростов", user_id=1) == []
    assert addresses_for(text="ростов до", user_id=1) == []
    assert time.monotonic() - started < 2.5
    service = AddressService.objects.get()
    assert service.problem
    assert service.rests_until


@pytest.mark.parametrize("text", ["", "ро", "  р  ", "\u00a0"])
def test_too_short_a_text_asks_nobody(dadata, text):
    before = dadata.behave("ok")

    assert addresses_for(text=text, user_id=1) == []
    assert dadata.behave("ok") == before


def test_a_person_may_ask_so_often_and_another_is_not_held_for_it(dadata, monkeypatch):
    monkeypatch.setattr(suggesting, "PER_MINUTE", 3)

    found = [addresses_for(text="ростов-на-дону доватора 158", user_id=1) for _n in range(5)]

    # A new minute may begin between two of them.
    assert [] in found
    assert addresses_for(text="ростов-на-дону доватора 158", user_id=2) == [STREET]


def test_the_page_gets_a_list_and_no_key(dadata, world, client):
    client.force_login(world.people["buyer"])

    answer = client.get(URL, {"q": "ростов-на-дону доватора 158"})

    text = answer.content.decode()
    assert STREET in text
    assert 'role="option"' in text
    assert KEY not in client.get(reverse("customer:login")).content.decode() + text


def test_a_list_is_for_who_signed_in(dadata, client):
    assert client.get(URL, {"q": "ростов"}).status_code == 302


def test_switched_off_nothing_is_suggested_and_the_page_need_not_ask_again(dadata, world, client):
    AddressService.objects.update(is_active=False)
    client.force_login(world.people["buyer"])

    assert client.get(URL, {"q": "ростов"}).status_code == 204


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "' OR 1=1", "x" * 5000, "🙂🙂🙂"])
def test_odd_texts_are_texts(dadata, world, client, text):
    client.force_login(world.people["buyer"])

    assert client.get(URL, {"q": text}).status_code == 200


def test_staff_set_it_up_and_see_at_once_whether_it_answers(db, process, world, client):
    process.behave("ok")
    client.force_login(world.people["manager"])

    page = client.post(DESK, {"is_active": "on", "url": process.address, "key": KEY}, follow=True)
    wrong = client.post(DESK, {"is_active": "on", "url": process.address, "key": "no"}, follow=True)

    assert "Отвечает: " in page.content.decode()
    assert "Не впускает" in wrong.content.decode()
    assert KEY not in page.content.decode()


def test_a_kept_key_is_not_sent_to_another_server(dadata, world, client):
    client.force_login(world.people["manager"])

    answer = client.post(DESK, {"is_active": "on", "url": "https://evil.example/x", "key": ""})

    assert answer.status_code == 422
    assert AddressService.objects.get().url == dadata.address
