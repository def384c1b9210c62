"""Goods on their way, from an offer's own element to rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.sync1c.importing import receipts as importing
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem
from tests.sync1c.files import file_of, good, goods, guid, offer, package


def came(warehouse: int, day: str, quantity: str, reference: str = "ЗП-1") -> str:
    return (
        f"<Поступление><ИдСклада>{guid(warehouse)}</ИдСклада><Дата>{day}</Дата>"
        f"<Количество>{quantity}</Количество><Документ>{reference}</Документ></Поступление>"
    )


def expected(*rows: str) -> str:
    return f"<ОжидаемыеПоступления>{''.join(rows)}</ОжидаемыеПоступления>"


def rows():
    found = ExpectedReceipt.objects.order_by("product__title", "day", "reference")
    return [(r.product.title, r.day, r.quantity, r.reference) for r in found]


@pytest.fixture
def send(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1, "Автомат"), good(2, "Щит"))))

    def send_offers(*offers: str) -> None:
        client_1c_a.send("offers.xml", file_of(package(*offers)))

    return send_offers


D1, D2 = date(2026, 12, 2), date(2026, 12, 9)


def test_receipts_become_rows_and_lines_of_one_document_one_row(send):
    send(
        offer(
            1,
            name="Автомат",
            inside=expected(came(501, "2026-12-02", "6000"), came(501, "2026-12-02", "10")),
        ),
        offer(2, name="Щит", inside=expected(came(502, "09.12.2026", "1,5", ""))),
    )

    assert rows() == [
        ("Автомат", D1, Decimal(6010), "ЗП-1"),
        ("Щит", D2, Decimal("1.5"), ""),
    ]


def test_an_offer_with_the_element_replaces_and_one_without_leaves(send):
    send(
        offer(1, name="Автомат", inside=expected(came(501, "2026-12-02", "6000"))),
        offer(2, name="Щит", inside=expected(came(501, "2026-12-02", "7"))),
    )

    send(
        offer(1, name="Автомат", inside=expected(came(501, "2026-12-09", "5"))),
        offer(2, name="Щит"),
    )
    assert rows() == [("Автомат", D2, 5, "ЗП-1"), ("Щит", D1, 7, "ЗП-1")]

    send(offer(1, name="Автомат", inside=expected()), offer(2, name="Щит"))
    assert rows() == [("Щит", D1, 7, "ЗП-1")]


def test_unchanged_receipts_are_not_written(send, monkeypatch):
    body = offer(1, name="Автомат", inside=expected(came(501, "2026-12-02", "6000")))
    send(body)
    written = []
    monkeypatch.setattr(importing, "_write", lambda run, sent: written.append(sent))

    send(body)

    assert written == []
    assert ExchangeFile.objects.last().counts["receipts"]["unchanged"] == 1


def test_a_bad_receipt_is_reported_and_the_rest_is_taken(send):
    send(
        offer(
            1,
            inside=expected(
                came(501, "когда-нибудь", "1"),
                came(501, "2026-12-02", "много"),
                came(501, "2026-12-02", "-3"),
                came(501, "2026-12-02", "0.0001"),
                "<Поступление><Дата>2026-12-02</Дата><Количество>1</Количество></Поступление>",
                came(501, "2026-12-09", "4"),
            ),
        )
    )

    assert rows() == [("Автомат", D2, 4, "ЗП-1")]
    codes = ExchangeProblem.objects.filter(kind="receipts").values_list("code", flat=True)
    assert sorted(codes) == ["bad_date", "bad_number", "bad_receipt", "bad_receipt", "bad_receipt"]


def test_receipts_of_a_good_that_did_not_come_yet_wait_for_it(send):
    send(offer(77, name="Кабель", inside=expected(came(501, "2026-12-02", "300"))))

    product = apps.get_model("catalogue", "Product").objects.get(title="Кабель")
    assert not product.is_public
    assert rows() == [("Кабель", D1, 300, "ЗП-1")]
