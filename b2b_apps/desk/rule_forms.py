"""The blanks in the sentence of a price rule."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from b2b_apps.desk.row_forms import Dressed
from b2b_apps.pricing.models import PriceRule
from b2b_apps.pricing.rules import WITHOUT_PRICE

MOMENT = "%Y-%m-%dT%H:%M"
FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_PLACE = 32_000
LABELS = {
    "name": _("Name"),
    "priority": _("Place in the order"),
    "action": _("What the rule does"),
    "value": _("How much"),
    "currency": _("Currency of sums"),
    "valid_from": _("From"),
    "valid_to": _("Until"),
    "round_to": _("Round to"),
    "max_change": _("No more than, per unit"),
    "floor_percent": _("Not below the purchase price plus, %"),
    "promo_code": _("Promo code"),
}


class RuleForm(Dressed, forms.ModelForm):
    """All of a rule but its conditions."""

    class Meta:
        model = PriceRule
        fields = [
            "name", "priority", "action", "value", "currency", "valid_from", "valid_to",
            "round_to", "max_change", "floor_percent", "is_final", "with_agreed", "promo_code",
        ]  # fmt: skip
        labels = LABELS
        localized_fields = ["value", "round_to", "max_change", "floor_percent"]
        widgets = {
            name: forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})
            for name in ("valid_from", "valid_to")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("valid_from", "valid_to"):
            self.fields[name].input_formats = [MOMENT, "%d.%m.%Y %H:%M", "%d.%m.%Y"]  # type: ignore[attr-defined]
        for name in ("value", "round_to", "max_change", "floor_percent"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        # The model's own validators don't run here (``_post_clean``).
        self.fields["priority"].validators.append(MaxValueValidator(LAST_PLACE))
        self.fields["action"].choices = PriceRule.Action.choices  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].strip().upper()
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise forms.ValidationError(_("Three letters, such as RUB or EUR."))
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        action, value = cleaned.get("action"), cleaned.get("value")
        if action in WITHOUT_PRICE:
            cleaned["value"] = None
        elif "value" not in self.errors and value is None:
            self.add_error("value", _("Say by how much."))
        elif action == "percent" and value is not None and not -100 <= value <= 1000:
            self.add_error("value", _("From −100 to 1000 per cent."))
        elif action == "fixed" and value is not None and value < 0:
            self.add_error("value", _("A price can't be below zero."))
        starts, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        for name, moment in (("valid_from", starts), ("valid_to", ends)):
            # Year 1 here is the year before in UTC: stored, such a rule can't be read again.
            if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                self.add_error(name, _("A year from 2000 to 2100."))
        if starts and ends and ends <= starts:
            self.add_error("valid_to", _("The rule has to end after it begins."))
        for name in ("round_to", "max_change"):
            if (number := cleaned.get(name)) is not None and number <= 0:
                self.add_error(name, _("Above zero, or empty."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What to write; the form itself saves nothing."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """Leave the instance and its constraints alone: the service writes the rule."""
