"""Fork of ``oscar.apps.customer``: the sign-in form, slowed down for guessers."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from b2b_apps.core.addresses import client_address
from b2b_apps.core.guesses import (
    GuessRefusedError,
    Limits,
    guess_begin,
    guess_right,
    name_digest,
)

# An office behind one address has many people, each with ten tries of his own.
LIMITS = Limits(pair=10, address=100, name=50)


class EmailAuthenticationForm(AuthenticationForm):
    """Sign-in by e-mail: equal answers for an unknown person and a wrong password.

    Oscar's form has no limit of tries. Here what exceeds ``LIMITS`` is refused for a quarter of
    an hour, the right password included.
    """

    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong."),
        "inactive": _("The e-mail or the password is wrong."),
        "too_many": _("Too many tries. Wait a quarter of an hour and try again."),
    }

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", ""))
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            guess = guess_begin(
                kind="login",
                name=name_digest(name),
                address=client_address(self.request) if self.request else "",
                limits=LIMITS,
            )
        except GuessRefusedError as error:
            raise ValidationError(self.error_messages["too_many"], code="too_many") from error
        cleaned: dict[str, Any] = super().clean()
        guess_right(guess=guess)
        return cleaned
