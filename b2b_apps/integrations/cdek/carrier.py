"""СДЭК as the checkout knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from b2b_apps.delivery.carriers.interface import (
    CarrierError,
    Route,
    Tariff,
    carrier_register,
)
from b2b_apps.integrations.cdek.client import CODE, Client
from b2b_apps.integrations.cdek.wire import route_body, tariffs_from
from b2b_apps.integrations.models import CarrierAccount

NAME = "СДЭК"


@dataclass(frozen=True)
class Cdek:
    """The carrier by its account."""

    account: CarrierAccount
    name: str = NAME

    @property
    def kg_per_piece(self) -> Decimal:
        return self.account.kg_per_piece

    def tariffs(self, route: Route, *, seconds: float) -> Sequence[Tariff]:
        client = Client(self.account, seconds=seconds)
        body = client.post("calculator/tarifflist", route_body(route))
        try:
            return tariffs_from(body)
        except CarrierError as error:
            CarrierAccount.objects.filter(pk=self.account.pk).update(
                problem="answer", detail=error.detail[:255], failed_at=timezone.now()
            )
            raise


def cdek() -> Cdek | None:
    """Return the carrier if it is switched on and its directory is there. One query."""
    account = CarrierAccount.objects.filter(
        carrier=CODE, is_active=True, directory_at__isnull=False
    ).first()
    return Cdek(account) if account else None


carrier_register(CODE, cdek)
