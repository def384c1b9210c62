"""``manage.py assortment_import FILE``: assortment rules and labels, from JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.assortment.services import assortment_rule_save, label_save

# What a file names, by kind of condition: the model and the field that names it.
NAMED = {
    "category": ("catalogue", "Category", "name"),
    "product": ("catalogue", "Product", "article"),
    "counterparty": ("companies", "Counterparty", "name"),
    "segment": ("companies", "Segment", "name"),
}


class Command(BaseCommand):
    """Write what a file says; a rule or label that is there already stays as it is."""

    help = "Import assortment rules and labels; days are counted from today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @scopes_disabled()
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        told = json.loads(options["file"].read_text())
        staff = get_user_model().objects.filter(is_staff=True).order_by("pk").first()
        if staff is None:
            raise CommandError("Rules have an author: import people first.")
        for row in told.get("rules", ()):
            if not AssortmentRule.objects.filter(name=row["name"]).exists():
                _save(assortment_rule_save, row, staff.pk, kind=row["kind"])
        for row in told.get("labels", ()):
            if not Label.objects.filter(code=row["code"]).exists():
                more = {name: row[name] for name in ("code", "look", "position")}
                days = row.get("newer_than_days")
                _save(label_save, row, staff.pk, newer_than_days=days, **more)


def _save(save: Callable[..., Any], row: Mapping[str, Any], user_id: int, **more: Any) -> None:
    values = {
        "name": row["name"],
        "is_active": not row.get("is_off", False),
        "conditions": [_condition(item) for item in row["where"]],
        "valid_from": _day(row.get("from_days")),
        "valid_to": _day(row.get("until_days")),
        **more,
    }
    save(values=values, user_id=user_id)


def _condition(item: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as it is stored; what is named is looked up. Raises CommandError."""
    kind, values = item["kind"], item["values"]
    if kind in NAMED:
        app, model, field = NAMED[kind]
        rows: Any = apps.get_model(app, model)._default_manager
        if kind == "product":
            rows = rows.exclude(structure="child")
        ids = sorted(rows.filter(**{f"{field}__in": values}).values_list("pk", flat=True))
        if len(ids) != len(values):
            raise CommandError(f"Not one {kind} each is named so: {values}")
        values = ids
    return {"kind": kind, "values": values}


def _day(days: int | None) -> date | None:
    return None if days is None else timezone.localdate() + timedelta(days=days)
