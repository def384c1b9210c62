"""The centre of notices, and what a person wants to be told."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.companies.roles import SEE_ORDERS, SEE_PRICES
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.selectors import chosen_by, notices_for
from b2b_apps.notifications.services import notices_choose, notices_read
from b2b_apps.storefront.access import reader_required

PAGE = 50


@require_safe
@reader_required(SEE_ORDERS)
def notices(request: Any) -> HttpResponse:
    """What a person was told; ``view=unread`` what of it he has not read. Three queries."""
    rows = notices_for(context=request.reader)
    num_unread = rows.filter(read_at__isnull=True).count()
    is_unread = request.GET.get("view") == "unread"
    if is_unread:
        rows = rows.filter(read_at__isnull=True)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "num_unread": num_unread,
        "is_unread": is_unread,
        "sees_prices": request.reader.companies_with(SEE_PRICES),
        "has_companies": len(request.reader.counterparty_ids) > 1,
        "section": "notices",
    }
    return render(request, "b2b/storefront/notices/list.html", context)


@require_POST
@reader_required(SEE_ORDERS)
def notices_all_read(request: Any) -> HttpResponse:
    notices_read(context=request.reader)
    return redirect("storefront:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required(SEE_ORDERS)
def notice_settings(request: Any) -> HttpResponse:
    """Which channels are on for each kind. A box that is not sent is off; what is not ours is
    left out.
    """
    if request.method == "POST":
        language = request.POST.get("language", "")
        notices_choose(
            person_id=request.user.pk,
            channels={
                kind: [c for c in Channel if request.POST.get(f"{kind}-{c}") == "on"]
                for kind in Kind
            },
            language=language if language in dict(settings.LANGUAGES) else "",
        )
        messages.success(request, _("Saved."))
        return redirect("storefront:notice_settings")
    chosen = chosen_by(person_id=request.user.pk)
    context = {
        "kinds": [
            (kind, [(c, f"{kind}-{c}", chosen.has(kind, c)) for c in Channel]) for kind in Kind
        ],
        "channels": Channel,
        "language": chosen.language,
        "languages": settings.LANGUAGES,
        "section": "notices",
    }
    return render(request, "b2b/storefront/notices/settings.html", context)
