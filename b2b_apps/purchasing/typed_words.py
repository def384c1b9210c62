"""Why what was typed is no quantity, in words."""

from django.utils.translation import gettext as _

from b2b_apps.purchasing.quantities import QuantityError


def quantity_error(error: QuantityError, text: str) -> str:
    """Say why a typed quantity is not one, in the user's language."""
    if error.code == "empty":
        return _("Enter a quantity.")
    if error.code == "too_large":
        return too_large()
    if error.code == "unit":
        values = {"typed": text[:32], "unit": error.counted_in}
        if not error.counted_in:
            return _("it is not counted so: “%(typed)s”") % values
        return _("“%(typed)s” is written, it is counted in “%(unit)s”") % values
    return _("“%(text)s” is not a quantity. Digits and a comma, for example 12 or 1.5.") % {
        "text": text[:32]
    }


def too_large() -> str:
    """Say that there can't be so much, in pieces or in money, in one line."""
    return _("Too large a quantity: a line holds no more than 1,000,000,000, in money too.")
