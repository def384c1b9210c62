"""Who approves: the chains of the rules that caught an order, made one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b2b_apps.approvals.plan import PlannedStep
from b2b_apps.companies.roles import Role

PERSON, ROLE, DEPARTMENT_HEAD, PASSED_ON = "person", "role", "department_head", "passed_on"
BY_HEADS = [{"mode": "any", "approvers": [{"kind": DEPARTMENT_HEAD}]}]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who could approve: employee ids by role in the company; ``buyer_id`` wants the order. Of
    an order that ``is_anothers`` he may say his word, whatever a rule says of own orders.
    """

    roles: Mapping[int, str]
    department_head_id: int | None
    buyer_id: int
    is_anothers: bool = False

    @property
    def heads(self) -> Sequence[int]:
        return [pk for pk, role in self.roles.items() if role == Role.HEAD]

    def found(self, approver: Mapping[str, Any], rule: Any) -> Sequence[tuple[int, str]]:
        """The people whom a line of a rule's chain means; none who has left the company. The head
        is that of the rule's department, if it is of one.
        """
        own = rule.department
        head_id = own.head_id if own is not None else self.department_head_id
        kind = approver.get("kind")
        if kind == PERSON:
            return [(pk, PERSON) for pk in self.roles if pk == approver.get("id")]
        if kind == ROLE:
            return [(pk, ROLE) for pk, role in self.roles.items() if role == approver.get("role")]
        if kind == DEPARTMENT_HEAD:
            return [(pk, DEPARTMENT_HEAD) for pk in self.roles if pk == head_id]
        return []


class DeadRuleError(Exception):
    """Nobody may approve by a rule: who could is the buyer himself, or has left."""


def chain_steps(rules: Iterable[Any], staffing: Staffing) -> Sequence[PlannedStep]:
    """Return the steps of rules in their order, without those that repeat one before.

    Rules follow one another, a later one's steps come after those of the one before. Where nobody
    is left for a step, the heads of the company stand in. Raises DeadRuleError with the rule's
    name.
    """
    steps: list[PlannedStep] = []
    seen: set[tuple[frozenset[int], str]] = set()
    stage = 0
    for rule in rules:
        stage += 1
        for step in rule.chain or BY_HEADS:
            found = _approvers(step, rule, staffing)
            if found is None:
                continue
            key = (frozenset(pk for pk, _why in found), _mode(step, found))
            if key in seen:
                continue
            seen.add(key)
            steps.append(
                PlannedStep(
                    stage,
                    key[1],
                    rule.name,
                    tuple(found),
                    rule.may_own,
                    rule.remind_hours,
                    rule.escalate_hours,
                )
            )
            stage += 0 if rule.is_parallel else 1
    return _closed_up(steps)


def _approvers(
    step: Mapping[str, Any], rule: Any, staffing: Staffing
) -> Sequence[tuple[int, str]] | None:
    """Who decides on a step; None if the buyer's own will is enough."""
    found: dict[int, str] = {}
    for approver in step.get("approvers", ()):
        for pk, why in staffing.found(approver, rule):
            found.setdefault(pk, why)
    may_decide = rule.may_own or staffing.is_anothers
    if staffing.buyer_id in found:
        del found[staffing.buyer_id]
        if may_decide and (step.get("mode") != "all" or not found):
            return None
    if not found:
        found = {pk: PASSED_ON for pk in staffing.heads if pk != staffing.buyer_id}
        if not found and may_decide and staffing.buyer_id in staffing.heads:
            return None
    if not found:
        raise DeadRuleError(rule.name)
    return list(found.items())


def _mode(step: Mapping[str, Any], found: Sequence[tuple[int, str]]) -> str:
    return "all" if step.get("mode") == "all" and len(found) > 1 else "any"


def _closed_up(steps: Sequence[PlannedStep]) -> Sequence[PlannedStep]:
    """Stages counted from one without gaps."""
    places = {stage: n for n, stage in enumerate(sorted({s.stage for s in steps}), start=1)}
    return [
        PlannedStep(
            places[s.stage], s.mode, s.rule_name, s.approvers, s.may_own, s.remind_hours,
            s.escalate_hours,
        )
        for s in steps
    ]  # fmt: skip
