"""The cast of the tests, and the order of a run of several processes."""

import gc

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.test import TransactionTestCase
from django_scopes import scopes_disabled
from pytest_django import fixtures
from pytest_django.plugin import blocking_manager_key

from scripts.messages import compile_catalogues
from tests import database, factories
from tests.standing import Standing, stands_for

# What takes longest, the longest first: begun last, it would leave one process without work.
HEAVY = (
    "tests/isolation/test_desk.py",
    "tests/isolation/test_shop.py",
    "tests/fuzz/test_fuzz.py",
    "tests/fixtures/test_demo_data.py",
    "tests/desk/test_access.py",
    "tests/contracts/test_credit_model.py",
    "tests/inventory/test_stock_model.py",
    "tests/documents/test_fetcher.py",
    "tests/pricing/test_rule_index.py",
)


def pytest_configure(config):
    # pytest-django empties the database after tests that commit by this class.
    TransactionTestCase._fixture_teardown = lambda case: database.emptied()
    # It makes none unless a test has its mark; what a module shares asks for one by fixture.
    fixtures._get_databases_for_setup = lambda items: ({DEFAULT_DB_ALIAS}, set())
    # The .mo files are not kept in git; workers find them made.
    if not hasattr(config, "workerinput"):
        compile_catalogues()


def pytest_collection_modifyitems(config, items):
    """Let one process of several begin with what is heavy; xdist hands modules out in this order.

    Alone, the order stays pytest-django's, which runs tests that flush the database last.
    """
    if hasattr(config, "workerinput"):
        places = {module: place for place, module in enumerate(HEAVY)}
        items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(HEAVY)))


def pytest_collection_finish(session):
    # Modules and templates stay to the end: looking through them time and again frees nothing.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter, exitstatus):
    """Say why a database that went away under the tests did so."""
    log = settings.DATA_DIR / "postgres" / "log"
    if exitstatus and database.is_kept() and log.exists():
        last = log.read_text(errors="replace").splitlines()[-15:]
        if not (log.parent / "postmaster.pid").exists():
            terminalreporter.section("PostgreSQL has ended")
            terminalreporter.write_line("\n".join(last))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request, django_db_modify_db_settings_parallel_suffix, django_db_blocker
):
    if database.is_kept() and not request.config.getoption("create_db"):
        with django_db_blocker.unblock():
            database.start_from_kept()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    # One that stood already may hold what tests have left in it.
    if database.is_kept() and not request.config.getoption("reuse_db"):
        with django_db_blocker.unblock():
            database.keep(anew=request.config.getoption("create_db"))
    yield
    with django_db_blocker.unblock():
        _standing.fall()


_standing = Standing()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Let the world fall before anything is made for a test that must not see it."""
    if _standing.is_up and not stands_for(item):
        with item.config.stash[blocking_manager_key].unblock():
            _standing.fall()


@pytest.fixture
def _django_db_helper(
    request, django_db_setup, django_db_blocker, _standing_world, _django_db_helper
):
    """pytest-django's transaction of a test, within that of the world that stands."""


@pytest.fixture
def _standing_world(request, django_db_setup, django_db_blocker):
    if stands_for(request.node):
        with django_db_blocker.unblock():
            _standing.stand()


@pytest.fixture
def world(db):
    """Two holdings, three counterparties, five persons, two contracts each, goods with prices."""
    if (found := _standing.copied()) is not None:
        return found
    with scopes_disabled():
        return factories.build_world()
