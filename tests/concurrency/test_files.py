"""Races of files that are attached at the checkout, with real threads on PostgreSQL."""

import threading

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scopes_disabled

from b2b_apps.chat import files as service
from b2b_apps.chat.attached import MOST_FILES, NotAttachableError
from b2b_apps.chat.files import basket_files_attach
from b2b_apps.chat.models import OrderFile
from b2b_apps.purchasing.errors import BasketMissingError
from b2b_apps.purchasing.services import OrderDetails, order_place
from tests.concurrency.test_orders import at_once, basket_of

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.4\n%%EOF\n"
EACH = 3
WINDOWS = 8


@pytest.fixture
def basket(world, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    pk, world.offer = basket_of(world.context(), world.products["lamp"], 3)
    return apps.get_model("basket", "Basket").objects.get(pk=pk)


def attaching(world, basket, num=EACH):
    context = world.context()

    def work():
        files = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(num)]
        with scopes_disabled():
            return basket_files_attach(
                basket=basket,
                counterparty_id=context.counterparty_id,
                user_id=context.user_id,
                files=files,
            )

    return work


def num_files():
    with scopes_disabled():
        return OrderFile.objects.count()


def test_without_the_lock_more_files_are_attached_than_may_be(world, basket, monkeypatch):
    gate, write = threading.Barrier(WINDOWS), service._write

    def slow(*args, **values):
        gate.wait(timeout=10)
        write(*args, **values)

    monkeypatch.setattr(service, "basket_status_locked", lambda **_: "Open")
    monkeypatch.setattr(service, "_write", slow)

    at_once([attaching(world, basket)] * WINDOWS)

    assert num_files() == EACH * WINDOWS


def test_windows_at_once_attach_no_more_than_may_be_and_each_all_or_nothing(world, basket):
    answers = at_once([attaching(world, basket)] * WINDOWS)

    refused = [a for a in answers if isinstance(a, NotAttachableError)]
    taken = [a for a in answers if a == EACH]
    assert len(taken) == MOST_FILES // EACH
    assert len(refused) == WINDOWS - len(taken)
    assert num_files() == len(taken) * EACH


def test_nothing_comes_to_what_another_window_has_ordered(world, basket):
    context = world.context()
    order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=world.offer)

    (answer,) = at_once([attaching(world, basket)])

    assert isinstance(answer, BasketMissingError)
    assert num_files() == 0
