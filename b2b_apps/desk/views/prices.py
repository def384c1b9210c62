"""Why a product costs what it costs under a contract."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from b2b_apps.contracts.selectors import projects_under
from b2b_apps.desk.boards import clean_text
from b2b_apps.desk.selectors.prices import contract_by, price_trace, product_by
from b2b_apps.desk.shell import desk_page
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity


@require_safe
def price_why(request: HttpRequest) -> HttpResponse:
    """Why a product costs what it costs under a contract, list by list."""
    typed = {
        key: clean_text(request.GET.get(key, ""))
        for key in ("contract", "product", "quantity", "project")
    }
    contract, product = contract_by(typed["contract"]), None
    quantity = quantity_asked(typed["quantity"])
    problems = {}
    if typed["contract"] and contract is None:
        problems["contract"] = _("There is no such contract.")
    if typed["product"]:
        product = product_by(typed["product"])
        if product is None:
            problems["product"] = _("There is no product with this article or code.")
    if quantity is None:
        problems["quantity"] = _("Type a quantity above zero.")
    trace, day = None, timezone.localdate()
    if contract and product and quantity:
        trace = price_trace(
            contract=contract, product=product, quantity=quantity, day=day,
            project_id=project_asked(typed["project"]),
        )  # fmt: skip
    projects = projects_under(contract_id=contract.pk, day=day) if contract else ()
    context = {"typed": typed, "projects": projects, "contract": contract, "product": product,
               "problems": problems, "trace": trace, "now": timezone.now()}  # fmt: skip
    return desk_page(request, "b2b/desk/price_why.html", context, area="prices", view="why")


def project_asked(text: str) -> int | None:
    """The id of the project that was named, if it can be one."""
    return int(text) if text.isdecimal() and len(text) < 18 else None


def quantity_asked(text: str) -> Decimal | None:
    """Return the typed quantity, one if nothing was typed, None if it is none above zero."""
    try:
        number = parse_quantity(text or "1")
    except QuantityError:
        return None
    return number if number > 0 else None
