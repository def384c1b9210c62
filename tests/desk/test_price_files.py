"""Files of prices as staff see them: upload, look, load, report, undo; a list written out."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.pricing.models import Price, PriceImport, PriceList
from tests.pricing.sheets import xlsx

HEADS = ("Артикул", "Наименование", "Цена")


def address(name, *args):
    return reverse(f"dashboard:{name}", args=args)


@pytest.fixture
def ours(world):
    row = PriceList.objects.create(name="Сайт, акция")
    Price.objects.create(price_list=row, product=world.products["lamp"], amount=100)
    return row


def sent(staff, price_list, data, name="prices.xlsx"):
    file = SimpleUploadedFile(name, data)
    answer = staff.post(address("price-files", price_list.pk), {"file": file, "valid_from": ""})
    return PriceImport.objects.get(), answer


def test_a_file_is_read_looked_at_loaded_and_undone(world, ours, staff):
    data = xlsx(HEADS, ("0012-LLE-A60", "Лампа", 130), ("VVG3х25LS", "Кабель", 5), ("x", "", -1))

    imported, answer = sent(staff, ours, data)
    page = address("price-file", imported.pk)
    reading = staff.get(page)
    asked = staff.get(page, headers={"HX-Request": "true"})
    outbox_deliver()
    over = staff.get(page, headers={"HX-Request": "true"})
    look = staff.get(page)

    assert answer.url == page
    assert 'hx-trigger="every 1s"' in reading.content.decode()
    assert "<html" not in asked.content.decode()
    assert over.headers["HX-Refresh"] == "true"
    text = " ".join(look.content.decode().split())
    assert "Загрузить 1 цену" in text
    assert "цена меньше нуля" in text
    assert 'class="dk-was">100,00' in text
    assert ours.prices.get().amount == 100

    offered = imported.rows.get(number=3)
    staff.post(
        address("price-file-offers", imported.pk),
        {f"row-{offered.pk}": offered.details["offers"][0], "row-x": "1"},
    )
    stale = re.search(r'name="seen" value="([^"]+)"', look.content.decode())[1]
    told = staff.post(address("price-file-load", imported.pk), {"seen": stale}, follow=True)
    assert "взяты артикулы" in told.content.decode()
    assert PriceImport.objects.get().state == "ready"
    seen = {"seen": told.context["mark"]}
    staff.post(address("price-file-load", imported.pk), seen)
    again = staff.post(address("price-file-load", imported.pk), seen, follow=True)
    outbox_deliver()

    assert dict(ours.prices.values_list("product__article", "amount")) == {
        "0012-LLE-A60": 130, "VVG3X25LS": 5,
    }  # fmt: skip
    assert "По этому файлу уже решено." in [str(m) for m in again.context["messages"]]
    report = b"".join(staff.get(address("price-file-report", imported.pk)).streaming_content)
    lines = report.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[3].endswith("цена меньше нуля")

    staff.post(address("price-file-undo", imported.pk))
    assert dict(ours.prices.values_list("product__article", "amount")) == {"0012-LLE-A60": 100}


def test_a_dropped_file_is_not_loaded(ours, staff):
    imported, _answer = sent(staff, ours, xlsx(HEADS, ("0012-LLE-A60", "", 130)))
    outbox_deliver()

    staff.post(address("price-file-drop", imported.pk))
    staff.post(address("price-file-load", imported.pk))
    outbox_deliver()

    assert ours.prices.get().amount == 100
    assert PriceImport.objects.get().state == "dropped"


def test_a_file_that_is_none_says_so(ours, staff):
    imported, _answer = sent(staff, ours, b"%PDF-1.7 \0 not a sheet", "prices.pdf")
    outbox_deliver()

    page = staff.get(address("price-file", imported.pk)).content.decode()

    assert "Это не таблица" in page


def test_a_file_that_is_too_large_is_refused_at_the_form(ours, staff, settings):
    settings.PRICE_FILE_LIMIT = 10
    file = SimpleUploadedFile("a.csv", b"x" * 11)

    answer = staff.post(address("price-files", ours.pk), {"file": file})
    nothing = staff.post(address("price-files", ours.pk), {})

    assert (answer.status_code, nothing.status_code) == (422, 422)
    assert not PriceImport.objects.exists()


def test_names_of_files_are_names_and_nothing_else(ours, staff):
    imported, _answer = sent(staff, ours, xlsx(HEADS), '../../etc/"><script>.xlsx')

    page = staff.get(address("price-files", ours.pk)).content.decode()

    assert imported.file.name.startswith("prices/")
    assert "<script>.xlsx" not in page


@pytest.mark.parametrize("many", [1, 150])
def test_the_look_takes_the_same_queries_whatever_the_number_of_rows(world, ours, staff, many):
    rows = [(f"VVG3х25LS{'' if n == 0 else n}", "Кабель", n + 1) for n in range(many)]
    imported, _answer = sent(staff, ours, xlsx(HEADS, *rows))
    outbox_deliver()

    with CaptureQueriesContext(connection) as queries:
        page = staff.get(address("price-file", imported.pk))

    assert page.status_code == 200
    assert len(queries) == 8


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_list_is_written_out(ours, staff, kind):
    answer = staff.get(address(f"price-list-{kind}", ours.pk))

    assert "attachment" in answer.headers["Content-Disposition"]
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"PK") if kind == "xlsx" else "0012-LLE-A60" in data.decode("utf-8-sig")


def test_a_project_takes_no_files(world, staff):
    row = PriceList.objects.create(name="Объект", kind=PriceList.Kind.PROJECT)

    assert staff.get(address("price-files", row.pk)).status_code == 404
