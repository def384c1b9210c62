"""Rules of shipments are written; who changed what is entered in their journal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from b2b_apps.assortment.conditions import OF_GOODS
from b2b_apps.assortment.services import SHARED, changes_made, mark_of
from b2b_apps.fulfilment.errors import SplitRuleError
from b2b_apps.fulfilment.models import SplitRule, SplitRuleChange
from b2b_apps.fulfilment.ruling import LABEL

FIELDS = (*SHARED, "kind", "priority", "joins_id", "warehouse_id", "reason")
Kind = SplitRule.Kind


@transaction.atomic
def split_rule_save(
    *, values: Mapping[str, Any], user_id: int | None, rule_id: int | None = None, seen: str = ""
) -> SplitRule:
    """Write a rule, a new one or that of ``rule_id``; if it works, the next plan is made by it.

    Orders that were placed stay as they are. ``seen`` is ``split_rule_mark`` of what the person
    had opened. Locks the row; raises SplitRuleError, SplitRule.DoesNotExist.
    """
    rows = SplitRule.objects.select_for_update(of=("self",))
    rule = rows.get(pk=rule_id) if rule_id else SplitRule(author_id=user_id)
    if seen and seen != split_rule_mark(rule):
        raise SplitRuleError("changed")
    _check(rule, values)
    is_new = rule.pk is None
    changes = changes_made(rule, {name: values[name] for name in FIELDS})
    if changes or is_new:
        rule.save()
        SplitRuleChange.objects.create(
            rule=rule, user_id=user_id, is_new=is_new, changes=[] if is_new else changes
        )
    return rule


def split_rule_mark(rule: SplitRule) -> str:
    """A text that differs whenever a rule does; empty for a new one."""
    return mark_of(rule, FIELDS)


def _check(rule: SplitRule, values: Mapping[str, Any]) -> None:
    conditions, kind = values["conditions"], values["kind"]
    if not all(item["values"] for item in conditions):
        raise SplitRuleError("empty_condition")
    if not any(item["kind"] in {*OF_GOODS, LABEL} for item in conditions):
        raise SplitRuleError("no_goods")
    if (kind == Kind.PREFER) != bool(values["warehouse_id"]):
        raise SplitRuleError("no_warehouse" if kind == Kind.PREFER else "not_preferred")
    if values["joins_id"] and (kind != Kind.WITH or values["joins_id"] == rule.pk):
        raise SplitRuleError("not_joined")
    if rule.pk and kind != Kind.APART and rule.joined.exists():
        raise SplitRuleError("is_joined")
    joined = SplitRule.objects.filter(pk=values["joins_id"] or 0, kind=Kind.APART)
    if values["joins_id"] and not joined.exists():
        raise SplitRuleError("not_joined")
