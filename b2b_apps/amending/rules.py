"""Who may do what with an order till when: rules of the staff over defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b2b_apps.amending.models import Action, ChangeRule, Until, Who
from b2b_apps.fulfilment.models import Shipment

Status = Shipment.Status
STEPS = [Status.PLANNED, Status.CONFIRMED, Status.PICKING]
ENDED = frozenset({Status.SHIPPED, Status.CANCELLED})
# What of a shipment has left keeps its price, its delivery and where it went.
LEFT = ENDED | {Status.PARTLY}
# Of one that has left in part the rest may become less or be called off, till it has left as well.
OF_A_REST = frozenset({Action.CANCEL, Action.REMOVE, Action.LOWER, Action.COMMENT, Action.NUMBER})
# Words harm no picking; all else has to come before the goods are taken off the shelf.
LATE = frozenset({Action.COMMENT, Action.NUMBER})
DEFAULTS: Mapping[tuple[str, str], str] = {
    (who, action): Until.PICKING if who == Who.STAFF or action in LATE else Until.CONFIRMED
    for who in Who
    for action in Action
}


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What one of the three may do: till which step, by action."""

    who: str
    until: Mapping[str, str]

    def allows(self, action: str, shipment: Any) -> bool:
        """Whether the action may be done to a shipment as it stands."""
        limit = self.until[action]
        if shipment.status in ENDED or limit == Until.NEVER:
            return False
        is_rest = shipment.status == Status.PARTLY
        if is_rest and action not in OF_A_REST:
            return False
        # A status that is none of the steps (put in by others since) is before picking.
        step = Status.PICKING if is_rest else shipment.status
        reached = STEPS.index(step) if step in STEPS else 0
        return reached <= STEPS.index(Status(limit))

    def any_of(self, action: str, shipments: Any) -> bool:
        """Whether the action may be done to one of the shipments."""
        return any(self.allows(action, shipment) for shipment in shipments)


def rules_of(who: str) -> ChangeRules:
    """Return what holds for buyers, approvers or staff. One query."""
    found = dict(ChangeRule.objects.filter(who=who).values_list("action", "until"))
    return ChangeRules(who, {a: found.get(a, DEFAULTS[who, a]) for a in Action})


def rules_all() -> Mapping[tuple[str, str], str]:
    """Return till when, by (who, action), for all of them. One query."""
    rows = ChangeRule.objects.values_list("who", "action", "until")
    return {**DEFAULTS, **{(who, action): until for who, action, until in rows}}


def rules_set(*, until: Mapping[tuple[str, str], str], user_id: int) -> int:
    """Keep rules that differ from what holds; return how many. A query for each, and one."""
    held = rules_all()
    changed = {key: value for key, value in until.items() if held[key] != value}
    for (who, action), value in changed.items():
        ChangeRule.objects.update_or_create(
            who=who, action=action, defaults={"until": value, "changed_by_id": user_id}
        )
    return len(changed)
