"""Which 1C base an order belongs to: that of its organization, or the one for all the rest."""

from collections.abc import Callable

from django.db.models import Q

from b2b_apps.sync1c.models import ExchangeConnection


def is_served_by(connection: ExchangeConnection) -> Callable[[int | None], bool]:
    """Return whether orders of an organization go to this base and hear from it.

    A base bound to an organization serves that one; one that is not serves all organizations
    that no other active base is bound to. One query, or none.
    """
    if connection.organization_id:
        return lambda organization_id: organization_id == connection.organization_id
    others = ExchangeConnection.objects.filter(is_active=True)
    bound = set(
        others.exclude(Q(organization=None) | Q(pk=connection.pk)).values_list(
            "organization_id", flat=True
        )
    )
    return lambda organization_id: organization_id not in bound
