"""Oscar really loads our forks, and their copied migrations are those of the installed wheel."""

import ast
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from oscar.apps.order.exceptions import UnableToPlaceOrder
from oscar.core.loading import get_class

from b2b_apps.core import checks
from b2b_apps.core.checks import forked_classes_are_loaded

ROOT = Path(__file__).resolve().parents[1]
FORKS = sorted(path.parent for path in (ROOT / "forked_oscar").glob("*/migrations"))


def names(folder):
    return sorted(path.name for path in folder.glob("0*.py"))


def test_every_seam_is_ours():
    assert forked_classes_are_loaded(None) == []


def test_the_seams_are_read_off_the_forks():
    """All of them, the models too; a fork that is added is checked without a word here."""
    found = {f"{s.label}.{s.module}.{s.name}" for label in checks.forks() for s in seams(label)}

    assert {
        "basket.models.Basket", "basket.models.Line", "basket.views.BasketView",
        "catalogue.models.Product", "catalogue.views.CatalogueView",
        "catalogue.views.ProductCategoryView", "catalogue.views.ProductDetailView",
        "checkout.views.IndexView", "checkout.views.ThankYouView",
        "customer.forms.EmailAuthenticationForm", "customer.views.AccountAuthView",
        "customer.views.ChangePasswordView", "customer.views.LogoutView",
        "customer.views.ProfileView", "order.models.Line", "order.models.Order",
        "order.utils.OrderCreator", "order.utils.OrderNumberGenerator",
        "partner.models.Partner", "partner.models.StockRecord", "partner.strategy.Selector",
        "search.views.FacetedSearchView",
    } <= found  # fmt: skip


def seams(label):
    return checks.seams_of(label)


def test_the_check_reports_a_class_that_oscar_would_load_itself(monkeypatch):
    from oscar.apps.checkout.views import IndexView

    real = checks.get_class
    monkeypatch.setattr(
        checks,
        "get_class",
        lambda module, name: IndexView if name == "IndexView" else real(module, name),
    )

    (error,) = forked_classes_are_loaded(None)

    assert error.id == "b2b.E001"
    assert "checkout.views.IndexView" in error.msg


def test_the_check_reports_a_model_that_is_oscars(monkeypatch):
    real = checks.get_model
    monkeypatch.setattr(
        checks, "get_model", lambda label, name: None if name == "Partner" else real(label, name)
    )

    (error,) = forked_classes_are_loaded(None)

    assert "partner.models.Partner" in error.msg


def test_the_check_reports_a_fork_that_is_not_installed(monkeypatch):
    def broken(label):
        raise RuntimeError("isn't in an application in INSTALLED_APPS")

    monkeypatch.setattr(checks, "seams_of", broken)

    assert {error.id for error in forked_classes_are_loaded(None)} == {"b2b.E002"}


@pytest.mark.parametrize("fork", FORKS, ids=lambda path: path.name)
def test_copied_migrations_are_those_of_the_installed_oscar(fork):
    theirs = Path(find_spec(f"oscar.apps.{fork.name}.migrations").origin).parent

    assert names(fork / "migrations") == names(theirs)
    for name in names(theirs):
        copied = (fork / "migrations" / name).read_text()
        # Formatting is no difference; the syntax tree is what Django runs.
        assert ast.dump(ast.parse(copied)) == ast.dump(ast.parse((theirs / name).read_text())), name


def test_oscars_strategy_gives_the_price_and_stock_of_the_contract(world):
    strategy = get_class("partner.strategy", "Selector")().strategy(user=world.people["buyer"])
    products = apps.get_model("catalogue", "Product").objects
    cable, breaker = (products.get(pk=world.products[key].pk) for key in ("cable", "breaker"))

    info = strategy.fetch_for_product(cable)

    assert info.price.incl_tax == Decimal("70.1234")
    assert info.availability.is_purchase_permitted(Decimal(100)) == (True, "")
    packs = strategy.fetch_for_product(breaker).availability
    assert packs.is_available_to_buy
    assert not packs.is_purchase_permitted(Decimal(13))[0]
    assert not packs.is_purchase_permitted(Decimal(12_000))[0]
    assert not strategy.fetch_for_product(world.products["no_price"]).price.exists


def test_oscars_strategy_prices_a_page_at_once(world, django_assert_num_queries):
    strategy = get_class("partner.strategy", "Selector")().strategy(user=world.people["buyer"])
    products = [world.products[key] for key in ("breaker", "cable", "lamp")]
    strategy.prime([product.pk for product in products])
    records = {product.pk: product.stockrecords.first() for product in products}

    with django_assert_num_queries(0):
        for product in products:
            strategy.fetch_for_product(product, records[product.pk])


def test_oscars_own_way_to_place_an_order_is_shut(world):
    with pytest.raises(UnableToPlaceOrder):
        get_class("order.utils", "OrderCreator")().place_order(None, None)

    number = get_class("order.utils", "OrderNumberGenerator")().order_number()
    assert len(number) == 9
    assert apps.get_model("order", "Line").objects.count() == 0
