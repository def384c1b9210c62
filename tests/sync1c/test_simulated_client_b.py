"""The package client against the real site: its catalogue in, an order out and back."""

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty
from b2b_apps.core.models import ExternalId, OutboxMessage
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.sync1c.models import ExchangeSession
from b2b_apps.sync1c.simulator.__main__ import main
from tests.sync1c.client_1c import PASSWORD, USER
from tests.sync1c.infobase import BOLT, infobase_folder
from tests.sync1c.orders import SOURCE, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def onec(connection, live_server, tmp_path):
    """Run a command of the package client against this site; fails if 1C complained."""
    base = infobase_folder(tmp_path)

    def run(command, *more):
        given = ["--url", f"{live_server.url}/exchange/1c/", "--user", USER,
                 "--password", PASSWORD, "--client", "b", "--base", str(base)]  # fmt: skip
        assert main([command, *given, *more]) == 0

    with scopes_disabled():
        yield run


def name(kind, row, external_id):
    """Let a row of the cast be known in 1C under a name of the tiny infobase."""
    ExternalId.objects.filter(source=SOURCE, kind=kind, external_id=external_id).delete()
    ExternalId.objects.filter(source=SOURCE, kind=kind, object_id=row.pk).delete()
    ExternalId.objects.create(source=SOURCE, kind=kind, external_id=external_id, object_id=row.pk)


def test_a_full_exchange_of_the_package_client_is_applied_and_completed(onec, capsys):
    onec("push", "--full")

    said = capsys.readouterr().out
    assert "catalog deactivate: success" in said
    assert "catalog complete: success" in said
    session = ExchangeSession.objects.get()
    assert session.version == "3.1"
    # The contract of these files names no price type: a remark, and the rest goes in.
    files = session.files.exclude(name__startswith="import_files/")
    assert {file.state for file in files} == {"done"}
    product = ExternalId.objects.get(kind="product", external_id=BOLT).object_id
    bolt = apps.get_model("catalogue", "Product").objects.get(pk=product)
    assert (bolt.title, bolt.is_public) == ("Болт", True)
    balances = bolt.stockrecords.order_by("partner__name").values_list(
        "partner__name", "num_in_stock"
    )
    assert list(balances) == [("Север", 100), ("Юг", 30)]
    assert Counterparty.objects.get().name == "Ромашка"


def test_an_order_goes_out_in_a_container_and_its_steps_come_back(onec, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    name("product", world.products["cable"], BOLT)
    name("counterparty", world.companies["own"], "party-1")
    name("contract", world.contracts["own"], "contract-1")
    name("warehouse", world.warehouses["rostov"], "store-1")

    onec("orders")
    assert OutboxMessage.objects.get(topic="order_to_1c").state == "done"
    steps = []
    for _step in range(4):
        onec("advance")
        steps.append(Shipment.objects.get(order=order).status)

    assert steps == ["confirmed", "picking", "shipped", "shipped"]
    order.refresh_from_db()
    assert order.status == "completed"
    assert [p.amount for p in order.payments.all()] == [200]


def test_query_of_a_client_of_version_3_is_a_file_of_containers(client_1c_a, world):
    from lxml import etree

    place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "1")])
    client_1c_a.begin("sale", version="3.1")

    root = etree.fromstring(client_1c_a.raw("sale", "query").content)

    assert root.get("ВерсияСхемы") == "3.1"
    assert root.findall("Документ") == []
    assert [e.text for e in root.findall("Контейнер/Документ/Номер")] == [
        "26-000123/1",
        "26-000123/2",
    ]
