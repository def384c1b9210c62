"""Fork of ``oscar.apps.customer``: the sign-in form, slowed down for guessers."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TRIES = 10
WINDOW_SECONDS = 15 * 60


class EmailAuthenticationForm(AuthenticationForm):
    """Sign-in by e-mail: equal answers for an unknown person and a wrong password.

    Oscar's form has no limit of tries. After ten failures for one name from one address the
    form refuses for a quarter of an hour, the right password included.
    """

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong."),
        "inactive": _("The e-mail or the password is wrong."),
        "too_many": _("Too many tries. Wait a quarter of an hour and try again."),
    }

    def clean(self) -> dict[str, Any]:
        key = self._counter()
        if cache.get(key, 0) >= TRIES:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            cache.add(key, 0, WINDOW_SECONDS)
            cache.incr(key)
            raise
        cache.delete(key)
        return cleaned

    def _counter(self) -> str:
        name = str(self.cleaned_data.get("username", "")).casefold()
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        return f"login-tries:{address}:{name.encode().hex()[:200]}"
