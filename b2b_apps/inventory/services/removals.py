"""Terms of reserves and rules of what is seen are deleted, and put back as they were."""

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from b2b_apps.inventory.errors import RuleNotPutBackError
from b2b_apps.inventory.models import HoldTerm, Region, RemovedRule, StockPolicy

Kind = RemovedRule.Kind


@transaction.atomic
def term_remove(*, term_id: int, user_id: int) -> RemovedRule | None:
    """Delete a term and note it; None if there is none. Holds keep the end they have.

    Locks the term. Three queries.
    """
    term = HoldTerm.objects.select_for_update().filter(pk=term_id).first()
    if term is None:
        return None
    values = {
        "order_status": term.order_status,
        "payment_kind": term.payment_kind,
        "hours": term.hours,
    }
    term.delete()
    return RemovedRule.objects.create(kind=Kind.TERM, values=values, user_id=user_id)


@transaction.atomic
def policy_remove(*, policy_id: int, user_id: int) -> RemovedRule | None:
    """Delete a rule of what is seen and note it; None if there is none.

    Locks the rule. Five queries.
    """
    policy = StockPolicy.objects.select_for_update(of=("self",)).filter(pk=policy_id).first()
    if policy is None:
        return None
    values = {
        "region": policy.region_id,
        "role": policy.role,
        "precision": policy.precision,
        "few_below": str(policy.few_below),
        "many_from": str(policy.many_from),
        "orders_arriving": policy.orders_arriving,
        "warehouses": sorted(policy.warehouses.values_list("pk", flat=True)),
    }
    policy.delete()
    return RemovedRule.objects.create(kind=Kind.POLICY, values=values, user_id=user_id)


@transaction.atomic
def rule_put_back(*, removal_id: int, user_id: int) -> RemovedRule | None:
    """Make a deleted rule anew as it was; None if there is no such one.

    Locks the entry, so two who do it at once make one rule. Raises RuleNotPutBackError (put back
    already, another in its place, its region or one of its warehouses is no more); then nothing
    has changed. Four queries, or six.
    """
    removed = RemovedRule.objects.select_for_update().filter(pk=removal_id).first()
    if removed is None:
        return None
    if removed.restored_at is not None:
        raise RuleNotPutBackError("done")
    try:
        with transaction.atomic():
            _MAKE[Kind(removed.kind)](removed.values)
    except IntegrityError as error:
        raise RuleNotPutBackError("taken") from error
    removed.restored_at, removed.restored_by_id = timezone.now(), user_id
    removed.save(update_fields=["restored_at", "restored_by"])
    return removed


def _term(values: dict[str, Any]) -> None:
    HoldTerm.objects.create(**values)


def _policy(values: dict[str, Any]) -> None:
    """Without one of its warehouses, or its region, it would show something else than it did."""
    warehouses = apps.get_model("partner", "Partner").objects.filter(pk__in=values["warehouses"])
    if warehouses.count() != len(values["warehouses"]):
        raise RuleNotPutBackError("gone")
    if values["region"] and not Region.objects.filter(pk=values["region"]).exists():
        raise RuleNotPutBackError("gone")
    policy = StockPolicy.objects.create(
        region_id=values["region"],
        role=values["role"],
        precision=values["precision"],
        few_below=Decimal(values["few_below"]),
        many_from=Decimal(values["many_from"]),
        orders_arriving=values.get("orders_arriving", True),
    )
    policy.warehouses.set(values["warehouses"])


_MAKE = {Kind.TERM: _term, Kind.POLICY: _policy}
