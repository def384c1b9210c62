"""Who may come to the staff's side."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

StaffView = Callable[..., HttpResponseBase]


def staff_only(view: StaffView) -> StaffView:
    """Let staff in; a stranger signs in first, a buyer finds nothing here.

    Groups with rights of their own come later: until then everybody of the staff may do all.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
