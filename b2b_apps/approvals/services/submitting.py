"""A basket becomes a request: its content is frozen, budgets are taken, approvers are told."""

from functools import partial

from django.db import transaction
from django_scopes import scope

from b2b_apps.approvals.details import details_plain
from b2b_apps.approvals.errors import (
    ApprovalNotNeededError,
    BudgetExceededError,
    NoApproverError,
)
from b2b_apps.approvals.models import ApprovalRequest, RequestLine
from b2b_apps.approvals.plan import Plan
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.approvals.selectors import request_of_basket
from b2b_apps.approvals.services.budgets import budgets_take
from b2b_apps.approvals.services.opening import request_open
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.purchasing.deliveries import addresses_of
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ContractSwitchedError,
    OfferChangedError,
)
from b2b_apps.purchasing.locks import basket_locked
from b2b_apps.purchasing.offers import Offer, differences_from, offer_from, plan_offered
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.services import OrderDetails
from b2b_apps.purchasing.services.orders import FROZEN
from b2b_apps.purchasing.sheet import Sheet


def request_submit(
    *, context: TradeContext, basket_id: int, details: OrderDetails, offer: str
) -> ApprovalRequest:
    """Send a basket for approval, once, and return the request; its lines, prices and details are
    kept, and the person's next basket is a new one. A colleague's shared basket becomes his.

    ``offer`` is the token of what the buyer saw. Locks the basket, then periods of budgets in pk
    order. A basket that was sent already gives its request again. Raises OfferChangedError,
    BasketMissingError, ContractSwitchedError, ApprovalNotNeededError, BudgetExceededError,
    NoApproverError; then nothing has changed. Some thirty queries, whatever the number of lines.
    """
    context.require(PLACE_ORDERS)
    submit = transaction.atomic(partial(_submit, context, basket_id, details, offer))
    with scope(counterparty=list(context.counterparty_ids)):
        return deadlock_retried(submit)


def _submit(
    context: TradeContext, basket_id: int, details: OrderDetails, offer: str
) -> ApprovalRequest:
    basket = basket_locked(basket_id=basket_id, user_id=context.basket_user_id)
    if basket is None or basket.status != context.basket_status:
        sent = request_of_basket(user_id=context.user_id, basket_id=basket_id)
        if sent is None:
            raise BasketMissingError
        return sent
    if basket.contract_id != context.contract_id:
        raise ContractSwitchedError
    sheet = basket_sheet(context=context, basket=basket)
    if not sheet.lines:
        raise BasketMissingError
    shown = offer_from(offer, basket_id=basket.pk) or Offer()
    if differences := differences_from(shown, sheet):
        raise OfferChangedError(differences)
    addresses = addresses_of(plan_offered(shown, sheet), details)
    plan = plan_checked(
        approval_plan(context=context, sheet=sheet, addresses=addresses, is_locked=True)
    )
    # Who sends a colleague's basket orders it himself, as who orders it at once does.
    basket.status, basket.owner_id, basket.is_shared = FROZEN, context.user_id, False
    basket.save(update_fields=["status", "owner", "is_shared"])
    budgets_take(basket_id=basket.pk, uses=plan.uses, user_id=context.user_id, may_exceed=True)
    request = request_open(
        plan,
        counterparty_id=context.counterparty_id,
        contract_id=context.contract_id,
        project_id=context.project_id,
        region_id=context.region_id,
        basket=basket,
        user_id=context.user_id,
        details=details_plain(details)
        | {"addresses": addresses, "basket_of": context.basket_owner_id},
        currency=context.currency,
        total=sheet.total_incl_tax,
        num_lines=sheet.num_lines,
    )
    RequestLine.objects.bulk_create(lines_of_request(request, sheet))
    return request


def plan_checked(plan: Plan) -> Plan:
    """The plan, if a request can be made by it."""
    if over := plan.exceeded:
        raise BudgetExceededError(over.name, over.left_before, over.asked)
    if not plan.is_needed:
        raise ApprovalNotNeededError
    if plan.dead_rule:
        raise NoApproverError(plan.dead_rule)
    return plan


def lines_of_request(request: ApprovalRequest, sheet: Sheet) -> list[RequestLine]:
    """The lines of a sheet as they are kept."""
    return [
        RequestLine(
            request=request,
            line_id=line.id,
            position=line.position,
            product=line.product,
            article=line.article[:255],
            title=line.product.get_title()[:255],
            unit_name=line.unit.short_name if line.unit else "",
            quantity_asked=line.quantity,
            quantity=line.quantity,
            unit_price=line.unit_price or 0,
            sum_incl_tax=line.amount.incl_tax if line.amount else 0,
            warehouse_id=line.warehouse_id,
            comment=line.comment,
        )
        for line in sheet.lines
    ]
