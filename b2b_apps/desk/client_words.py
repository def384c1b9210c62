"""What goes on with a client, in words: what to do, what was done, shipments as bars."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.companies.roles import PERMISSIONS, PLACE_ORDERS, SEE_DEBTS, SEE_PRICES
from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry
from b2b_apps.contracts.standing import standing_of
from b2b_apps.core.figures import CURRENCY_SIGNS, money_text
from b2b_apps.desk.charts import Chart, Value, chart_of
from b2b_apps.desk.credit_words import change_told, price_types_of, term_told
from b2b_apps.desk.selectors.baskets import FORGOTTEN_AFTER
from b2b_apps.desk.selectors.client_life import NUM_JOURNAL, Journal, Month, Waiting, ends_soon


class Todo(NamedTuple):
    """One thing to do: a status and its word, what is the matter, where it is done."""

    kind: str
    word: str
    text: str
    url: str
    verb: str


class Deed(NamedTuple):
    """One line of the journal; ``who`` is "" where the portal or 1C did it."""

    at: datetime
    who: str
    text: str


class Rights(NamedTuple):
    """What a role may do, as the table of people asks."""

    orders: bool
    prices: bool
    debts: bool


def rights_of(role: str) -> Rights:
    granted = PERMISSIONS.get(role, frozenset())
    return Rights(PLACE_ORDERS in granted, SEE_PRICES in granted, SEE_DEBTS in granted)


def todos(
    *, contracts: Sequence[Contract], waiting: Waiting, baskets: Sequence[Any], now: datetime
) -> Sequence[Todo]:
    """What to do about a client, the worst first. No query."""
    return [
        *_overdue(contracts, now),
        *_waiting(waiting),
        *_baskets(baskets, now),
        *_lists(contracts, now),
    ]


def _overdue(contracts: Sequence[Contract], now: datetime) -> list[Todo]:
    found = []
    for contract in contracts:
        account = getattr(contract, "credit", None)
        if account is None or not account.overdue:
            continue
        days = standing_of(account, day=now.date()).overdue_days
        sign = CURRENCY_SIGNS.get(account.currency, account.currency)
        text = ngettext("%(no)s, %(n)d day.", "%(no)s, %(n)d days.", days)
        url = reverse("dashboard:credit-account", args=[account.pk])
        word = _("overdue %(sum)s") % {"sum": f"{money_text(account.overdue)} {sign}"}
        told = text % {"no": contract, "n": days}
        found.append(Todo("bad", word, told, url, _("Credit account")))
    return found


def _waiting(waiting: Waiting) -> list[Todo]:
    verb = _("Look and sign")
    found = []
    for order in waiting.orders:
        url = reverse("dashboard:credit-order", args=[order.number])
        text = f"{order.number}, {money_text(order.total_incl_tax)}"
        found.append(Todo("warn", _("credit has stopped an order"), text, url, _("Decide")))
    for proposal in waiting.limits:
        url = reverse("dashboard:credit-limit", args=[proposal.pk])
        found.append(Todo("warn", _("a limit waits to be signed"), proposal.reason, url, verb))
    for change in waiting.changes:
        url = reverse("dashboard:contract-change", args=[change.pk])
        word = _("terms of a contract wait to be signed")
        found.append(Todo("warn", word, f"{change.contract}: {change.reason}", url, verb))
    return found


def _baskets(baskets: Sequence[Any], now: datetime) -> list[Todo]:
    found = []
    for basket in baskets:
        days = (now - basket.touched_at).days
        if now - basket.touched_at < FORGOTTEN_AFTER:
            continue
        word = ngettext("a basket waits for %(n)d day", "a basket waits for %(n)d days", days)
        lines = ngettext("%(n)s line", "%(n)s lines", basket.cached_num_lines)
        text = _("%(lines)s of %(sum)s, %(who)s") % {
            "lines": lines % {"n": basket.cached_num_lines},
            "sum": money_text(basket.cached_total),
            "who": basket.owner.get_full_name() or basket.owner.email,
        }
        found.append(Todo("warn", word % {"n": days}, text, "", ""))
    return found


def _lists(contracts: Sequence[Contract], now: datetime) -> list[Todo]:
    found = []
    for price_list in ends_soon([c.own_price_list for c in contracts], day=now.date()):
        word = _("its prices end on %(day)s") % {"day": date_format(price_list.valid_to, "d.m")}
        url = reverse("dashboard:price-list", args=[price_list.pk])
        found.append(Todo("new", word, price_list.name, url, _("Prices")))
    return found


def journal_told(journal: Journal) -> Sequence[Deed]:
    """The last deeds of people, the newest first. One query if terms of contracts changed."""
    deeds = [Deed(e.booked_at, _who(e.user), _limit_told(e)) for e in journal.limits]
    for decision in journal.decisions:
        text = f"{decision.order.number}: {decision.get_verdict_display()}. {decision.reason}"
        deeds.append(Deed(decision.decided_at, _who(decision.author), text))
    lists = price_types_of(journal.changes) if journal.changes else {}
    for change in journal.changes:
        told = f"{change.contract}, {change_told(change, lists)}: {change.get_state_display()}"
        deeds.append(Deed(change.proposed_at, _who(change.author), told))
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:NUM_JOURNAL]


def _limit_told(entry: CreditEntry) -> str:
    names = {field.name: field.verbose_name for field in CreditAccount._meta.fields}
    parts = [
        f"{names[name]}: {term_told(name, entry.details[name][0])} → "
        f"{term_told(name, entry.details[name][1])}"
        for name in names
        if name in entry.details
    ]
    text = f"{entry.account.contract}, {'; '.join(parts)}"
    proposal = getattr(entry, "proposal", None)
    signed = f" ({_who(proposal.closed_by)})" if proposal is not None else ""
    return f"{text}{signed}"


def _who(user: Any) -> str:
    return (user.get_full_name() or user.email) if user is not None else _("1C")


def months_chart(months: Sequence[Month]) -> Chart:
    """Shipments by month with the year before as ticks. No query."""
    values = [
        Value(
            date_format(m.first, "M").lower()[:3],
            m.amount,
            m.year_ago,
            f"{date_format(m.first, 'F Y')}: {money_text(m.amount)}",
        )
        for m in months
    ]
    return chart_of(values, now=len(values) - 1, unit=Decimal(1000), width=820, height=124)
