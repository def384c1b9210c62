"""What is said of goods and quantities on more than one page of the shop."""

from django.utils.translation import gettext as _

from b2b_apps.core.figures import quantity_text
from b2b_apps.purchasing.quantities import Correction


def not_in_catalogue() -> str:
    """Say that a product is not there: in the same words whether it is hidden or never was."""
    return _(
        "This product is not in the catalogue. Load the page anew, or ask your manager what"
        " replaces it."
    )


def correction_text(correction: Correction) -> str:
    """Return «Кратность 12: было 140, стало 144»."""
    values = {
        "asked": quantity_text(correction.asked),
        "taken": quantity_text(correction.taken),
        "multiple": quantity_text(correction.multiple),
        "minimum": quantity_text(correction.minimum),
    }
    if correction.asked < correction.minimum:
        return _("Minimum %(minimum)s: was %(asked)s, became %(taken)s") % values
    return _("Multiple of %(multiple)s: was %(asked)s, became %(taken)s") % values


def of_article(article: str, text: str) -> str:
    """Put the article before what is said of it."""
    return f"{article}: {text}" if article else text
