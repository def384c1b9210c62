"""Rates of currencies: the bank's, by day, and those set by hand, which are stronger."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.pricing.models import CurrencyRate

Source = CurrencyRate.Source


@transaction.atomic
def bank_rates_store(*, day: date, rates: Mapping[str, Decimal]) -> int:
    """Write the bank's rates of a day; return how many were new or differed. Two queries.

    Two stores of the same day at once end as one: the rows are unique.
    """
    stored = dict(
        CurrencyRate.objects.filter(day=day, source=Source.BANK).values_list("currency", "rate")
    )
    now = timezone.now()
    rows = [
        CurrencyRate(currency=currency, day=day, rate=rate, source=Source.BANK, loaded_at=now)
        for currency, rate in sorted(rates.items())
        if stored.get(currency) != rate
    ]
    CurrencyRate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["currency", "day", "source"],
        update_fields=["rate", "loaded_at"],
    )
    return len(rows)


def bank_rate(*, currency: str, day: date) -> Decimal | None:
    """Return the bank's last rate until ``day``, or None. One query."""
    rows = CurrencyRate.objects.filter(currency=currency, day__lte=day, source=Source.BANK)
    return rows.order_by("-day").values_list("rate", flat=True).first()


def rate_set(*, currency: str, day: date, rate: Decimal, user_id: int) -> CurrencyRate:
    """Set a rate by hand, from ``day`` on until the bank's next one. Two queries."""
    row, _new = CurrencyRate.objects.update_or_create(
        currency=currency,
        day=day,
        source=Source.HAND,
        defaults={"rate": rate, "user_id": user_id},
    )
    return row


def rate_unset(*, rate_id: int) -> bool:
    """Take a rate that was set by hand away; the bank's of that day holds again. One query."""
    gone, _by_model = CurrencyRate.objects.filter(pk=rate_id, source=Source.HAND).delete()
    return bool(gone)
