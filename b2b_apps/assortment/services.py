"""Assortment rules and labels are written; who changed what is entered in their journal."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from b2b_apps.assortment.conditions import OF_GOODS
from b2b_apps.assortment.errors import RuledError
from b2b_apps.assortment.models import AssortmentRule, Label, Ruled, RuledChange

SHARED = ("name", "is_active", "conditions", "valid_from", "valid_to")
OF_RULE = (*SHARED, "kind")
OF_LABEL = (*SHARED, "code", "look", "position", "newer_than_days")


@transaction.atomic
def assortment_rule_save(
    *, values: Mapping[str, Any], user_id: int | None, rule_id: int | None = None, seen: str = ""
) -> AssortmentRule:
    """Write a rule, a new one or that of ``rule_id``; if it works, it does so from now on.

    ``seen`` is ``ruled_mark`` of what the person had opened. Locks the row; raises RuledError,
    AssortmentRule.DoesNotExist.
    """
    rows = AssortmentRule.objects.select_for_update()
    rule = rows.get(pk=rule_id) if rule_id else AssortmentRule(author_id=user_id)
    _check(rule, values["conditions"], seen)
    if not any(item["kind"] in OF_GOODS for item in values["conditions"]):
        raise RuledError("no_goods")
    _write(rule, {name: values[name] for name in OF_RULE}, user_id)
    return rule


@transaction.atomic
def label_save(
    *, values: Mapping[str, Any], user_id: int | None, label_id: int | None = None, seen: str = ""
) -> Label:
    """The same of a label; one without conditions is of all goods. Its code is one:
    RuledError(code_taken), also where two people make it at once.
    """
    rows = Label.objects.select_for_update()
    label = rows.get(pk=label_id) if label_id else Label(author_id=user_id)
    _check(label, values["conditions"], seen)
    try:
        with transaction.atomic():
            _write(label, {name: values[name] for name in OF_LABEL}, user_id)
    except IntegrityError:
        raise RuledError("code_taken") from None
    return label


def ruled_mark(ruled: Ruled) -> str:
    """A text that differs whenever a rule or label does; empty for a new one."""
    return mark_of(ruled, OF_RULE if isinstance(ruled, AssortmentRule) else OF_LABEL)


def mark_of(ruled: Ruled, fields: Iterable[str]) -> str:
    """The same of any fields."""
    if ruled.pk is None:
        return ""
    told = repr([_stored(getattr(ruled, name)) for name in fields])
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def _check(ruled: Ruled, conditions: Any, seen: str) -> None:
    if seen and seen != ruled_mark(ruled):
        raise RuledError("changed")
    if not all(item["values"] for item in conditions):
        raise RuledError("empty_condition")


def _write(ruled: AssortmentRule | Label, values: Mapping[str, Any], user_id: int | None) -> None:
    is_new = ruled.pk is None
    changes = changes_made(ruled, values)
    if not changes and not is_new:
        return
    ruled.save()
    whose = {"rule": ruled} if isinstance(ruled, AssortmentRule) else {"marker": ruled}
    RuledChange.objects.create(
        user_id=user_id, is_new=is_new, changes=[] if is_new else changes, **whose
    )


def changes_made(ruled: Ruled, values: Mapping[str, Any]) -> list[list[Any]]:
    """Set the values on a row; return ``[field, before, after]`` of those that differ."""
    changes = []
    for name, after in values.items():
        before = getattr(ruled, name)
        if before != after:
            changes.append([name, _stored(before), _stored(after)])
            setattr(ruled, name, after)
    return changes


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
