"""Rows of real files against a count of their XML that is not ours (real_rows.py)."""

import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection as database
from django.db import transaction
from django.db.models import Sum
from PIL import Image

from b2b_apps.companies.models import Counterparty
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.real_files import FILES
from tests.sync1c.real_rows import File

pytestmark = pytest.mark.skipif(not FILES, reason="the collection of real files is not here")


def picture(number: int) -> bytes:
    """A picture like no other, for the collection has only the names of pictures."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256, 99)).save(out, "JPEG")
    return out.getvalue()


def send(client, path: Path, file: File) -> str:
    """A session with the pictures that the file names, and then the file."""
    client.begin()
    for number, name in enumerate(sorted({name for _good, name in file.pictures})):
        assert client.call("catalog", "file", picture(number), filename=name) == "success"
    client.call("catalog", "file", path.read_bytes(), filename="import0_1.xml")
    return client.call("catalog", "import", filename="import0_1.xml")


def rows() -> Mapping[str, int]:
    def of(app: str, model: str):
        return apps.get_model(app, model).objects

    return {
        "groups": of("catalogue", "Category").count(),
        "products": of("catalogue", "Product").filter(parent=None).count(),
        "characteristics": of("catalogue", "Product").exclude(parent=None).count(),
        "price types": PriceList.objects.count(),
        "prices": Price.objects.count(),
        "balances": of("partner", "StockRecord").filter(num_in_stock__gt=0).count(),
        "warehouses": of("partner", "Partner").count(),
        "properties": of("catalogue", "ProductAttribute").count(),
        "options": of("catalogue", "AttributeOption").count(),
        "values": of("catalogue", "ProductAttributeValue").count(),
        "pictures": of("catalogue", "ProductImage").count(),
        "units": of("catalogue", "Unit").count(),
        "counterparties": Counterparty.objects.count(),
        # Orders of other sites: each is told, none is made.
        "documents": ExchangeProblem.objects.filter(code="unknown_order").count(),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_the_tables_hold_what_the_file_holds(client_1c_a, path):
    file = File(path.read_bytes())

    answer = send(client_1c_a, path, file)

    assert answer.startswith("success"), answer
    assert rows() == file.rows()
    total = apps.get_model("partner", "StockRecord").objects.aggregate(n=Sum("num_in_stock"))["n"]
    assert (total or 0) == sum(file.stock.values(), Decimal(0))


# Files of one base, in the order in which it sends them.
CATALOGUES = {
    "andrtechno": ["tests_data_import", "tests_data_offers"],
    "bigperson": ["tests_xml_classifier", "tests_xml_import", "tests_xml_offers"],
    "carono+php": ["tests_xml_import", "tests_xml_offers"],
    "carono+yii2": ["files_xml_import", "files_xml_offers"],
    "dobromyslov": ["data_import0_1", "data_offers0_1"],
    "ArgentCrusade": ["fixtures_group-example", "fixtures_products-example",
                      "fixtures_prices-example", "fixtures_remainders-example",
                      "fixtures_contractors-example", "fixtures_documents-example"],
    "wagood": ["import___57c55968-51d1-46f0-b5d7-927f420b8fd4",
               "import___5335d080-66b0-4355-887c-d54bba6f1f08",
               "offers___13955e2c-c7d0-4189-8db7-9bc863cde645",
               "prices___478f43af-4dba-47c9-b3fa-d9737c14a30f",
               "rests___9ebdccc5-f70a-43db-8c03-0103301aad32"],
}  # fmt: skip
# What an exchange notes of itself.
OWN = ("sync1c_", "core_outboxmessage", "core_guess", "django_")


def files_of(base: str) -> list[Path]:
    def one(name: str) -> Path:
        (path,) = (p for p in FILES if p.name.startswith(base) and p.stem.endswith(name))
        return path

    return [one(name) for name in CATALOGUES[base]]


def every_row() -> Mapping[str, str]:
    """Every table with the transactions that last wrote its rows."""
    with database.cursor() as cursor:
        tables = [t for t in database.introspection.table_names(cursor) if not t.startswith(OWN)]
        found = {}
        for table in tables:
            cursor.execute(
                "SELECT md5(coalesce(string_agg(t::text || t.xmin::text, '|' ORDER BY t::text),"
                f""" '')) FROM "{table}" t"""
            )
            (found[table],) = cursor.fetchone()
    return found


@pytest.mark.parametrize("base", CATALOGUES)
def test_a_whole_catalogue_sent_again_writes_nothing(client_1c_a, base):
    files = [(path, File(path.read_bytes())) for path in files_of(base)]
    for path, file in files:
        assert send(client_1c_a, path, file).startswith("success")
    before, problems = every_row(), ExchangeProblem.objects.filter(level="error").count()

    for path, file in files:
        assert send(client_1c_a, path, file).startswith("success")
        session = client_1c_a.session()
        assert (session.created, session.changed, session.failed) == (0, 0, 0), path.name

    assert every_row() == before
    assert ExchangeProblem.objects.filter(level="error").count() == 2 * problems


@pytest.mark.parametrize("base", CATALOGUES)
def test_a_catalogue_is_the_same_whatever_the_order_of_its_files(client_1c_a, base):
    files = [(path, File(path.read_bytes())) for path in files_of(base)]
    empty = transaction.savepoint()
    for path, file in files:
        send(client_1c_a, path, file)
    expected = rows()
    transaction.savepoint_rollback(empty)

    # Twice: what waited for another file is taken when it is sent again.
    for path, file in [*files[::-1], *files[::-1]]:
        send(client_1c_a, path, file)

    assert rows() | {"documents": 0} == expected | {"documents": 0}
