"""A 1C that answers questions, in a process of its own, and a buyer whose contract lives in it."""

import subprocess
import sys

import pytest
import requests

from b2b_apps.core.models import ExternalId
from b2b_apps.sync1c.live.access import live_access_set
from b2b_apps.sync1c.models import ExchangeConnection

USER, PASSWORD = "портал", "пароль:с двоеточием"
NAMES = {"lamp": "g-lamp", "cable": "g-cable#red", "breaker": "g-breaker"}


class Base1C:
    """The stub: what it says, how it misbehaves, what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address

    def behave(self, mode: str) -> None:
        assert requests.get(f"{self.address}/stub/mode/{mode}", timeout=5).ok, mode

    def say(self, **lines: object) -> None:
        """Answer so from now on: a price, or all that the line shall say, by a product's key."""
        whole = {
            NAMES.get(key, key): value
            if isinstance(value, dict)
            else {"price": value, "with_vat": True, "currency": "RUB", "free": None}
            for key, value in lines.items()
        }
        assert requests.post(f"{self.address}/stub/say", json=whole, timeout=5).ok

    @property
    def asked(self) -> list:
        return requests.get(f"{self.address}/stub/asked", timeout=5).json()


@pytest.fixture(scope="session")
def base_process(tmp_path_factory):
    stub = [
        sys.executable, "-m", "b2b_apps.sync1c.simulator", "serve", "--url", "-", "--user", USER,
        "--password", PASSWORD, "--base", str(tmp_path_factory.mktemp("1c")),
    ]  # fmt: skip
    with subprocess.Popen(stub, stdout=subprocess.PIPE, text=True) as process:
        yield Base1C(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.terminate()


@pytest.fixture
def base(base_process):
    base_process.behave("ok")
    base_process.say()
    return base_process


@pytest.fixture
def linked(base):
    """Link a world to the base: call it with the world."""

    def link(world, url=""):
        connection = ExchangeConnection.objects.create(
            name="УТ", username="ut", password="x", source="ut"
        )
        live_access_set(
            connection=connection, url=url or f"{base.address}/trade/", username=USER,
            password=PASSWORD,
        )  # fmt: skip
        own = world.contracts["own"]
        rows = [("contract", own.pk, "c-own"), ("counterparty", own.counterparty_id, "p-own")]
        rows += [("product", world.products[key].pk, name) for key, name in NAMES.items()]
        for kind, pk, name in rows:
            ExternalId.objects.create(source="ut", kind=kind, external_id=name, object_id=pk)
        return connection

    return link


@pytest.fixture
def connection(world, linked):
    return linked(world)
