"""What buyers search for, by period: most asked, found by nobody, opened by nobody."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from b2b_apps.desk.selectors.search_log import MOST_TEXTS, search_log
from b2b_apps.desk.shell import desk_page

PERIODS = {
    "1": gettext_lazy("today"),
    "7": gettext_lazy("7 days"),
    "30": gettext_lazy("30 days"),
    "180": gettext_lazy("half a year"),
}
USUAL = "30"
VIEWS = {
    "asked": gettext_lazy("Most asked"),
    "empty": gettext_lazy("Nothing found"),
    "unopened": gettext_lazy("Nothing opened"),
}


@require_safe
def search_report(request: HttpRequest) -> HttpResponse:
    """The report of a period; an unknown period or view is the usual one."""
    period = request.GET.get("days", USUAL)
    period = period if period in PERIODS else USUAL
    view = request.GET.get("view", "asked")
    view = view if view in VIEWS else "asked"
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    log = search_log(since=midnight - timedelta(days=int(period) - 1), view=view)
    context = {
        "title": _("What is searched for"),
        "log": log,
        "periods": PERIODS.items(),
        "period": period,
        "views": VIEWS.items(),
        "view": view,
        "is_cut": len(log.texts) == MOST_TEXTS,
    }
    return desk_page(request, "b2b/desk/search_report.html", context, area="search", view="report")
