"""Loads СДЭК's cities and delivery points, page by page, into ours."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from b2b_apps.core.outbox import outbox_put
from b2b_apps.delivery.carriers.interface import CarrierError
from b2b_apps.delivery.carriers.prices import kept_tariffs_purge
from b2b_apps.delivery.models import CarrierCity, CarrierPoint
from b2b_apps.delivery.places import folded
from b2b_apps.integrations.cdek.client import CODE, Client
from b2b_apps.integrations.cdek.wire import City, Point, cities_from, points_from
from b2b_apps.integrations.models import CarrierAccount

TOPIC = "integrations.cdek_directory"
COUNTRY = "RU"
PAGE = 1000
MOST_PAGES = 500
PAGE_SECONDS = 30.0
AGE = timedelta(hours=20)


def directory_request(*, account: CarrierAccount) -> None:
    """Have a worker load the directory: for a button."""
    CarrierAccount.objects.filter(pk=account.pk).update(directory_state="waiting")
    now = timezone.now()
    key = f"{TOPIC}:{account.pk}:{now:%Y%m%d%H%M}"
    outbox_put(topic=TOPIC, key=key, payload={"account_id": account.pk})


def directories_refresh() -> None:
    """Load the directory anew if it is a day old. For the clock."""
    due = CarrierAccount.objects.filter(carrier=CODE, is_active=True)
    for account in due.exclude(directory_at__gte=timezone.now() - AGE):
        directory_load(account=account)
    kept_tariffs_purge()


def directory_load(*, account: CarrierAccount) -> bool:
    """Load all cities and points of the country; return whether it succeeded.

    Pages are written as they come, so memory holds one. What is gone from the directory is only
    taken out when all of it has come: a carrier that fails half-way closes no point.
    """
    started = timezone.now()
    try:
        for cities in _cities(account):
            _write_cities(cities)
        for points in _points(account):
            _write_points(points)
    except CarrierError:
        CarrierAccount.objects.filter(pk=account.pk).update(directory_state="failed")
        return False
    CarrierCity.objects.filter(carrier=CODE, loaded_at__lt=started).delete()
    gone = CarrierPoint.objects.filter(carrier=CODE, loaded_at__lt=started)
    gone.update(is_active=False)
    CarrierAccount.objects.filter(pk=account.pk).update(
        directory_state="", directory_at=timezone.now()
    )
    return True


def _cities(account: CarrierAccount) -> Iterator[list[City]]:
    for page in range(MOST_PAGES):
        cities = cities_from(_page(account, "location/cities", page, country_codes=COUNTRY))
        yield cities
        if len(cities) < PAGE:
            if not page and not cities:
                raise CarrierError("answer", "cities")
            return


def _points(account: CarrierAccount) -> Iterator[list[Point]]:
    for page in range(MOST_PAGES):
        points, num = points_from(_page(account, "deliverypoints", page, country_code=COUNTRY))
        yield points
        if num < PAGE:
            return


def _page(account: CarrierAccount, path: str, page: int, **params: str) -> bytes:
    client = Client(account, seconds=PAGE_SECONDS, is_patient=True)
    return client.get(path, {**params, "size": str(PAGE), "page": str(page)})


def _write_cities(cities: list[City]) -> None:
    now = timezone.now()
    CarrierCity.objects.bulk_create(
        [
            CarrierCity(
                carrier=CODE,
                code=city.code,
                name=city.name,
                folded=folded(city.name),
                region=city.region,
                loaded_at=now,
            )
            for city in {city.code: city for city in cities}.values()
        ],
        update_conflicts=True,
        unique_fields=["carrier", "code"],
        update_fields=["name", "folded", "region", "loaded_at"],
    )


def _write_points(points: list[Point]) -> None:
    now = timezone.now()
    CarrierPoint.objects.bulk_create(
        [
            CarrierPoint(
                carrier=CODE,
                code=point.code,
                city_code=point.city_code,
                name=point.name,
                address=point.address,
                hours=point.hours,
                max_kg=point.max_kg,
                is_active=True,
                loaded_at=now,
            )
            for point in {point.code: point for point in points}.values()
        ],
        update_conflicts=True,
        unique_fields=["carrier", "code"],
        update_fields=["city_code", "name", "address", "hours", "max_kg", "is_active", "loaded_at"],
    )
