"""Files with an order and with messages: what is taken, who sees it, what becomes of it."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.chat.attached import MOST_BYTES, NotAttachableError, ending_of, name_kept
from b2b_apps.chat.files import files_purge
from b2b_apps.chat.models import OrderFile, OrderMessage
from b2b_apps.contracts.choice import contract_choose
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from b2b_apps.purchasing.services.sharing import basket_open, basket_share

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
FILES = reverse("checkout:files")


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


def packed(**members):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return body.getvalue()


XLSX = packed(xl__workbook_xml="<x/>")
DOCX = packed(word__document_xml="<x/>")
ODS = packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml="<x/>")


def rotten():
    """An ODS whose packed first file is no stream of deflate."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    start = 30 + len("mimetype")
    return body.getvalue()[:start] + b"\xff" * 8 + body.getvalue()[start + 8 :]


def kind(name, body):
    return ending_of(io.BytesIO(body), name=name, size=len(body))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Доверенность.PDF", PDF), ("a.png", PNG), ("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 20),
        ("a.xlsx", XLSX), ("a.docx", DOCX), ("a.ods", ODS), ("a.dwg", b"AC1032" + b"\0" * 20),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxxxxxx"), ("a.txt", "Привет".encode()),
        ("a.csv", "Артикул;Шт\r\nА-1;5".encode("cp1251")),
    ],
)  # fmt: skip
def test_what_its_name_says_is_taken(name, body):
    assert kind(name, body) == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.exe", b"MZ\0\0", "ending"), ("a.svg", b"<svg onload=alert(1)>", "ending"),
        ("a.html", b"<html>", "ending"), ("pdf", PDF, "ending"), ("", PDF, "ending"),
        ("a.pdf.exe", PDF, "ending"), ("a.pdf", b"MZ\0\0", "content"),
        ("a.pdf", b"<html><script>", "content"), ("a.png", PDF, "content"),
        ("a.xlsx", DOCX, "content"), ("a.xlsx", b"PK\x03\x04 broken", "content"),
        ("a.docx", packed(evil_exe="MZ"), "content"), ("a.ods", XLSX, "content"),
        ("a.ods", rotten(), "content"),
        ("a.txt", b"MZ\0\0", "content"), ("a.csv", b" <SCRIPT>alert(1)</SCRIPT>", "content"),
        ("a.pdf", b"", "empty"),
    ],
)  # fmt: skip
def test_what_it_is_not_is_refused(name, body, code):
    with pytest.raises(NotAttachableError) as refused:
        kind(name, body)

    assert refused.value.code == code


def test_a_file_above_the_limit_is_refused_unread():
    with pytest.raises(NotAttachableError, match="large"):
        ending_of(io.BytesIO(PDF), name="a.pdf", size=MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\temp\\счёт.pdf", "счёт.pdf"),
        ("a\u202efdp.exe", "afdp.exe"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_kept_without_what_misleads(name, kept):
    assert name_kept(name) == kept


@pytest.fixture
def basket(world):
    context = world.context()
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    return basket_for(context)


@pytest.fixture
def buyer(world, client):
    client.force_login(world.people["buyer"])
    return client


def attach(client, basket, *files, **more):
    sent = [SimpleUploadedFile(name, body) for name, body in files]
    return client.post(FILES, {"basket": basket.pk, "files": sent, **more})


def kept():
    with scopes_disabled():
        return list(OrderFile.objects.values_list("name", flat=True))


def the_file():
    with scopes_disabled():
        return OrderFile.objects.get()


def order_of(world):
    context = world.context()
    basket = basket_for(context)
    return order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(delivery_address="Ростов"),
        offer=offer_token(basket_sheet(context=context, basket=basket)),
    )


def read(client, file, name="storefront:order_file"):
    return client.get(reverse(name, args=[file.uid]))


def test_files_of_the_checkout_stay_with_the_order(world, buyer, basket):
    attach(buyer, basket, ("Доверенность.pdf", PDF), ("Список.xlsx", XLSX), comment="Ворота")
    page = buyer.get(reverse("checkout:index")).content.decode()
    order = order_of(world)

    shown = buyer.get(reverse("storefront:order", args=[order.number])).content.decode()
    buyer.force_login(world.people["manager"])
    desk = buyer.get(reverse("dashboard:order", args=[order.number])).content.decode()

    assert "Ворота" in page
    for text in (page, shown, desk):
        assert "Доверенность.pdf" in text
        assert "Список.xlsx" in text


def test_one_bad_file_refuses_all_and_says_which(buyer, basket):
    answer = attach(buyer, basket, ("a.pdf", PDF), ("b.pdf", b"MZ"))
    page = buyer.get(answer["Location"].partition("#")[0]).content.decode()

    assert kept() == []
    assert "Содержимое «b.pdf» — не то" in page


def test_not_more_than_ten_are_taken(buyer, basket):
    attach(buyer, basket, *[(f"{n}.pdf", PDF) for n in range(8)])
    attach(buyer, basket, *[(f"x{n}.pdf", PDF) for n in range(3)])

    assert len(kept()) == 8


def test_the_file_is_served_to_be_saved_and_never_as_a_page(world, buyer, basket):
    attach(buyer, basket, ("Доверенность.pdf", PDF))

    answer = read(buyer, the_file())

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "Доверенность" not in the_file().file.name


@pytest.mark.parametrize("person", ["stranger", "head", "manager"])
def test_before_it_is_ordered_nobody_else_sees_it(world, client, buyer, basket, person):
    attach(buyer, basket, ("a.pdf", PDF))
    client.force_login(world.people[person])

    assert read(client, the_file()).status_code in {403, 404}
    assert read(client, the_file(), "dashboard:order-file").status_code in {403, 404}
    remove = reverse("checkout:file_remove", args=[the_file().uid])
    assert client.post(remove, {"basket": basket.pk}).status_code in {403, 404}
    assert kept() == ["a.pdf"]


def test_a_stranger_does_not_see_a_file_of_an_order(world, client, buyer, basket):
    attach(buyer, basket, ("a.pdf", PDF))
    order_of(world)
    client.force_login(world.people["stranger"])
    assert read(client, the_file()).status_code == 404
    client.force_login(world.people["head"])
    assert read(client, the_file()).status_code == 200
    client.force_login(world.people["manager"])
    assert read(client, the_file(), "dashboard:order-file").status_code == 200


def test_who_approves_sees_what_is_attached_and_a_stranger_does_not(world, client, buyer, basket):
    attach(buyer, basket, ("a.pdf", PDF))
    type(basket)._base_manager.filter(pk=basket.pk).update(status="Frozen")
    client.force_login(world.people["head"])
    assert read(client, the_file()).status_code == 200
    client.force_login(world.people["stranger"])
    assert read(client, the_file()).status_code == 404


def test_nothing_is_attached_to_a_basket_of_somebody_else(world, client, buyer, basket):
    client.force_login(world.people["stranger"])

    assert attach(client, basket, ("a.pdf", PDF)).status_code == 404
    assert kept() == []


@pytest.fixture
def guest_of_the_basket(world, client, basket):
    """The head works in the basket that the buyer shares; the buyer has another one besides."""
    basket_share(context=world.context(), is_shared=True)
    contract_choose(user_id=world.people["head"].pk, contract_id=world.contracts["own"].pk)
    basket_open(context=world.context("head", "own"), basket_id=basket.pk)
    client.force_login(world.people["head"])
    return client


def test_who_works_in_a_shared_basket_attaches_to_none_but_it(world, guest_of_the_basket, basket):
    other = type(basket).objects.create(
        owner=world.people["buyer"], contract=world.contracts["sister"], status="Open"
    )

    assert attach(guest_of_the_basket, other, ("a.pdf", PDF)).status_code == 404
    assert kept() == []
    assert attach(guest_of_the_basket, basket, ("b.pdf", PDF)).status_code == 302
    assert kept() == ["b.pdf"]


def test_a_file_is_taken_off_before_and_not_after_it_is_ordered(world, buyer, basket):
    attach(buyer, basket, ("a.pdf", PDF), ("b.pdf", PDF))
    with scopes_disabled():
        first, second = OrderFile.objects.all()

    buyer.post(reverse("checkout:file_remove", args=[first.uid]), {"basket": basket.pk})
    order_of(world)
    late = buyer.post(reverse("checkout:file_remove", args=[second.uid]), {"basket": basket.pk})

    assert late.status_code == 404
    assert kept() == ["b.pdf"]


def say(client, order, text, *files):
    sent = [SimpleUploadedFile(name, body) for name, body in files]
    url = reverse("storefront:order_messages", args=[order.number])
    return client.post(url, {"text": text, "files": sent}, follow=True)


def test_a_message_has_files_and_may_be_nothing_else(world, buyer, basket):
    order = order_of(world)

    answer = say(buyer, order, "", ("акт.pdf", PDF)).content.decode()

    assert "акт.pdf" in answer
    with scopes_disabled():
        assert OrderMessage.objects.get().text == ""


def test_a_refused_file_writes_nothing_and_keeps_the_text(world, buyer, basket):
    order = order_of(world)

    answer = say(buyer, order, "Смотрите акт", ("акт.exe", b"MZ")).content.decode()

    assert "Смотрите акт</textarea>" in answer
    assert "«акт.exe»" in answer
    with scopes_disabled():
        assert not OrderMessage.objects.exists()
    assert kept() == []


def test_what_was_never_ordered_goes_and_its_file_too(
    buyer, basket, tmp_path, django_capture_on_commit_callbacks
):
    attach(buyer, basket, ("a.pdf", PDF))
    with scopes_disabled():
        OrderFile.objects.update(made_at=timezone.now() - timedelta(days=91))

    with django_capture_on_commit_callbacks(execute=True):
        assert files_purge() == 1

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_is_refused_where_no_form_asks_for_one(world, buyer, basket):
    sent = SimpleUploadedFile("a.pdf", PDF)

    assert buyer.post(reverse("checkout:index"), {"files": sent}).status_code == 400
