"""Who may not see prices sees nothing that comes of them: no sum, no price type, no terms."""

import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Employee, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.decisions import Decided
from b2b_apps.contracts.models import CreditAccount, CreditDecision
from b2b_apps.finance.models import Payment
from b2b_apps.purchasing.services.credit import credit_decide
from tests.contracts.orders import account_of, reported
from tests.storefront.goods import add_parent
from tests.storefront.orders import place

MOST_PAGES = 150
# Signs of money; names of price types and terms; figures of prices, orders, payments, limits.
MONEY = re.compile(
    r"₽|€|&#8381;|руб|\bRUB\b|Розничн|Дилерск|Опт\b|отсрочк|предоплат|[Ss]ум+а|Цена|цен[ыа]\b|лимит"
    r"|132[,.]48|70[,.]1234|72[,.]40|101[,.]36|10 ?191|3 ?179|4 ?321|777[,.]77|НДС",
)


class Links(HTMLParser):
    """Where a page leads by links and forms that read."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a":
            self.found.add(values.get("href") or "")
        for name in ("hx-get", "data-href"):
            if values.get(name):
                self.found.add(values[name])


def pages(client, *starts):
    """Yield (url, text) of all pages that can be come to by links."""
    waiting, seen = list(starts), set(starts)
    while waiting and len(seen) < MOST_PAGES * 2:
        url = waiting.pop(0)
        answer = client.get(url, follow=True)
        if answer.streaming or "text/html" not in answer["Content-Type"]:
            continue
        text = answer.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
        yield url, text
        for href in sorted(Links(text).found):
            target = urljoin(url, href.partition("#")[0])
            if target not in seen and not urlsplit(target).netloc:
                seen.add(target)
                waiting.append(target)


def plain(text):
    """A page without the parts that are the same for everybody: styles, scripts, keys."""
    return re.sub(r"<(script|style|template)\b.*?</\1>", " ", text, flags=re.DOTALL)


def around(url, text):
    """Each sign of money of a page, with what stands around it."""
    return [(url, text[m.start() - 60 : m.end() + 20]) for m in MONEY.finditer(text)]


@pytest.fixture
def lived_in(world):
    """A paid order, one that waits for a payment, one that was refused, debts and limits."""
    CreditAccount.objects.filter(contract=world.contracts["own"]).update(
        limit=Decimal("4321.00"), mode=CreditAccount.Mode.RELEASE
    )
    reported(account_of(world), 4000, overdue=3000, days=5)
    orders = [
        place(world, "buyer", credit_seen="release"),
        place(world, "buyer", credit_seen="release"),
        place(world, "buyer", "own_wholesale"),
    ]
    with scopes_disabled():
        manager = world.people["manager"].pk
        Payment.objects.create(
            order=orders[2], number_1c="77", date=date(2026, 11, 20), amount=Decimal("777.77")
        )
        after = Decided(
            CreditDecision.Verdict.AFTER_PAYMENT, "Пусть заплатят 777,77", Decimal("777.77"),
            date(2027, 1, 1),
        )  # fmt: skip
        credit_decide(order_id=orders[0].pk, decided=after, user_id=manager)
        refused = Decided(CreditDecision.Verdict.REFUSE, "Просрочено 777,77 ₽")
        credit_decide(order_id=orders[1].pk, decided=refused, user_id=manager)
    add_parent(world, ["белый", "чёрный"], article="P-1")
    cache.clear()
    return orders


def starts(world, orders):
    section = world.products["cable"].categories.get().get_absolute_url()
    return [
        "/", "/accounts/profile/", "/accounts/change-password/", "/reserves/", "/basket/",
        "/checkout/", "/no-such-page/", reverse("storefront:orders") + "?period=all&size=100",
        reverse("search:search") + "?q=кабель", reverse("search:search") + "?q=no-such",
        section + "?price_from=1&price_to=900", section + "?sort=price&view=tiles",
        *(reverse("storefront:order", args=[order.number]) for order in orders),
        *(reverse("checkout:thank-you", args=[order.number]) for order in orders),
        *(product.get_absolute_url() for product in world.products.values()),
    ]  # fmt: skip


def test_a_clerk_comes_to_no_page_that_tells_of_money(world, client, lived_in):
    client.force_login(world.people["clerk"])
    found, num = [], 0

    for url, text in pages(client, *starts(world, lived_in)):
        num += 1
        found += around(url, plain(text))

    assert found == [], "\n".join(map(str, found))
    assert num > 30


def test_the_same_pages_tell_the_buyer_of_it(world, client, lived_in):
    client.force_login(world.people["buyer"])
    texts = " ".join(plain(text) for _url, text in pages(client, *starts(world, lived_in)))

    assert {m[0] for m in MONEY.finditer(texts)} >= {
        "₽", "Дилерск", "отсрочк", "132,48", "70,1234", "777,77"
    }  # fmt: skip


@pytest.fixture
def mixed(world, client):
    """The buyer of one company is the warehouse clerk of its sister."""
    Membership.objects.create(
        employee=Employee.objects.get(user=world.people["buyer"]),
        counterparty=world.companies["sister"],
        role=Role.WAREHOUSE,
    )
    client.force_login(world.people["buyer"])
    return client


def test_the_switch_tells_the_terms_of_those_companies_alone_where_prices_may_be_seen(world, mixed):
    page = mixed.get(reverse("storefront:orders"))

    choices = {
        choice.id: (choice.label, choice.terms)
        for party in page.context["trade"].parties
        for choice in party.contracts
    }
    assert choices[world.contracts["own"].pk] == ("№ 142/24, Дилерская", "отсрочка 30 дн.")
    assert choices[world.contracts["sister"].pk] == ("№ 88/23-canary-sister-7f3a", "")


def test_a_price_filter_finds_nothing_out(world, client):
    client.force_login(world.people["clerk"])
    url = world.products["cable"].categories.get().get_absolute_url()

    answers = [
        client.get(url, {"price_from": low}).context["listing"].page.paginator.count
        for low in ("1", "100", "100000")
    ]

    assert len(set(answers)) == 1
    assert answers[0] > 0
