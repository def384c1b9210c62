"""Theme, density and the fold of the side menu: kept in cookies, written into <html>."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from b2b_apps.core.redirects import way_back

CHOICES: dict[str, frozenset[str]] = {
    "theme": frozenset({"light", "dark"}),
    "density": frozenset({"normal", "compact"}),
    "side": frozenset({"wide", "narrow"}),
}
COOKIE_AGE = 365 * 24 * 60 * 60


def appearance_from(cookies: Mapping[str, str]) -> dict[str, str]:
    """The known choices among ``cookies``; anything else is left out."""
    return {name: cookies[name] for name in CHOICES if cookies.get(name) in CHOICES[name]}


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember what was chosen and go back; a script that has applied it itself gets 204."""
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        response = redirect(way_back(request))
    for name, value in appearance_from(request.POST).items():
        response.set_cookie(
            name,
            value,
            max_age=COOKIE_AGE,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
