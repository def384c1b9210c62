"""Two people change one price at once, and a file is confirmed while another is: none is lost."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from b2b_apps.pricing import price_edit
from b2b_apps.pricing.errors import PriceMovedError
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.price_edit import PriceKey, price_put
from b2b_apps.pricing.price_files.services import (
    price_file_confirm,
    price_file_load,
    price_file_read,
    price_file_take,
)
from tests.concurrency.test_orders import at_once
from tests.concurrency.test_price_load import SLOW, is_a_chain, slowly  # noqa: F401
from tests.pricing.sheets import xlsx

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


@pytest.fixture
def key(world):
    Price.objects.all().delete()
    row = PriceList.objects.create(name="Сайт")
    Price.objects.create(price_list=row, product=world.products["lamp"], amount=100)
    return PriceKey(row.pk, world.products["lamp"].pk)


def edits(world, key):
    user = world.people["manager"].pk

    def edit(amount):
        return lambda: price_put(
            key=key, amount=Decimal(amount), valid_to=None, user_id=user, seen=Decimal(100)
        )

    return at_once([edit(n) for n in range(1, PEOPLE + 1)])


def test_without_the_lock_edits_write_over_each_other_unseen(world, key, slowly, monkeypatch):  # noqa: F811
    monkeypatch.setattr(price_edit, "price_lists_lock", lambda **_: None)

    results = edits(world, key)

    assert sum(isinstance(r, PriceChange) for r in results) > 1


def test_of_edits_at_once_one_is_written_and_the_others_are_told(world, key, slowly):  # noqa: F811
    results = edits(world, key)

    assert sum(isinstance(r, PriceChange) for r in results) == 1
    moved = [r for r in results if isinstance(r, PriceMovedError)]
    assert {r.stands for r in moved} == {Price.objects.get().amount}
    assert len(moved) == PEOPLE - 1
    assert PriceChange.objects.count() == 1


def test_a_file_loaded_while_a_price_is_edited_never_writes_over_it_unseen(
    world, key, settings, tmp_path
):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }  # fmt: skip
    user = world.people["manager"].pk
    data = xlsx(("Артикул", "Цена"), (world.products["lamp"].article, 60))
    imported = price_file_take(
        price_list=PriceList.objects.get(pk=key.price_list_id),
        file=ContentFile(data, name="a.xlsx"), valid_from=None, user_id=user,
    )  # fmt: skip
    price_file_read(import_id=imported.pk)
    price_file_confirm(import_id=imported.pk)
    edit = lambda: price_put(  # noqa: E731
        key=key, amount=Decimal(90), valid_to=None, user_id=user, seen=Decimal(100)
    )

    results = at_once([edit, lambda: price_file_load(import_id=imported.pk)])

    imported.refresh_from_db()
    stands = Price.objects.get().amount
    if imported.state == "loaded":
        assert isinstance(results[0], PriceMovedError)
        assert stands == 60
    else:
        assert (imported.state, imported.has_drifted, stands) == ("ready", True, 90)
    assert PriceChange.objects.count() == 1
