"""Gets the bank's rates up to date; a failure leaves the old ones and says so."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from b2b_apps.core.outbound import OutboundError, outbound_get
from b2b_apps.core.outbox import outbox_put
from b2b_apps.integrations.cbr.daily import BadRatesError, DailyRates, daily_rates
from b2b_apps.integrations.models import RateLoad
from b2b_apps.pricing.rates import bank_rates_store

MOSCOW = ZoneInfo("Europe/Moscow")
# The bank sets the rates of the next day in the afternoon.
NEXT_DAY_FROM_HOUR = 17
# How far back missed days are fetched, and the longest holidays there are.
MISSED = timedelta(days=30)
HOLIDAYS = timedelta(days=14)
KEEP = timedelta(days=90)
# A load that waits longer is taken for lost.
PATIENCE = timedelta(minutes=10)
TOPIC = "integrations.rates"
State = RateLoad.State


def rates_due(now: datetime) -> date:
    """The day whose rates should be there by now."""
    moscow = now.astimezone(MOSCOW)
    return moscow.date() + timedelta(days=moscow.hour >= NEXT_DAY_FROM_HOUR)


def rates_catch_up(*, now: datetime | None = None) -> RateLoad | None:
    """Load what is missing up to the day that is due; None if nothing is.

    The same as the clock does it: called again it asks again only after a failure.
    """
    due = rates_due(now or timezone.now())
    if RateLoad.objects.filter(state=State.DONE, asked_day__gte=due).exists():
        return None
    return rates_load(load=RateLoad.objects.create(asked_day=due))


@transaction.atomic
def rates_request(*, now: datetime | None = None) -> RateLoad:
    """Put a load into the queue: for a button. One that waits already is not doubled."""
    due = rates_due(now or timezone.now())
    recent = timezone.now() - PATIENCE
    load = RateLoad.objects.filter(state=State.WAITING, started_at__gte=recent).first()
    if load is None:
        load = RateLoad.objects.create(asked_day=due)
        outbox_put(topic=TOPIC, key=f"rates:{load.pk}", payload={"load_id": load.pk})
    return load


def rates_load(*, load: RateLoad) -> RateLoad:
    """Ask the bank for the load's day and for the days before it that are missing.

    Each answer is stored as it comes, so a failure half-way keeps what came. One request per
    day that has rates: from an answer's own day the way goes back.
    """
    wanted, oldest = load.asked_day, max(_complete_to(load.asked_day), load.asked_day - MISSED)
    try:
        while wanted > oldest or load.day is None:
            answer = _ask(wanted)
            load.num_written += bank_rates_store(day=answer.day, rates=answer.rates)
            load.day = load.day or answer.day
            load.left_out = load.left_out or ", ".join(answer.unknown)[:255]
            wanted = answer.day - timedelta(days=1)
        load.state = State.DONE
    except (OutboundError, BadRatesError) as error:
        load.state, load.problem, load.detail = State.FAILED, error.code, error.detail[:255]
    load.finished_at = timezone.now()
    load.save()
    RateLoad.objects.filter(started_at__lt=timezone.now() - KEEP).delete()
    return load


def _complete_to(asked: date) -> date:
    """The day up to which nothing is missing; for the first load ever, the one before it."""
    whole = RateLoad.objects.filter(state=State.DONE, asked_day__lt=asked)
    last = whole.order_by("-asked_day").values_list("asked_day", flat=True).first()
    return last or asked - timedelta(days=1)


def _ask(day: date) -> DailyRates:
    """Return what the bank says of ``day``: of that day, or of the last one before it."""
    body = outbound_get(settings.CBR_URL, params={"date_req": f"{day:%d/%m/%Y}"})
    answer = daily_rates(body)
    if not day - HOLIDAYS <= answer.day <= day:
        raise BadRatesError("day", f"{answer.day:%d.%m.%Y}")
    return answer
