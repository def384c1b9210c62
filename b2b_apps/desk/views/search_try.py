"""What a text finds now: the same field beside synonyms, pins and the report."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from b2b_apps.desk.boards import clean_text
from b2b_apps.desk.search_words import READINGS
from b2b_apps.desk.selectors.prices import contract_by
from b2b_apps.desk.selectors.search import contract_any, trial_of
from b2b_apps.desk.shell import desk_page


@require_safe
def search_try(request: HttpRequest) -> HttpResponse:
    """Search as a buyer under a contract; htmx gets the answer alone."""
    text = clean_text(request.GET.get("text", ""))
    context = trial_context(text=text, asked=clean_text(request.GET.get("contract", "")))
    if request.headers.get("HX-Request"):
        return render(request, "b2b/desk/_search_tried.html", context)
    return desk_page(request, "b2b/desk/search_try.html", context, area="search", view="synonyms")


def trial_context(*, text: str = "", asked: str = "") -> Mapping[str, Any]:
    """What the field and its answer show. One query without a text."""
    contract = contract_by(asked) if asked else contract_any()
    trial = trial_of(text=text, contract=contract) if text and contract else None
    problem = _("There is no such contract.") if asked and contract is None else ""
    return {
        "try_text": text,
        "try_contract": contract,
        "try_asked": asked,
        "try_problem": problem,
        "trial": trial,
        "try_reading": READINGS.get(trial.reading, "") if trial else "",
    }
