"""Requests: the list, one request, what is done to it. Nothing is decided by a GET."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.amending.errors import (
    ChangeNeedsApprovalError,
    ChangeOverBudgetError,
    ChangeRefusedError,
    OrderMovedOnError,
    OutcomeChangedError,
)
from b2b_apps.approvals.errors import (
    ApprovalNotNeededError,
    BudgetExceededError,
    NoApproverError,
    NotYourTurnError,
    RequestClosedError,
)
from b2b_apps.approvals.models import ApprovalRequest
from b2b_apps.approvals.selectors import request_for
from b2b_apps.approvals.services.deciding import (
    request_approve,
    request_refuse,
    request_return,
    request_withdraw,
)
from b2b_apps.approvals.services.editing import request_change, request_send_again
from b2b_apps.approvals.words import budget_words, nobody_words
from b2b_apps.chat.selectors import files_of_request
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.core.row_ids import row_id
from b2b_apps.core.texts import text_typed
from b2b_apps.purchasing.errors import BasketFullError, BasketMissingError, OfferChangedError
from b2b_apps.purchasing.orders import orders_of_basket
from b2b_apps.purchasing.quantities import Correction, QuantityError, parse_quantity
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.storefront.access import buyer_required, reader_required
from b2b_apps.storefront.approvals.page import request_list, request_page
from b2b_apps.storefront.contract_choice import contract_choose
from b2b_apps.storefront.goods_words import correction_text, of_article

MOST_TOLD = 5
# A request can hold no longer reason than its history keeps.
LONGEST = 1000
REFUSED = (
    BasketMissingError,
    BudgetExceededError,
    ChangeNeedsApprovalError,
    ChangeOverBudgetError,
    ChangeRefusedError,
    CreditExceededError,
    OrderMovedOnError,
    OutcomeChangedError,
)
NOT_CHANGED = (
    ApprovalNotNeededError,
    BasketFullError,
    BasketMissingError,
    BudgetExceededError,
    NoApproverError,
)


@require_safe
@reader_required(SEE_ORDERS)
def requests(request: Any) -> HttpResponse:
    """The requests of all companies where the person may see orders."""
    found = request_list(context=request.reader, query=request.GET)
    context = {"list": found, "section": "approvals"}
    return render(request, "b2b/storefront/approvals/list.html", context)


@require_safe
@reader_required(SEE_ORDERS)
def request_one(request: Any, number: str) -> HttpResponse:
    """One request."""
    return _page(request, _found(request, number))


@require_POST
@reader_required(SEE_ORDERS)
def approve(request: Any, number: str) -> HttpResponse:
    """Approve what was shown."""
    found = _found(request, number)
    try:
        done = request_approve(
            context=request.reader,
            request_id=found.pk,
            version=_version(request),
            offer=request.POST.get("offer", ""),
            comment=text_typed(request.POST.get("text", ""), LONGEST),
        )
    except OfferChangedError as error:
        return _page(request, found, status=409, differences=error.differences)
    except REFUSED as error:
        return _page(request, found, status=409, refusal=_refused(error))
    except (RequestClosedError, NotYourTurnError) as error:
        return _late(request, number, error)
    if done.order_number and done.is_change:
        text = _("Approved. Order %(number)s is changed.") % {"number": done.order_number}
    elif done.order_number:
        placed = orders_of_basket(context=request.reader, basket_id=done.basket_id or 0)
        numbers = [order.number for order in placed] or [done.order_number]
        text = ngettext(
            "Approved. Order %(numbers)s is placed.",
            "Approved. Orders %(numbers)s are placed.",
            len(numbers),
        ) % {"numbers": ", ".join(numbers)}
    else:
        text = _("Approved. The next approver was told.")
    messages.success(request, text)
    return redirect("storefront:approval", number=number)


@require_POST
@reader_required(SEE_ORDERS)
def refuse(request: Any, number: str) -> HttpResponse:
    """Refuse with a reason."""
    return _with_reason(request, number, request_refuse, _("The request is refused."))


@require_POST
@reader_required(SEE_ORDERS)
def give_back(request: Any, number: str) -> HttpResponse:
    """Return it to the buyer with a reason."""
    return _with_reason(request, number, request_return, _("Returned to the buyer."))


@require_POST
@reader_required(SEE_ORDERS)
def change(request: Any, number: str) -> HttpResponse:
    """Set quantities, as an approver or as the buyer who corrects it; ``again`` sends it, too."""
    found = _found(request, number)
    if found.is_change:
        raise Http404
    try:
        quantities = _quantities(request)
    except QuantityError:
        text = _("Nothing is changed: write quantities as digits and a comma, 0 takes a line out.")
        return _page(request, found, status=422, refusal=text)
    version = _version(request)
    try:
        changed = request_change(
            context=request.reader, request_id=found.pk, version=version, quantities=quantities
        )
        if "again" in request.POST:
            request_send_again(
                context=request.reader, request_id=found.pk, version=version + changed.is_changed
            )
    except (RequestClosedError, NotYourTurnError) as error:
        return _late(request, number, error)
    except NOT_CHANGED as error:
        found.refresh_from_db()
        return _page(request, found, status=409, refusal=_not_changed(error))
    if "again" in request.POST:
        messages.success(request, _("Sent for approval again."))
    elif changed.is_changed:
        messages.success(request, _("The quantities are changed, the buyer is told."))
    _tell_raised(request, changed.corrections)
    return redirect("storefront:approval", number=number)


@require_POST
@reader_required(SEE_ORDERS)
def withdraw(request: Any, number: str) -> HttpResponse:
    """Take one's own request back."""
    found = _found(request, number)
    try:
        request_withdraw(context=request.reader, request_id=found.pk)
    except (RequestClosedError, NotYourTurnError) as error:
        return _late(request, number, error)
    if found.is_change:
        said = _("The request is withdrawn, the order stays as it is.")
    else:
        said = _("The request is withdrawn. Its goods can be put into the basket.")
    messages.success(request, said)
    return redirect("storefront:approval", number=number)


@require_POST
@buyer_required(PLACE_ORDERS, minds_contract=False)
def to_basket(request: Any, number: str) -> HttpResponse:
    """Put the goods of one's own request that came to nothing into the basket of its contract."""
    found = _found(request, number)
    is_over = found.status in {"refused", "withdrawn"}
    if found.user_id != request.user.pk or not is_over or found.is_change:
        raise Http404
    trade = request.trade
    if trade.contract_id != found.contract_id:
        if found.contract_id not in {c.pk for c in request.trade_options.contracts}:
            messages.error(request, _("Its contract is no longer in force."))
            return redirect("storefront:approval", number=number)
        contract_choose(request, str(found.contract_id))
        trade = trade_context_for(user_id=request.user.pk, contract_id=found.contract_id)
    wanted = {line.product_id: line.quantity_asked for line in found.lines.all() if line.product_id}
    change = basket_set_many(context=trade, quantities=wanted, add=True)
    n = len(wanted) - len(change.refused)
    text = ngettext("%(n)d line is in the basket.", "%(n)d lines are in the basket.", n)
    messages.success(request, text % {"n": n})
    return redirect("basket:summary")


def _tell_raised(request: Any, corrections: Sequence[Correction]) -> None:
    """Say of the first which quantities are others than were typed, and of how many more."""
    for correction in corrections[:MOST_TOLD]:
        messages.warning(request, of_article(correction.article, correction_text(correction)))
    if (more := len(corrections) - MOST_TOLD) > 0:
        text = ngettext("and %(n)d more line", "and %(n)d more lines", more)
        messages.warning(request, text % {"n": more})


def _refused(error: Exception) -> str:
    """Why what was approved could not be ordered, or the order not be changed so."""
    if isinstance(error, OutcomeChangedError):
        return _("Something has changed meanwhile: look at what it comes to now.")
    if isinstance(error, CreditExceededError):
        return _("Not ordered: the credit limit of the contract does not allow it.")
    if isinstance(error, BudgetExceededError):
        return budget_words(error)
    if isinstance(error, BasketMissingError):
        return _("It can't be ordered: its buyer may no longer buy under this contract.")
    return _("The order can't be changed so now: what is in the way stands below.")


def _not_changed(error: Exception) -> str:
    if isinstance(error, BudgetExceededError):
        return budget_words(error)
    if isinstance(error, NoApproverError):
        return nobody_words(error)
    if isinstance(error, ApprovalNotNeededError):
        return _("It needs no approval any more: withdraw it, and order from the basket.")
    return _("At least one line has to stay: refuse or withdraw the request instead.")


def _with_reason(request: Any, number: str, decide: Callable[..., Any], said: str) -> HttpResponse:
    found = _found(request, number)
    reason = text_typed(request.POST.get("text", ""), LONGEST)
    if not reason:
        text = _("Say why: the buyer reads it.")
        return _page(request, found, status=422, refusal=text)
    try:
        decide(
            context=request.reader, request_id=found.pk, version=_version(request), reason=reason
        )
    except (RequestClosedError, NotYourTurnError) as error:
        return _late(request, number, error)
    messages.success(request, said)
    return redirect("storefront:approval", number=number)


def _late(request: Any, number: str, error: Exception) -> HttpResponse:
    """Somebody was quicker, or it is another's turn: the page shows what is so now."""
    if isinstance(error, NotYourTurnError):
        messages.error(request, _("It is not your turn to decide on this request."))
    else:
        messages.warning(request, _("The request was changed or decided meanwhile. Look again."))
    return redirect("storefront:approval", number=number)


def _quantities(request: Any) -> dict[int, Decimal]:
    found = {}
    for name, text in request.POST.items():
        prefix, _dash, pk = name.partition("-")
        line_id = row_id(pk) if prefix == "q" else None
        if line_id is not None:
            found[line_id] = parse_quantity(text or "0")
    return found


def _version(request: Any) -> int:
    return row_id(request.POST.get("version", "")) or 0


def _found(request: Any, number: str) -> ApprovalRequest:
    found = request_for(context=request.reader, number=number)
    if found is None:
        raise Http404
    return found


def _page(request: Any, found: ApprovalRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    page = request_page(context=request.reader, request=found, number=request.GET.get("page"))
    context = {
        "page": page,
        "files": files_of_request(basket_id=found.basket_id) if found.basket_id else [],
        "file_view": "storefront:order_file",
        "section": "approvals",
        "typed": request.POST.get("text", ""),
        **more,
    }
    return render(request, "b2b/storefront/approvals/one.html", context, status=status)
