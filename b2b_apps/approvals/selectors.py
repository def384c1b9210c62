"""Questions about requests: which ones a person sees, and what he may do with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from b2b_apps.approvals.models import ApprovalRequest, Deputy, RequestStep, StepApprover
from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import ReadContext, TradeContext
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.sheet import Sheet

Status = ApprovalRequest.Status
OPEN = RequestStep.State.OPEN


def requests_for(*, context: ReadContext) -> QuerySet[ApprovalRequest]:
    """Requests of all companies whose orders the person may see, the latest first."""
    rows = ApprovalRequest.objects.filter(counterparty_id__in=context.companies_with(SEE_ORDERS))
    return rows.order_by("-created_at", "-pk")


def request_for(*, context: ReadContext, number: str) -> ApprovalRequest | None:
    """Return a request by its number, or None if he may not see it. One query."""
    rows = requests_for(context=context).select_related(
        "user", "contract", "counterparty", "department", "project"
    )
    return rows.filter(number=number).first()


def request_of_basket(*, user_id: int, basket_id: int) -> ApprovalRequest | None:
    """Return what a person has made of a basket by sending it for approval. One query."""
    return ApprovalRequest.objects.filter(user_id=user_id, basket_id=basket_id).first()


def his_turns(*, employee_id: int, user_id: int, day: date) -> Q:
    """What of ``StepApprover`` a person may decide on a day: his own turns, and those of whom he
    stands in for. Nobody decides on his own request, unless the rule of the step says so.
    """
    stood_in = Deputy.objects.filter(
        deputy_id=employee_id,
        principal_id=OuterRef("employee_id"),
        counterparty_id=OuterRef("step__request__counterparty_id"),
        starts_on__lte=day,
        ends_on__gte=day,
    )
    may_own = ~Q(step__request__user_id=user_id) | Q(step__may_own=True)
    return (
        Q(decided_at__isnull=True, step__state=OPEN, step__request__status=Status.WAITING)
        & (Q(employee_id=employee_id) | Exists(stood_in))
        & may_own
    )


def turns_of(*, context: ReadContext, request_id: int | None = None) -> QuerySet[StepApprover]:
    """The turns that wait for the person, in companies where he has a role. One query if read."""
    rows = StepApprover.objects.filter(
        his_turns(
            employee_id=context.employee_id, user_id=context.user_id, day=timezone.localdate()
        ),
        step__request__counterparty_id__in=context.companies_with(SEE_ORDERS),
    )
    return rows if request_id is None else rows.filter(step__request_id=request_id)


def num_waiting_for(*, context: ReadContext) -> int:
    """How many requests wait for the person. One query."""
    return turns_of(context=context).order_by().values("step__request_id").distinct().count()


def waiting_for(*, context: ReadContext) -> QuerySet[ApprovalRequest]:
    """The requests that wait for the person."""
    turns = turns_of(context=context).filter(step__request_id=OuterRef("pk"))
    return requests_for(context=context).filter(Exists(turns))


@dataclass(frozen=True, slots=True)
class RequestNow:
    """A request's content as it stands now: what its buyer would get today.

    ``context`` and ``sheet`` are None where he may no longer buy under its contract.
    """

    context: TradeContext | None
    sheet: Sheet | None


def buyer_context(request: ApprovalRequest) -> TradeContext | None:
    """The context that a request was made in, as it is today; None if its buyer may no longer
    order under its contract. Three queries.
    """
    context = trade_context_for(
        user_id=request.user_id,
        contract_id=request.contract_id,
        region_id=request.region_id,
        project_id=request.project_id,
    )
    if context is None or context.contract_id != request.contract_id:
        return None
    is_same = context.project_id == request.project_id
    return context if is_same and context.may(PLACE_ORDERS) else None


def request_now(*, request: ApprovalRequest) -> RequestNow:
    """Return what a request would order today. Nine queries, whatever its length.

    The scope must hold the request's company.
    """
    context = buyer_context(request)
    if context is None:
        return RequestNow(None, None)
    return RequestNow(context, basket_sheet(context=context, basket=request.basket))


def change_waiting(*, order: Any) -> ApprovalRequest | None:
    """Return the change of an order that waits for approval, or None. One query, none for a company
    that uses no approvals. ``order`` must be one that the person may see.
    """
    if not order.counterparty.uses_approvals:
        return None
    rows = ApprovalRequest.objects.filter(order=order, status=ApprovalRequest.Status.WAITING)
    return rows.select_related("user").first()


def people_of(*, counterparty_id: int) -> Sequence[Membership]:
    """Who has a role in a company, by name, with accounts. One query."""
    rows = Membership.objects.filter(
        counterparty_id=counterparty_id, employee__user__is_active=True
    ).select_related("employee__user")
    return list(rows.order_by("employee__user__last_name", "employee__user__first_name", "pk"))


def deputies_on(
    *, counterparty_id: int, employee_ids: Collection[int], day: date
) -> Mapping[int, Sequence[Any]]:
    """Deputies of people on a day, by whom they stand in for. One query."""
    rows = Deputy.objects.filter(
        counterparty_id=counterparty_id,
        principal_id__in=employee_ids,
        starts_on__lte=day,
        ends_on__gte=day,
    ).select_related("deputy__user")
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.principal_id, []).append(row.deputy)
    return found
