"""``manage.py price_rules_import FILE``: the list of purchase prices, rules and thresholds of
prices, from JSON.
"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from b2b_apps.pricing.models import PriceList, PriceRule, PriceThreshold
from b2b_apps.pricing.rule_services import rule_new, rule_publish, rule_save

NUMBERS = ("value", "round_to", "floor_percent")


class Command(BaseCommand):
    """Write what a file says; a rule or threshold that is there already stays as it is."""

    help = "Import price rules and thresholds of the basket's sum; days are counted from today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        told = json.loads(options["file"].read_text())
        staff = get_user_model().objects.filter(is_staff=True).order_by("pk").first()
        if staff is None:
            raise CommandError("Rules have an author: import people first.")
        if "purchase" in told:
            PriceList.objects.filter(pk=_price_list(told["purchase"]).pk).update(is_cost=True)
        for row in told.get("rules", ()):
            if not PriceRule.objects.filter(name=row["name"]).exists():
                _rule(row, staff.pk)
        for row in told.get("thresholds", ()):
            PriceThreshold.objects.get_or_create(
                price_list=_price_list(row["price_list"]),
                minimum_sum=Decimal(row["minimum_sum"]),
                defaults={"target": _price_list(row["target"])},
            )


def _rule(row: Mapping[str, Any], user_id: int) -> None:
    rule = rule_new(name=row["name"], user_id=user_id)
    values: dict[str, Any] = {name: Decimal(row[name]) for name in NUMBERS if name in row}
    values["conditions"] = [_condition(item) for item in row["where"]]
    values["promo_code"] = row.get("promo_code", "")
    for name, days in (("valid_from", "from_days"), ("valid_to", "until_days")):
        values[name] = _midnight(row[days]) if days in row else None
    rule_save(rule_id=rule.pk, values=values, user_id=user_id)
    if row.get("is_live"):
        rule_publish(rule_id=rule.pk, user_id=user_id)


def _condition(item: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as it is stored; sections are told by their names."""
    values = item["values"]
    if item["kind"] == "category":
        sections = apps.get_model("catalogue", "Category").objects.filter(name__in=values)
        values = sorted(sections.values_list("pk", flat=True))
        if len(values) != len(item["values"]):
            raise CommandError(f"Not one section each is named so: {item['values']}")
    return {"kind": item["kind"], "is_not": False, "values": values, "attribute": None}


def _price_list(name: str) -> PriceList:
    try:
        return PriceList.objects.get(name=name, kind=PriceList.Kind.PRICE_TYPE)
    except PriceList.DoesNotExist:
        raise CommandError(f"There is no price type «{name}».") from None


def _midnight(days: int) -> Any:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)
