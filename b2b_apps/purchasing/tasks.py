"""Entry points of the clock."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from b2b_apps.purchasing.models import GoodsChange
from b2b_apps.purchasing.pairs import pairs_mine

# A basket that was reckoned yesterday is reckoned anew today anyway; no load takes a day.
OF_USE = timedelta(days=2)


@shared_task(name="purchasing.tidy", ignore_result=True)
def tidy() -> None:
    """Forget changes of goods that no basket will ask for any more."""
    GoodsChange.objects.filter(made_at__lt=timezone.now() - OF_USE).delete()


@shared_task(name="purchasing.pairs", ignore_result=True)
def pairs() -> None:
    """Mine anew which goods are bought together."""
    pairs_mine()
