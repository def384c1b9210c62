"""Which policy of what is seen of stock holds for a person in a region."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, JSONObject

from b2b_apps.inventory.models import ReserveLimits, StockPolicy


@dataclass(frozen=True, slots=True)
class StockSight:
    """How exactly stock is shown, and in which warehouses; none named: in all."""

    precision: str = StockPolicy.Precision.EXACT
    few_below: Decimal = Decimal(20)
    many_from: Decimal = Decimal(100)
    warehouse_ids: frozenset[int] = frozenset()
    orders_arriving: bool = True

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            precision=row["precision"],
            few_below=Decimal(row["few_below"]),
            many_from=Decimal(row["many_from"]),
            warehouse_ids=frozenset(row["warehouses"]),
            orders_arriving=row["orders_arriving"],
        )

    def sees(self, warehouse_id: int) -> bool:
        return not self.warehouse_ids or warehouse_id in self.warehouse_ids


def policies_for(*, roles: Collection[str]) -> ArraySubquery:
    """Policies of these roles and of any role, as a column for another query: no query of its own.

    It refers to nothing outside, so PostgreSQL reads it once, whatever the number of rows.
    """
    warehouses = StockPolicy.warehouses.through.objects.filter(stockpolicy_id=OuterRef("pk"))
    rows = StockPolicy.objects.filter(role__in=["", *roles]).order_by("pk")
    return ArraySubquery(
        rows.values(
            json=JSONObject(
                region="region_id",
                role="role",
                precision="precision",
                few_below=Cast("few_below", TextField()),
                many_from=Cast("many_from", TextField()),
                orders_arriving="orders_arriving",
                warehouses=ArraySubquery(warehouses.values("partner_id")),
            )
        )
    )


def reserve_hours() -> Coalesce:
    """For how long buyers may reserve by hand, as a column for another query."""
    limits = ReserveLimits.objects.order_by("pk").values("max_hours")[:1]
    return Coalesce(Subquery(limits), ReserveLimits().max_hours)


def sight_of(
    policies: Sequence[Mapping[str, Any]], *, region_id: int | None, role: str
) -> StockSight:
    """Return what the most particular policy shows: of region and role, of the region, of the
    role, of all; without any: all warehouses, exact figures.
    """
    found = _holding(policies, region_id=region_id, role=role)
    return StockSight.of(found) if found else StockSight()


def sight_without(policy: StockPolicy) -> StockSight:
    """Return what those see whom a policy is for once it is gone. One query.

    That is, where no more particular one holds.
    """
    others = StockPolicy.objects.exclude(pk=policy.pk).order_by("pk")
    warehouses = StockPolicy.warehouses.through.objects.filter(stockpolicy_id=OuterRef("pk"))
    rows = others.values(
        "role", "precision", "few_below", "many_from", "orders_arriving",
        region_key=F("region_id"), seen=ArraySubquery(warehouses.values("partner_id")),
    )  # fmt: skip
    policies = [{**row, "region": row["region_key"], "warehouses": row["seen"]} for row in rows]
    found = _holding(policies, region_id=policy.region_id, role=policy.role)
    return StockSight.of(found) if found else StockSight()


def _holding(
    policies: Sequence[Mapping[str, Any]], *, region_id: int | None, role: str
) -> Mapping[str, Any] | None:
    fitting = [p for p in policies if p["region"] in {None, region_id} and p["role"] in {"", role}]
    return max(fitting, key=lambda p: (p["region"] is not None, p["role"] != ""), default=None)
