"""A desk with something on it: orders, an exchange with problems, a queue."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.sync1c.models import (
    ExchangeConnection,
    ExchangeFile,
    ExchangeProblem,
    ExchangeSession,
    StatusMapping,
)
from tests.isolation.records import Owned, build_owned

HOSTILE = '<script>alert("1C")</script>'


@dataclass
class Desk:
    """What the pages of the staff show in these tests."""

    world: object
    owned: dict[str, Owned]
    connection: ExchangeConnection
    session: ExchangeSession
    message: OutboxMessage
    mapping: StatusMapping


@pytest.fixture(autouse=True)
def _everyones_rows(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    with scopes_disabled():
        yield


@pytest.fixture
def desk(world):
    """Three orders (one set aside), a connection, a session with a file and a hostile problem."""
    owned = build_owned(world)
    connection = ExchangeConnection.objects.create(name="УТ 11.5", username="ut", password="!")
    session = ExchangeSession.objects.create(
        connection=connection, kind="catalog", state="errors", cookie="c-1", failed=1, changed=2
    )
    file = ExchangeFile.objects.create(
        session=session, name="import0_1.xml", state="done", counts={"product": {"read": 3}}
    )
    ExchangeProblem.objects.create(
        file=file,
        code="no_price_type",
        kind="prices",
        external_id=HOSTILE,
        line=20422,
        text=f"Вид цены {HOSTILE} не сопоставлен",
        excerpt=f"<Предложение>\n  <Ид>{HOSTILE}</Ид>",
    )
    message = OutboxMessage.objects.create(
        topic="order_to_1c",
        key=f"order_to_1c:{owned['own'].order_id}",
        payload={"order_id": owned["own"].order_id},
        state="parked",
        attempts=5,
        last_error=f"422 {HOSTILE}",
    )
    mapping = StatusMapping.objects.create(text="Проверка статуса", meaning="picking")
    return Desk(world, owned, connection, session, message, mapping)


@pytest.fixture
def staff(world):
    client = Client()
    client.force_login(world.people["manager"])
    return client
