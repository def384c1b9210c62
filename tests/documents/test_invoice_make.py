"""The invoice of an order: made by a worker, told when it can't be, made again on request."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import MAX_ATTEMPTS, outbox_deliver
from b2b_apps.documents import services
from b2b_apps.documents.models import Document
from b2b_apps.documents.order_invoice import invoice_data_of
from b2b_apps.documents.services import invoice_make
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set_many, order_place


def document_of(world, contract="own"):
    """Place an order under a contract, from two warehouses; return its invoice's document."""
    context = world.context("buyer", contract)
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["cable"], partner=world.warehouses["rostov"]).update(
        num_in_stock=0
    )
    records.filter(product=world.products["breaker"], partner=world.warehouses["moscow"]).update(
        num_in_stock=0
    )
    basket_set_many(
        context=context,
        quantities={
            world.products["cable"].pk: Decimal(7),
            world.products["breaker"].pk: Decimal(24),
        },
    )
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))
    order = order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(customer_number="З-7", consignee_name="Склад 4"),
        offer=offer,
    )
    with scopes_disabled():
        return order.documents.get()


@pytest.mark.parametrize("contract", ["own", "own_wholesale", "own_on_top"])
def test_the_invoice_says_the_sums_of_the_order(world, contract):
    document = document_of(world, contract)

    with scopes_disabled():
        data = invoice_data_of(document)
        order = document.order

    assert data.totals.total_incl_tax == order.total_incl_tax
    assert data.totals.vat_by_rate == (("22 %", order.vat_amount),)
    assert data.includes_vat is (contract != "own_on_top")
    assert [line.group for line in data.lines] == [
        "Поставка 1. Ростов-на-Дону, склад",
        "Поставка 2. Москва, склад",
    ]
    assert [line.article for line in data.lines] == ["MVA20-1-016-C", "VVG3X25LS"]
    assert data.basis.customer_number == "З-7"


def test_a_worker_makes_the_invoice_once(world):
    document = document_of(world)

    outbox_deliver()
    document.refresh_from_db()
    name = document.file.name
    invoice_make(document_id=document.pk)

    document.refresh_from_db()
    assert (document.state, document.file.name) == ("ready", name)
    assert document.size == len(document.file.read()) > 10_000


def test_a_failing_invoice_is_told_and_made_again_on_request(world, client, monkeypatch):
    document = document_of(world)

    def fail(data):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(services, "invoice_pdf", fail)
        for _attempt in range(MAX_ATTEMPTS):
            document.refresh_from_db()
            assert document.state == "pending"
            OutboxMessage.objects.update(available_at=timezone.now())
            outbox_deliver()
    document.refresh_from_db()
    assert document.state == "failed"

    client.force_login(world.people["buyer"])
    shown = client.get(reverse("documents:status", args=[document.uid])).content.decode()
    client.post(reverse("documents:retry", args=[document.uid]))
    outbox_deliver()

    assert "Сделать ещё раз" in shown
    with scopes_disabled():
        assert Document.objects.get().state == "ready"


def test_only_a_failed_document_is_made_again(world, client):
    document = document_of(world)
    client.force_login(world.people["buyer"])

    client.post(reverse("documents:retry", args=[document.uid]))

    assert OutboxMessage.objects.filter(topic="invoice_make").count() == 1
