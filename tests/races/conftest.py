"""A server of the races per module that asks for one, and witnesses in the database."""

import pytest

from tests.races import witness
from tests.races.site import site_running


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "races":
            item.add_marker(pytest.mark.race)


@pytest.fixture
def watched(db):
    """The database notes what must never be."""
    witness.watch()
    yield
    witness.unwatch()


@pytest.fixture
def serve(tmp_path):
    """Serve the portal, with or without a protection: ``with serve(off="stock") as site``."""
    return lambda off="": site_running(tmp_path, off=off)
