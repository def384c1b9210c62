"""Limits and terms that two sign, in words: each as it was and as it will be."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from b2b_apps.contracts.limits import terms_proposed
from b2b_apps.contracts.models import (
    Contract,
    ContractChange,
    CreditAccount,
    CreditProposal,
)
from b2b_apps.contracts.services import terms_text
from b2b_apps.contracts.standing import Standing
from b2b_apps.contracts.terms import change_terms, contract_terms_text
from b2b_apps.core.figures import CURRENCY_SIGNS, money_text, quantity_text
from b2b_apps.desk.charts import Chart, Value, chart_of
from b2b_apps.desk.selectors.forecast import Due, Forecast
from b2b_apps.pricing.models import PriceList

ZERO = Decimal(0)
# From so much on the axis is told in thousands.
THOUSANDS_FROM = 10_000


class TermRow(NamedTuple):
    """One of the terms, told; ``is_changed`` if the proposal changes it."""

    name: str
    was: str
    now: str
    is_changed: bool


class Ahead(NamedTuple):
    """A forecast of an account with its bars: of what is free, or of the debt where credit is not
    watched. ``let_go`` is the order that it reckons with as if it were let go.
    """

    standing: Standing
    forecast: Forecast
    let_go: Due | None
    chart: Chart
    unit: str

    @property
    def is_free(self) -> bool:
        return self.standing.is_watched


def ahead_of(standing: Standing, forecast: Forecast, let_go: Due | None = None) -> Ahead:
    """Return a forecast with its chart; the first bar that grows is the marked one. No query."""
    most = max(max(w.used, w.free or ZERO) for w in forecast.weeks)
    is_large = most >= THOUSANDS_FROM
    values = [
        Value(
            date_format(week.day, "j.m"),
            week.free if week.free is not None else week.used,
            week.used if standing.is_watched else None,
            f"{date_format(week.day, 'd.m.Y')}: {money_text(week.free or week.used)}",
        )
        for week in forecast.weeks
    ]
    sizes = [value.size for value in values]
    moved = next((place for place, size in enumerate(sizes) if size != sizes[0]), 0)
    sign = CURRENCY_SIGNS.get(standing.currency, standing.currency)
    unit = f"{_('thousand')} {sign}" if is_large else sign
    chart = chart_of(values, now=moved, unit=Decimal(1000 if is_large else 1))
    return Ahead(standing, forecast, let_go, chart, unit)


def proposal_rows(proposal: CreditProposal) -> Sequence[TermRow]:
    """Return every term of a proposal as it was and as it will be. No query."""
    was, now = proposal.was, terms_text(terms_proposed(proposal))
    names = {field.name: field.verbose_name for field in CreditProposal._meta.fields}
    return [
        TermRow(
            str(names[name]),
            term_told(name, was.get(name)),
            term_told(name, now[name]),
            was.get(name) != now[name],
        )
        for name in now
    ]


def price_types_of(changes: Collection[ContractChange]) -> Mapping[int, str]:
    """Return the names of the price types that changes speak of. One query."""
    ids = {change.price_type_id for change in changes}
    ids |= {int(change.was.get("price_type_id") or 0) for change in changes}
    return dict(PriceList.objects.filter(pk__in=ids).values_list("pk", "name"))


def change_rows(change: ContractChange, lists: Mapping[int, str]) -> Sequence[TermRow]:
    """Return the terms of a contract as they were and as the change wants them. No query."""
    was, now = change.was, contract_terms_text(change_terms(change))
    names = {field.attname: field.verbose_name for field in ContractChange._meta.fields}
    return [
        TermRow(
            str(names[name]),
            _contract_term(name, was.get(name), lists),
            _contract_term(name, now[name], lists),
            was.get(name) != now[name],
        )
        for name in now
        if not (name == "prepaid_percent" and _nothing(was.get(name)) and _nothing(now[name]))
    ]


def change_told(change: ContractChange, lists: Mapping[int, str]) -> str:
    """What a change does, in one line: only what differs. No query."""
    rows = (row for row in change_rows(change, lists) if row.is_changed)
    return "; ".join(f"{row.name}: {row.was} → {row.now}" for row in rows)


def gives_told(change: ContractChange) -> str:
    """What a change gives the client: «отсрочку или аванс, цены»."""
    words = {
        "payment": _("later or smaller payments in advance"),
        "prices": _("other prices"),
        "term": _("a longer term of the contract"),
    }
    return ", ".join(words[code] for code in change.gives)


def _nothing(text: str | None) -> bool:
    return not text or not Decimal(text)


def _contract_term(name: str, text: str | None, lists: Mapping[int, str]) -> str:
    if name == "price_type_id":
        return lists.get(int(text or 0), "—")
    if name == "payment_kind":
        return str(Contract.PaymentKind(text).label) if text else "—"
    if name == "valid_to":
        return _("without end") if text is None else _day(text)
    if name == "prepaid_percent":
        return quantity_text(Decimal(text or 0))
    return text or "0"


def term_told(name: str, text: str | None) -> str:
    """A term of credit as a person reads it; ``text`` as it is kept."""
    if name == "limit":
        return _("credit is not watched") if text is None else money_text(Decimal(text))
    if name == "limit_valid_to":
        return _("without end") if text is None else _day(text)
    if name == "mode":
        return str(CreditAccount.Mode(text or CreditAccount.Mode.BLOCK).label)
    if name == "blocks_on_overdue":
        return _("yes") if text == "True" else _("no")
    return text or "0"


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "d.m.Y")
