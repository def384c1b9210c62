"""Forms of a method of delivery, of a zone and of hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from b2b_apps.delivery.models import DeliveryMethod, DeliveryWindow, DeliveryZone
from b2b_apps.desk.row_forms import RowForm

DIGITS = _("Digits of weekdays, Monday is 1.")
TIME = {"type": "time"}


def _areas(*names: str) -> dict[str, forms.Textarea]:
    return {name: forms.Textarea({"rows": 4}) for name in names}


def _time(is_required: bool, label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs=TIME)
    return forms.TimeField(label=label, required=is_required, widget=widget)


class MethodForm(RowForm):
    cut_off = _time(False, _("ordered before"))

    class Meta:
        model = DeliveryMethod
        fields = [
            "name", "about", "is_active", "position", "weekdays", "cut_off", "lead_days",
            "max_weight_kg", "markup_percent", "hours", "papers", "conditions",
        ]  # fmt: skip
        localized_fields = ["max_weight_kg", "markup_percent"]
        widgets = _areas("papers", "conditions")
        help_texts = {"weekdays": DIGITS, "lead_days": _("Own transport goes by its zones.")}


class ZoneForm(RowForm):
    cut_off = _time(False, _("ordered before"))

    class Meta:
        model = DeliveryZone
        fields = [
            "name", "is_active", "position", "cities", "postcodes", "regions", "weekdays",
            "cut_off", "lead_days", "free_from",
        ]  # fmt: skip
        localized_fields = ["free_from"]
        widgets = _areas("cities", "postcodes", "regions")
        help_texts = {"weekdays": DIGITS, "cities": _("A name a line.")}


class WindowForm(RowForm):
    starts = _time(True, _("from"))
    ends = _time(True, _("to"))

    class Meta:
        model = DeliveryWindow
        fields = ["weekdays", "starts", "ends", "capacity", "is_active"]
        help_texts = {
            "weekdays": DIGITS,
            "capacity": _("Who has a place already keeps it, also above a lower number."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Later than the beginning."))
        return cleaned

    def clean_weekdays(self) -> str:
        weekdays: str = self.cleaned_data["weekdays"]
        if not weekdays or set(weekdays) - set("1234567"):
            raise forms.ValidationError(DIGITS)
        return weekdays
