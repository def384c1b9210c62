"""One shop for a module, made once; what an ask has written is undone after it."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django_scopes import scopes_disabled

from tests.refused.shop import build_shop


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    media = tmp_path_factory.mktemp("media")
    cache.clear()
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, SHOWCASE="open"),
        transaction.atomic(),
    ):
        yield build_shop()
        transaction.set_rollback(True)


@pytest.fixture
def shop(made):
    cache.clear()
    with transaction.atomic(), scopes_disabled():
        yield made
        transaction.set_rollback(True)
