"""The plan of an order: reads rules, budgets and people, then reckons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.approvals.catching import Asked, budget_fact, caught, sum_of
from b2b_apps.approvals.chains import DeadRuleError, Staffing, chain_steps
from b2b_apps.approvals.locks import periods_locked
from b2b_apps.approvals.models import (
    ApprovalRequest,
    ApprovalRule,
    Budget,
    BudgetEntry,
    BudgetPeriod,
    Department,
    DepartmentMember,
)
from b2b_apps.approvals.periods import Term, term_of
from b2b_apps.approvals.plan import NO_PLAN, BudgetUse, Plan, Reason
from b2b_apps.approvals.services.periods import periods_begin
from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.conditions import Condition, asked_features, conditions_from
from b2b_apps.pricing.goods import Features, Goods, features_for, goods_for
from b2b_apps.purchasing.sheet import Sheet

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Default:
    """What holds where an order goes over a budget and no rule speaks of that."""

    name: str
    may_own: bool
    chain: Sequence[Any] = ()
    is_parallel: bool = False
    remind_hours: int | None = None
    escalate_hours: int | None = None
    on_change: str = "accept"
    department: None = None


def of_company(counterparty_id: int, prefix: str = "") -> Q:
    """What is set up for a counterparty, by itself or by its holding."""
    own = {f"{prefix}counterparty_id": counterparty_id}
    of_holding = {
        f"{prefix}spans_holding": True,
        f"{prefix}counterparty__holding__counterparties": counterparty_id,
    }
    return Q(**own) | Q(**of_holding)


def approval_plan(  # noqa: PLR0913 - who orders what, who asks, how
    *,
    context: TradeContext,
    sheet: Sheet,
    addresses: Sequence[str] = (),
    own_basket_id: int | None = None,
    asker_id: int | None = None,
    is_locked: bool = False,
) -> Plan:
    """Return what an order of the sheet would need. One query for a company that uses no
    approvals, at most ten for others, whatever the number of lines.

    ``addresses`` are all that it goes to. ``own_basket_id`` is a basket that has taken from budgets
    already: that is not counted twice. ``asker_id`` is the employee who asks for it, if that may be
    another than the buyer (0 if it is none): the budgets are of the buyer's department, the will is
    the asker's. Rules of the asker's department are asked as well, and of the colleague's whose
    shared basket it is: who is bound by them is not rid of them in another's order, nor by having
    another send his.

    ``is_locked`` begins the periods of the department's budgets and locks them in pk order until
    the end of the transaction, so that what is read stays true.
    """
    with scopes_disabled():
        # A company may have come into its holding after the holding's rules were made.
        uses = Q(uses_approvals=True) | Q(holding__counterparties__uses_approvals=True)
        if not Counterparty.objects.filter(uses, pk=context.counterparty_id).exists():
            return NO_PLAN
        asker_id = context.employee_id if asker_id is None else asker_id
        return _Planning(context, sheet, addresses, own_basket_id, asker_id, is_locked).plan()


def plan_of_request(
    request: ApprovalRequest, *, context: TradeContext, sheet: Sheet, is_locked: bool = True
) -> Plan:
    """Return what the order of a request would need now; what it has taken is not counted twice.

    Queries and locks are those of ``approval_plan``.
    """
    return approval_plan(
        context=replace(context, basket_owner_id=request.details.get("basket_of")),
        sheet=sheet,
        addresses=kept_addresses(request.details),
        own_basket_id=request.basket_id,
        is_locked=is_locked,
    )


@dataclass
class _Planning:
    context: TradeContext
    sheet: Sheet
    addresses: Sequence[str]
    own_basket_id: int | None
    asker_id: int
    is_locked: bool
    rules: Sequence[ApprovalRule] = field(init=False)
    budgets: Sequence[Budget] = field(init=False)

    def plan(self) -> Plan:
        company_id = self.context.counterparty_id
        # A holding's rule is found once for each of its companies.
        rows = ApprovalRule.objects.filter(of_company(company_id), is_active=True)
        rows = rows.select_related("department")
        self.rules = list(rows.distinct().order_by("priority", "pk"))
        departments = self._departments()
        department = departments.get(self.context.employee_id)
        self.budgets = self._budgets(department)
        asked = self._asked(department, departments)
        reasons, rules = self._caught(asked)
        if not rules:
            return Plan(department_id=department.pk if department else None, uses=asked.uses)
        return self._with_steps(asked, department, reasons, rules)

    def _departments(self) -> Mapping[int, Department]:
        """Of the buyer, of who asks and of whose basket it is, by employee; one's own company's
        before one that spans the holding.
        """
        people = Q(employee_id__in=[self.context.employee_id, self.asker_id])
        if self.context.basket_owner_id is not None:
            people |= Q(employee__user_id=self.context.basket_owner_id)
        rows = DepartmentMember.objects.filter(
            of_company(self.context.counterparty_id, "department__"),
            people,
            department__is_active=True,
        ).select_related("department")
        # A department that spans the holding is found once for each of its companies.
        ranked = sorted(rows, key=lambda m: m.counterparty_id == self.context.counterparty_id)
        return {member.employee_id: member.department for member in ranked}

    def _budgets(self, department: Any) -> Sequence[Budget]:
        if department is None:
            return []
        rows = Budget.objects.filter(
            department=department, is_active=True, currency=self.context.currency
        )
        return [
            budget
            for budget in rows.order_by("pk")
            if budget.project_id in {None, self.context.project_id}
        ]

    def _asked(self, department: Any, departments: Mapping[int, Department]) -> Asked:
        goods, features = self._goods()
        asked = Asked(
            sheet=self.sheet,
            goods=goods,
            features=features,
            uses=(),
            department_ids=frozenset(found.pk for found in departments.values()),
            new_address=self._new_address(),
            is_new_project=self._is_new_project(),
        )
        return replace(asked, uses=self._uses(asked))

    def _goods(self) -> tuple[Mapping[int, Goods], Mapping[int, Features]]:
        """What conditions and budgets ask of the goods. Two queries, none if they ask nothing."""
        conditions = [c for rule in self.rules for c in conditions_from(rule.conditions)]
        conditions += [section_of(b) for b in self.budgets if b.category_id]
        if not conditions:
            return {}, {}
        asked = asked_features(conditions)
        ids = {line.product.pk for line in self.sheet.counted}
        goods = goods_for(ids, with_brand=asked.with_brand)
        features = features_for(goods.values(), asked) if asked.takes_a_query and goods else {}
        return goods, features

    def _uses(self, asked: Asked) -> Sequence[BudgetUse]:
        today = timezone.localdate()
        terms = {b.pk: term for b in self.budgets if (term := term_of(b, today))}
        if not terms:
            return []
        periods = self._periods(terms)
        own = self._own([period.pk for period in periods.values()])
        return [
            _use(b, terms[b.pk], periods.get(b.pk), own, self._asked_of(b, asked))
            for b in self.budgets
            if b.pk in terms
        ]

    def _periods(self, terms: Mapping[int, Term]) -> Mapping[int, BudgetPeriod]:
        if self.is_locked:
            periods_begin(budgets=self.budgets, day=timezone.localdate())
            return {p.budget_id: p for p in periods_locked(_current(terms))}
        return {p.budget_id: p for p in BudgetPeriod.objects.filter(_current(terms))}

    def _own(self, period_ids: Sequence[int]) -> Mapping[int, Decimal]:
        if self.own_basket_id is None or not period_ids:
            return {}
        rows = BudgetEntry.objects.filter(
            basket_id=self.own_basket_id, period_id__in=period_ids
        ).order_by()
        return dict(rows.values_list("period_id").annotate(sum=Sum("taken")))

    def _asked_of(self, budget: Budget, asked: Asked) -> Decimal:
        lines = self.sheet.counted
        if budget.category_id:
            lines = asked.lines_of([section_of(budget)])
        return sum_of(lines)

    def _new_address(self) -> str:
        """The first address that nothing of the company's orders ever went to, "" for none. One
        query for each address, none if no rule asks.
        """
        if not any(rule.is_new_consignee for rule in self.rules):
            return ""
        company_id = self.context.counterparty_id
        return next((a for a in self.addresses if is_new_address(company_id, a)), "")

    def _is_new_project(self) -> bool:
        project_id = self.context.project_id
        if project_id is None or not any(rule.is_new_project for rule in self.rules):
            return False
        orders = apps.get_model("order", "Order").objects
        return not orders.filter(project_id=project_id).exists()

    def _caught(self, asked: Asked) -> tuple[Sequence[Reason], Sequence[Any]]:
        pairs: list[tuple[Reason, Any]] = [
            (replace(reason, rule_id=rule.pk), rule)
            for rule in self.rules
            if (reason := caught(rule, asked))
        ]
        over = [use for use in asked.uses if use.is_over and use.may_exceed]
        if over and not any(rule.of_budget for _reason, rule in pairs):
            facts = tuple(budget_fact(use) for use in over)
            pairs.append((Reason(_("Over the budget"), facts), None))
        return [reason for reason, _rule in pairs], [rule for _reason, rule in pairs]

    def _with_steps(
        self, asked: Asked, department: Any, reasons: Sequence[Reason], rules: Sequence[Any]
    ) -> Plan:
        rows = Membership.objects.filter(
            counterparty_id=self.context.counterparty_id, employee__user__is_active=True
        ).select_related("employee__user")
        found = list(rows.order_by("pk"))
        roles = {m.employee_id: m.role for m in found}
        me = self.asker_id
        default = _Default(str(_("Over the budget")), may_own=roles.get(me) == Role.HEAD)
        steps: Sequence[Any] = ()
        dead = ""
        try:
            steps = chain_steps(
                [rule or default for rule in rules],
                Staffing(
                    roles,
                    department.head_id if department else None,
                    me,
                    is_anothers=me != self.context.employee_id,
                ),
            )
        except DeadRuleError as error:
            dead = str(error)
        is_again = any(rule is not None and rule.on_change == "again" for rule in rules)
        return Plan(
            department_id=department.pk if department else None,
            uses=asked.uses,
            reasons=reasons if steps or dead else (),
            steps=steps,
            on_change="again" if is_again else "accept",
            people={m.employee_id: str(m.employee) for m in found},
            dead_rule=dead,
        )


def kept_addresses(details: Mapping[str, Any]) -> Sequence[str]:
    """Where the order of a request goes, by its kept details."""
    found: Sequence[str] = details.get("addresses") or [details.get("delivery_address", "")]
    return [address for address in found if address]


def is_new_address(counterparty_id: int, address: str) -> bool:
    """Whether nothing of a company's orders ever went to an address. One query."""
    orders = apps.get_model("order", "Order").objects.filter(counterparty_id=counterparty_id)
    known = (
        Q(delivery_address__iexact=address)
        | Q(shipments__consignee_address__iexact=address)
        | Q(shipments__delivery__recipient_address__iexact=address)
    )
    return not orders.filter(known).exists()


def section_of(budget: Budget) -> Condition:
    """The goods that a budget of a section counts."""
    return Condition("category", is_not=False, values=frozenset({budget.category_id}))


def _current(terms: Mapping[int, Term]) -> Q:
    found = Q()
    for budget_id, term in terms.items():
        found |= Q(budget_id=budget_id, starts_on=term.starts_on)
    return found


def _use(
    budget: Budget,
    term: Term,
    period: BudgetPeriod | None,
    own: Mapping[int, Decimal],
    asked: Decimal,
) -> BudgetUse:
    mine = own.get(period.pk, ZERO) if period else ZERO
    return BudgetUse(
        budget_id=budget.pk,
        period_id=period.pk if period else None,
        name=budget.name,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        amount=period.amount if period else budget.amount,
        taken=period.taken - mine if period else ZERO,
        asked=asked,
        may_exceed=budget.over == Budget.Over.APPROVE,
    )
