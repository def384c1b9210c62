"""Rules are made, changed, published and switched off; each step is entered in their journal."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.core.errors import DomainError
from b2b_apps.pricing.conditions import conditions_from
from b2b_apps.pricing.models import PriceRule, RuleChange, RuleSheet

State, Event = PriceRule.State, RuleChange.Event
FIELDS = (
    "name", "priority", "action", "value", "currency", "conditions", "valid_from", "valid_to",
    "round_to", "max_change", "floor_percent", "is_final", "with_agreed", "promo_code",
)  # fmt: skip
# Edits of one person in a row are one entry of the journal.
ONE_SITTING = timedelta(minutes=30)


class RuleError(DomainError):
    """``code``: live (a rule that works is not edited in place), not_live, live_already,
    empty_condition (it has no values), nothing (it changes nothing), over (its term is), changed
    (it is not as it was seen).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def rule_new(*, name: str, user_id: int) -> PriceRule:
    """Make a draft that changes nothing yet, last in the order. Three queries."""
    last = PriceRule.objects.order_by("-priority").values_list("priority", flat=True).first()
    rule = PriceRule.objects.create(
        name=name, value=0, priority=min((last or 0) + 10, 32000), author_id=user_id
    )
    _enter(rule, Event.MADE, user_id)
    return rule


@transaction.atomic
def rule_copy(*, rule_id: int, name: str, user_id: int, replaces: bool = False) -> PriceRule:
    """Copy a rule into a draft; one that ``replaces`` takes its place when it is published.

    A draft that stands to replace the rule already is returned instead of a second one. Locks the
    rule; four queries.
    """
    rule = _locked([rule_id])[rule_id]
    if replaces and (draft := rule.drafts.filter(state=State.DRAFT).first()):
        return draft
    copy = PriceRule(
        **{field: getattr(rule, field) for field in FIELDS if field != "name"},
        name=name, author_id=user_id, replaces=rule if replaces else None,
    )  # fmt: skip
    copy.save()
    _enter(copy, Event.MADE, user_id)
    return copy


@transaction.atomic
def rule_save(*, rule_id: int, values: Mapping[str, Any], user_id: int) -> PriceRule:
    """Write new values into a rule that does not work. Locks it; raises RuleError(live)."""
    rule = _locked([rule_id])[rule_id]
    if rule.state == State.LIVE:
        raise RuleError("live")
    changes = []
    for field in FIELDS:
        before, after = getattr(rule, field), values.get(field, getattr(rule, field))
        if before != after:
            changes.append([field, _stored(before), _stored(after)])
            setattr(rule, field, after)
    if changes:
        rule.save()
        _enter(rule, Event.CHANGED, user_id, changes)
    return rule


@transaction.atomic
def rule_publish(*, rule_id: int, user_id: int, seen: str | None = None) -> PriceRule:
    """Let a rule work; the one that it replaces ends in the same moment.

    ``seen`` is ``rule_mark`` of what the person looked at: a rule that was edited since is not
    published unseen. Locks both in the order of their keys, so two people who publish at once end
    as one; raises RuleError(changed, live_already, empty_condition, nothing, over).
    """
    replaced_id = PriceRule.objects.values_list("replaces_id", flat=True).get(pk=rule_id)
    locked = _locked([pk for pk in (rule_id, replaced_id) if pk])
    rule, replaced = locked[rule_id], locked.get(replaced_id or 0)
    _check(rule)
    if seen is not None and seen != rule_mark(rule):
        raise RuleError("changed")
    rule.state = State.LIVE
    rule.save(update_fields=["state", "updated_at"])
    _enter(rule, Event.PUBLISHED, user_id)
    if replaced is not None and replaced.state == State.LIVE:
        replaced.state = State.OFF
        replaced.save(update_fields=["state", "updated_at"])
        _enter(replaced, Event.REPLACED, user_id)
    return rule


def rule_mark(rule: PriceRule) -> str:
    """A text that differs whenever what the rule does, or for whom, does."""
    told = repr([_stored(getattr(rule, field)) for field in FIELDS])
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


@transaction.atomic
def rule_switch_off(*, rule_id: int, user_id: int) -> PriceRule:
    """Let a rule work no more. Locks it; raises RuleError(not_live)."""
    rule = _locked([rule_id])[rule_id]
    if rule.state != State.LIVE:
        raise RuleError("not_live")
    rule.state = State.OFF
    rule.save(update_fields=["state", "updated_at"])
    _enter(rule, Event.OFF, user_id)
    return rule


def rule_sheets_purge(*, before: datetime) -> int:
    """Delete the files of sheets asked for before then; return how many."""
    num = 0
    for sheet in RuleSheet.objects.filter(created_at__lt=before).exclude(file="").iterator():
        sheet.file.delete(save=False)
        RuleSheet.objects.filter(pk=sheet.pk).update(file="")
        num += 1
    return num


def _locked(ids: Sequence[int]) -> dict[int, PriceRule]:
    rows = PriceRule.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {rule.pk: rule for rule in rows}


def _check(rule: PriceRule) -> None:
    if rule.state == State.LIVE:
        raise RuleError("live_already")
    if any(not condition.values for condition in conditions_from(rule.conditions)):
        raise RuleError("empty_condition")
    if rule.action in {"percent", "step"} and not rule.value:
        raise RuleError("nothing")
    if rule.valid_to is not None and rule.valid_to <= timezone.now():
        raise RuleError("over")


def _enter(
    rule: PriceRule, event: str, user_id: int, changes: Sequence[Sequence[Any]] = ()
) -> None:
    last = rule.changes.first() if event == Event.CHANGED else None
    recent = timezone.now() - ONE_SITTING
    if (
        last is None
        or last.event != Event.CHANGED
        or last.user_id != user_id
        or last.changed_at < recent
    ):
        RuleChange.objects.create(rule=rule, event=event, user_id=user_id, changes=list(changes))
        return
    merged = {field: [field, before, after] for field, before, after in last.changes}
    for field, before, after in changes:
        merged[field] = [field, merged[field][1] if field in merged else before, after]
    last.changes = [entry for entry in merged.values() if entry[1] != entry[2]]
    last.save(update_fields=["changes"])


def _stored(value: Any) -> Any:
    if isinstance(value, list | bool) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
