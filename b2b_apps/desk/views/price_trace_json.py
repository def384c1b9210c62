"""Why a product costs what it costs a client, for staff, as JSON: what did not work, too."""

from typing import Any

from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from b2b_apps.desk.boards import clean_text
from b2b_apps.desk.selectors.prices import Trace, contract_by, price_trace, product_by
from b2b_apps.desk.views.prices import project_asked, quantity_asked


@require_safe
def price_why_json(request: Any) -> JsonResponse:
    """Return the trace of ``product`` (article, code or id) under ``contract`` (id or number).

    ``quantity`` in base units, 1 if it is left out; ``project`` is the id of one of the contract's
    projects in force, any other is none. Each step is a list, a tier or a rule of the
    chain with its ``state``: yes, cap (a limit was reached) or no, and in words why. Amounts are
    texts. Ten queries at most.
    """
    contract = contract_by(clean_text(request.GET.get("contract", "")))
    product = product_by(clean_text(request.GET.get("product", "")))
    if contract is None or product is None:
        raise Http404
    quantity = quantity_asked(clean_text(request.GET.get("quantity", "")))
    if quantity is None:
        return JsonResponse({"error": _("Type a quantity above zero.")}, status=400)
    trace = price_trace(
        contract=contract, product=product, quantity=quantity, day=timezone.localdate(),
        project_id=project_asked(clean_text(request.GET.get("project", ""))),
    )  # fmt: skip
    if trace is None:
        raise Http404
    return JsonResponse({"contract": contract.pk, "product": product.pk, **_told(trace)})


def _told(trace: Trace) -> dict[str, Any]:
    return {
        "quantity": f"{trace.quantity.normalize():f}",
        "availability": trace.availability,
        "price": _text(trace.unit_price),
        "currency": trace.price.currency if trace.price else None,
        "cost": _text(trace.cost),
        "steps": [
            {
                "state": step.state,
                "name": step.name,
                "price": _text(step.amount),
                "change": _text(step.change),
                "reason": step.reason,
                "price_list": step.price_list.pk if step.price_list else None,
            }
            for step in trace.steps
        ],
    }


def _text(number: Any) -> str | None:
    return None if number is None else str(number)
