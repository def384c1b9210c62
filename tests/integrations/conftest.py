"""A bank in a process of its own."""

import subprocess
import sys
from decimal import Decimal

import pytest
import requests
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Consignee
from b2b_apps.core.sealing import sealed
from b2b_apps.delivery.models import DeliveryMethod
from b2b_apps.integrations.cdek.directory import directory_load
from b2b_apps.integrations.models import CarrierAccount
from b2b_apps.purchasing.services import basket_set


class Bank:
    """The stub, and how to make it misbehave."""

    def __init__(self, address: str) -> None:
        self.address = address

    def behave(self, mode: str) -> int:
        """Switch the mode; return how often it was asked for rates so far."""
        answer = requests.get(f"{self.address}/mode/{mode}", timeout=5)
        assert answer.ok, mode
        return int(answer.text)


@pytest.fixture(scope="session")
def bank_process():
    stub = [sys.executable, "-m", "b2b_apps.integrations.cbr.stub"]
    with subprocess.Popen(stub, stdout=subprocess.PIPE, text=True) as process:
        yield Bank(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.terminate()


@pytest.fixture
def bank(bank_process, settings):
    settings.CBR_URL = f"{bank_process.address}/scripts/XML_daily.asp"
    bank_process.behave("ok")
    return bank_process


class CarrierStub:
    """СДЭК's stub, and how to make it misbehave."""

    def __init__(self, address: str) -> None:
        self.address = address

    def behave(self, mode: str) -> dict:
        """Switch the mode; return how much was asked of it so far."""
        answer = requests.get(f"{self.address}/mode/{mode}", timeout=5)
        assert answer.ok, mode
        return answer.json()

    def move(self, number: str) -> None:
        """Move a consignment one status on."""
        assert requests.get(f"{self.address}/move/{number}", timeout=5).ok


@pytest.fixture(scope="session")
def carrier_process():
    stub = [sys.executable, "-m", "b2b_apps.integrations.cdek.stub"]
    with subprocess.Popen(stub, stdout=subprocess.PIPE, text=True) as process:
        yield CarrierStub(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.terminate()


@pytest.fixture
def stub(carrier_process):
    carrier_process.behave("ok")
    return carrier_process


@pytest.fixture
def account(db, stub):
    """An account that is switched on, its directory loaded."""
    account = CarrierAccount.objects.create(
        carrier="cdek",
        is_active=True,
        url=f"{stub.address}/v2",
        client_id="demo-account",
        secret=sealed("demo-secret"),
        hook_key="k" * 32,
        sender_company="ООО «Продавец»",
        sender_name="Кладовщик",
        sender_phone="+78630000000",
    )
    assert directory_load(account=account)
    account.refresh_from_db()
    return account


@pytest.fixture
def shop(world, account, client):
    """A buyer with a basket for Moscow, and tariffs to the door and to a point."""
    warehouse = world.warehouses["rostov"]
    warehouse.address_text = "344000, г. Ростов-на-Дону, ул. Шолохова, д. 1"
    warehouse.save()
    world.products["breaker"].weight_kg = Decimal("0.5")
    world.products["breaker"].save()
    DeliveryMethod.objects.create(
        kind="carrier", name="СДЭК до двери", carrier="cdek", tariff_code=480, position=1
    )
    DeliveryMethod.objects.create(
        kind="carrier", name="СДЭК до пункта", carrier="cdek", tariff_code=481, position=2,
        is_to_point=True, markup_percent=10,
    )  # fmt: skip
    with scopes_disabled():
        Consignee.objects.update(address="125009, г. Москва, ул. Тверская, д. 7")
    basket_set(
        context=world.context(), product_id=world.products["breaker"].pk, quantity=Decimal(24)
    )
    client.force_login(world.people["buyer"])
    return client
