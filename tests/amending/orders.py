"""Orders that are changed in tests: 24 breakers and 100 m of cable, all from Rostov."""

from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.amending.change import Actor, AddedGoods, Change
from b2b_apps.amending.models import OrderRevision
from b2b_apps.amending.services import order_change
from b2b_apps.core.management.commands.audit_invariants import invariants
from b2b_apps.inventory.models import StockHold


def fresh(order):
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.get(pk=order.pk)


def lines_of(order):
    """{article: line}, the last of a position."""
    with scopes_disabled():
        return {line.article: line for line in order.lines.order_by("position", "pk")}


def actor(world, person="buyer", who="buyer"):
    context = world.context(person) if who != "staff" else None
    return Actor(world.people[person].pk, who, context.employee_id if context else None)


def asked(order, quantities=None, added=(), **kw):
    """A change of an order as it is now; ``quantities`` by article."""
    lines = lines_of(order)
    named = {lines[a].pk: Decimal(q) for a, q in (quantities or {}).items()}
    goods = [AddedGoods(article, Decimal(q)) for article, q in added]
    return Change(fresh(order).revision, named, goods, **kw)


def change(world, order, quantities=None, added=(), *, by=None, **kw):
    """Look at the change, then make it."""
    by, wanted = by or actor(world), asked(order, quantities, added, **kw)
    trial = order_change(order_id=order.pk, actor=by, change=wanted, is_trial=True)
    return order_change(order_id=order.pk, actor=by, change=wanted, seen=trial.mark)


def held(order):
    """{article: held now}."""
    with scopes_disabled():
        holds = StockHold.objects.filter(order_line__order=order, released_at__isnull=True)
        sums = {}
        for hold in holds.select_related("order_line"):
            article = hold.order_line.article
            sums[article] = sums.get(article, 0) + hold.quantity
        return sums


def revisions(order):
    with scopes_disabled():
        return list(OrderRevision.objects.filter(order=order))


def broken():
    """Whatever must be true and is not."""
    with scopes_disabled():
        return [(name, found) for name, check in invariants() if (found := check())]


def later():
    return timezone.localdate() + timedelta(days=9)
