"""Pages of one record: 1C's texts are never markup, and the trace tells what prices_for says."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from b2b_apps.desk.exchange_words import counts_worded
from b2b_apps.desk.selectors.exchange import EXAMPLES, session_card
from b2b_apps.desk.selectors.prices import price_trace
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.selectors import prices_for
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem, ExchangeSession
from tests.desk.conftest import HOSTILE

DAY = date(2026, 11, 24)


@pytest.mark.parametrize("name", ["exchange", "exchange-session", "exchange-outgoing", "index"])
def test_texts_of_1c_are_escaped(desk, staff, name):
    arguments = [desk.session.pk] if name == "exchange-session" else None

    page = staff.get(reverse(f"dashboard:{name}", args=arguments)).content.decode()

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(&quot;1C&quot;)&lt;/script&gt;" in page


def test_the_monitor_shows_the_line_of_the_xml(desk, staff):
    page = staff.get(reverse("dashboard:exchange-session", args=[desk.session.pk]))

    assert 'class="hit" data-n="20422"' in " ".join(page.content.decode().split())


def test_problems_are_grouped_by_cause_with_the_first_few_of_each(desk):
    file = desk.session.files.get()
    ExchangeProblem.objects.bulk_create(
        ExchangeProblem(file=file, code="no_unit", kind="product", level="warning", text=str(n))
        for n in range(40)
    )

    card = session_card(desk.session.pk)

    assert [(c.code, c.number, len(c.examples)) for c in card.causes] == [
        ("no_price_type", 1, 1),
        ("no_unit", 40, EXAMPLES),
    ]
    assert card.num_problems == 41


def test_a_running_import_is_shown_and_asked_for_again(desk, staff):
    ExchangeFile.objects.create(
        session=desk.session, name="offers0_1.xml", state="running", progress=1200
    )

    page = staff.get(reverse("dashboard:exchange-live")).content.decode()

    assert "offers0_1.xml" in page
    assert 'hx-trigger="every 3s"' in page


def test_the_address_for_1c_is_on_the_monitor(desk, staff):
    assert (
        "http://testserver/exchange/1c" in staff.get(reverse("dashboard:exchange")).content.decode()
    )


@pytest.mark.parametrize("contract", ["own", "own_wholesale", "own_on_top"])
@pytest.mark.parametrize("product", ["cable", "breaker", "lamp"])
def test_the_trace_ends_with_the_price_that_the_buyer_sees(desk, contract, product):
    world = desk.world
    goods = world.products[product]
    seen = prices_for(context=world.context("buyer", contract), product_ids=[goods.pk])[goods.pk]

    trace = price_trace(
        contract=world.contracts[contract], product=goods, quantity=Decimal(12), day=DAY
    )

    assert trace.unit_price == seen.unit_price_at(Decimal(12))
    assert [s.price_list.pk for s in trace.steps if s.state == "yes"] == [seen.price_list_id]


def test_the_trace_says_why_a_list_does_not_count(desk):
    world = desk.world
    contract, cable = world.contracts["own"], world.products["cable"]
    reasons = {}

    def look(word):
        trace = price_trace(contract=contract, product=cable, quantity=Decimal(1), day=DAY)
        reasons[word] = [(s.state, s.amount) for s in trace.steps]
        return [s.reason for s in trace.steps]

    usual = look("usual")
    Price.objects.filter(price_list=world.lists["own"]).update(valid_to=date(2020, 1, 1))
    expired = look("expired")
    Price.objects.filter(price_list=world.lists["own"]).delete()
    missing = look("missing")
    PriceList.objects.filter(pk=world.lists["own"].pk).update(is_active=False)
    off = look("off")

    assert reasons["usual"] == [("yes", Decimal("70.1234")), ("no", Decimal("72.4050"))]
    assert reasons["off"] == [("no", None), ("yes", Decimal("72.4050"))]
    assert len({usual[0], expired[0], missing[0], off[0]}) == 4


def test_a_product_without_a_price_is_traced_to_nothing(desk, staff):
    query = {"contract": desk.world.contracts["own"].pk, "product": "SCHIT-1"}

    page = staff.get(reverse("dashboard:price-why"), query)

    assert page.context["trace"].price is None
    assert [step.state for step in page.context["trace"].steps] == ["no", "no"]


@pytest.mark.parametrize("quantity", ["0", "-1", "много", "NaN", "1e99"])
def test_an_odd_quantity_is_refused_in_words(desk, staff, quantity):
    query = {"contract": "142/24", "product": "VVG3X25LS", "quantity": quantity}

    page = staff.get(reverse("dashboard:price-why"), query)

    assert page.status_code == 200
    assert page.context["trace"] is None


def test_an_order_shows_its_sums_shipments_payments_and_documents(desk, staff):
    page = staff.get(reverse("dashboard:order", args=[desk.owned["own"].order_number]))

    card = page.context["card"]
    assert (len(card.lines), len(card.shipments), len(card.payments), len(card.documents)) == (
        1, 1, 1, 1
    )  # fmt: skip
    assert card.left_to_pay == Decimal("243.00")
    assert page.context["outbox"][0] == "bad"


def polls(desk, number):
    ExchangeSession.objects.bulk_create(
        ExchangeSession(
            connection=desk.connection, kind="sale", state="done", is_idle=True, cookie=f"p-{n}"
        )
        for n in range(number)
    )


def test_the_monitor_tells_empty_polls_in_one_line(desk, staff):
    worked = list(ExchangeSession.objects.values_list("pk", flat=True))
    polls(desk, 42)

    page = staff.get(reverse("dashboard:exchange"))

    assert [s.pk for s, _status in page.context["sessions"]] == worked
    assert page.context["card"]["session"] == desk.session
    assert page.context["totals"]["sessions"] == len(worked)
    assert page.context["totals"]["polls"] == 42
    assert "42 пустых опроса, последний в" in page.content.decode()
    assert "?view=polls" in page.content.decode()


def test_a_monitor_with_polls_alone_shows_them(desk, staff):
    ExchangeSession.objects.all().delete()
    polls(desk, 1)

    page = staff.get(reverse("dashboard:exchange"))

    assert page.status_code == 200
    assert "1 пустой опрос, последний в" in page.content.decode()


def test_the_list_of_sessions_shows_polls_only_if_asked(desk, staff):
    worked = ExchangeSession.objects.count()
    polls(desk, 3)
    url = reverse("dashboard:exchange-sessions")

    usual, asked = staff.get(url).context["page"], staff.get(url, {"view": "polls"}).context["page"]

    assert (usual.count, asked.count) == (worked, 3)


def test_counts_of_a_file_are_words_without_zeros(desk, staff):
    counts = {
        "unit": {"read": 1, "created": 1, "changed": 0, "unchanged": 0, "failed": 0},
        "product": {"read": 1203, "created": 0, "changed": 3, "unchanged": 1198, "failed": 2},
        "stock": {"read": 0, "created": 0, "changed": 0, "unchanged": 21, "failed": 0},
        "region": {"read": 0, "created": 0, "changed": 0, "unchanged": 0, "failed": 0},
        "нечто": {"read": 2, "created": 2},
    }

    with override("ru"):
        lines = [(line.what, line.done, line.is_bad) for line in counts_worded(counts)]

    assert lines == [
        ("1\u00a0203 товара", "изменено 3, без изменений 1\u00a0198, не принято 2", True),
        ("остатки 21 предложения", "без изменений", False),
        ("1 единица измерения", "новых 1", False),
        ("2 объекта", "новых 2", False),
    ]


def test_staff_read_the_payment_terms_that_the_buyer_reads(world, staff):
    contract = world.contracts["own"]
    type(contract).objects.filter(pk=contract.pk).update(
        payment_kind="stages", prepaid_percent=30, deferral_days=14
    )

    page = staff.get(reverse("dashboard:contract", args=[contract.pk])).content.decode()

    assert "аванс 30 %, отсрочка 14 дн." in page
