"""Which rules catch an order, and what of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.approvals.plan import BudgetUse, Reason
from b2b_apps.pricing.conditions import Condition, conditions_from, unmet_by_goods
from b2b_apps.pricing.goods import NO_FEATURES, Features, Goods
from b2b_apps.purchasing.sheet import Sheet, SheetLine

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules ask of an order."""

    sheet: Sheet
    goods: Mapping[int, Goods]
    features: Mapping[int, Features]
    uses: Sequence[BudgetUse]
    department_ids: frozenset[int]
    new_address: str
    is_new_project: bool

    def lines_of(self, conditions: Sequence[Condition]) -> Sequence[SheetLine]:
        """The lines whose goods meet all of the conditions."""
        return [line for line in self.sheet.counted if self._meets(line, conditions)]

    def _meets(self, line: SheetLine, conditions: Sequence[Condition]) -> bool:
        item = self.goods.get(line.product.pk)
        if item is None or any(c.kind == "unknown" for c in conditions):
            return False
        found = self.features.get(item.pk, NO_FEATURES)
        return unmet_by_goods(conditions, item, found, 0) is None


def sum_of(lines: Sequence[SheetLine]) -> Decimal:
    """The sum with VAT of lines."""
    return sum((line.amount.incl_tax for line in lines if line.amount), ZERO)


def caught(rule: Any, asked: Asked) -> Reason | None:
    """Return why a rule catches the order, None if it does not."""
    facts: list[tuple[str, Mapping[str, Any]]] = []
    if rule.department_id is not None:
        if rule.department_id not in asked.department_ids:
            return None
        facts.append(("department", {"name": rule.department.name}))
    lines = asked.sheet.counted
    if rule.conditions:
        lines = asked.lines_of(conditions_from(rule.conditions))
        if not lines:
            return None
        facts.append(("goods", {"n": len(lines), "article": lines[0].article}))
    total = sum_of(lines)
    if rule.min_sum is not None:
        if total < rule.min_sum:
            return None
        facts.append(("sum", {"sum": str(total), "from": str(rule.min_sum)}))
    for fact in (_of_budget(rule, asked), _of_object(rule, asked)):
        if fact is None:
            return None
        facts += fact
    return Reason(rule.name, tuple(facts), total)


def _of_budget(rule: Any, asked: Asked) -> Sequence[tuple[str, Mapping[str, Any]]] | None:
    if not rule.of_budget:
        return []
    used = [use for use in asked.uses if use.asked > 0]
    if rule.of_budget == "over":
        used = [use for use in used if use.is_over]
    return [budget_fact(use) for use in used] or None


def budget_fact(use: BudgetUse) -> tuple[str, Mapping[str, Any]]:
    """What is said of a budget that is gone over, or paid from."""
    kind = "budget_over" if use.is_over else "budget"
    values = {"name": use.name, "lack": str(use.lack), "left": str(use.left_before)}
    return kind, values


def _of_object(rule: Any, asked: Asked) -> Sequence[tuple[str, Mapping[str, Any]]] | None:
    if not (rule.is_new_consignee or rule.is_new_project):
        return []
    found: list[tuple[str, Mapping[str, Any]]] = []
    if rule.is_new_consignee and asked.new_address:
        found.append(("consignee", {"address": asked.new_address}))
    if rule.is_new_project and asked.is_new_project:
        found.append(("project", {}))
    return found or None
