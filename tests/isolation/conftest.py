"""One world for all of the matrix: making it anew for each URL is what took the time."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tests.isolation.declared import PICTURE
from tests.isolation.town import build_town


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, tmp_path_factory):
    """The town of a module; all it holds is rolled back at the end."""
    media = tmp_path_factory.mktemp("media")
    (media / PICTURE).parent.mkdir(parents=True)
    (media / PICTURE).write_bytes(b"\x89PNG\r\n\x1a\n")
    cache.clear()
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media),
        transaction.atomic(),
    ):
        yield build_town()
        transaction.set_rollback(True)
