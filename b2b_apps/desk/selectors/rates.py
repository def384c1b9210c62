"""Rates, the bank's answers, contracts by their policy of rates; thresholds of baskets."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from b2b_apps.contracts.models import Contract
from b2b_apps.integrations.models import RateLoad
from b2b_apps.pricing.models import CurrencyRate, PriceThreshold


def rates_of_all_days() -> QuerySet[CurrencyRate]:
    """All rates, for a board. One query when read."""
    return CurrencyRate.objects.select_related("user")


def currencies() -> Iterable[tuple[str, str]]:
    """Currencies that have rates, those of contracts and price lists first. One query."""
    found = CurrencyRate.objects.order_by("currency").values_list("currency", flat=True)
    return [(currency, currency) for currency in found.distinct()]


def rates_latest() -> Sequence[CurrencyRate]:
    """The rate that holds today of each currency that a contract or a list has; by hand beats the
    bank's of the same day. One query.
    """
    used = Q(currency__in=Contract.objects.filter(is_active=True).values("currency")) | Q(
        currency__in=Contract.objects.filter(is_active=True).values("price_type__currency")
    )
    rank = Case(When(source="hand", then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = CurrencyRate.objects.filter(used, day__lte=timezone.localdate()).select_related("user")
    return list(rows.order_by("currency", "-day", rank).distinct("currency"))


def last_loads() -> Sequence[RateLoad]:
    """The last asks of the bank, the newest first. One query."""
    return list(RateLoad.objects.order_by("-pk")[:8])


def contracts_by_rate() -> Sequence[Any]:
    """Active contracts whose prices hang on a rate: in a foreign currency, or with a price type
    in one, or with a policy of their own. One query.
    """
    foreign = ~Q(currency="RUB") | ~Q(price_type__currency="RUB")
    own = Q(rate_policy="fixed") | ~Q(rate_markup_percent=0)
    rows = Contract.objects.filter(foreign | own, is_active=True)
    return list(rows.select_related("counterparty", "price_type").order_by("counterparty__name"))


def thresholds() -> QuerySet[PriceThreshold]:
    """All thresholds, for a board. One query when read."""
    return PriceThreshold.objects.select_related("price_list", "target")


def thresholds_with_contracts(rows: QuerySet[PriceThreshold]) -> QuerySet[PriceThreshold]:
    """Add how many active contracts have the price type. No query of its own."""
    active = Q(price_list__contracts__is_active=True)
    return rows.annotate(num_contracts=Count("price_list__contracts", filter=active))
