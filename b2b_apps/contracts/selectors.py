"""Questions about contracts."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract


def contracts_for(*, counterparty_ids: Collection[int], day: date) -> QuerySet[Contract]:
    """Contracts that the counterparties may buy under on ``day``. One query when read."""
    with scopes_disabled():
        return (
            Contract.objects.filter(counterparty_id__in=counterparty_ids, is_active=True)
            .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
            .filter(counterparty__is_active=True)
            .select_related("counterparty__manager__user", "price_type", "organization")
            .order_by("counterparty__name", "number", "pk")
        )
