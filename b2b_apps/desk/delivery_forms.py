"""Forms of a method of delivery, of a zone and its prices, of hours, of a day of the calendar."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from b2b_apps.delivery.models import (
    CalendarDay,
    DeliveryMethod,
    DeliveryStep,
    DeliveryWindow,
    DeliveryZone,
)
from b2b_apps.delivery.words import weekdays_named
from b2b_apps.desk.row_forms import Dressed, RowForm
from b2b_apps.integrations.cdek.client import CODE

TIME = {"type": "time"}


def _areas(*names: str) -> dict[str, forms.Widget]:
    return {name: forms.Textarea({"rows": 4}) for name in names}


def _time(is_required: bool, label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs=TIME)
    return forms.TimeField(label=label, required=is_required, widget=widget)


class Weekdays(forms.MultipleChoiceField):
    """Weekdays to tick, kept as ISO digits: "135" is Monday, Wednesday, Friday."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(label=_("weekdays"), choices=weekdays_named)

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "".join(sorted(set(super().clean(value))))


class MethodForm(RowForm):
    weekdays = Weekdays()
    cut_off = _time(False, _("ordered before"))

    class Meta:
        model = DeliveryMethod
        fields = [
            "name", "about", "is_active", "position", "weekdays", "cut_off", "lead_days",
            "max_weight_kg", "markup_percent", "hours", "papers", "conditions",
        ]  # fmt: skip
        localized_fields = ["max_weight_kg", "markup_percent"]
        widgets = _areas("papers", "conditions")
        help_texts = {
            "about": _("Stands first among its conditions, at the checkout and on orders."),
            "lead_days": _("Own transport goes by its zones."),
        }


class NewMethodForm(MethodForm):
    """A method that is not there yet: what it is can't be changed later, orders go by it."""

    field_order = ["kind", "tariff_code", "is_to_point", "is_to_customer", "name", "warehouses"]

    class Meta(MethodForm.Meta):
        fields = [
            "kind", "tariff_code", "is_to_point", "is_to_customer", "warehouses",
            *MethodForm.Meta.fields,
        ]  # fmt: skip
        widgets = {
            **_areas("papers", "conditions"),
            "warehouses": forms.CheckboxSelectMultiple(),
        }
        help_texts = {
            **MethodForm.Meta.help_texts,
            "tariff_code": _("Of a carrier only, e.g. 480 for СДЭК from door to door."),
            "is_to_point": _("Of a carrier only: the buyer chooses a delivery point."),
            "warehouses": _("None chosen: at all of them."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_carrier = cleaned.get("kind") == DeliveryMethod.Kind.CARRIER
        if is_carrier and not cleaned.get("tariff_code"):
            self.add_error("tariff_code", _("A carrier goes by one of its tariffs."))
        if not is_carrier:
            cleaned |= {"tariff_code": None, "is_to_point": False}
        self.instance.carrier = CODE if is_carrier else ""
        return cleaned


class ZoneForm(RowForm):
    weekdays = Weekdays()
    cut_off = _time(False, _("ordered before"))

    class Meta:
        model = DeliveryZone
        fields = [
            "name", "is_active", "position", "cities", "postcodes", "regions", "weekdays",
            "cut_off", "lead_days", "free_from",
        ]  # fmt: skip
        localized_fields = ["free_from"]
        widgets = _areas("cities", "postcodes", "regions")
        help_texts = {"cities": _("A name a line.")}


class NewZoneForm(ZoneForm):
    """A zone that is not there yet, and from which warehouse it is served."""

    class Meta(ZoneForm.Meta):
        fields = ["warehouse", *ZoneForm.Meta.fields]
        help_texts = {
            **ZoneForm.Meta.help_texts,
            "warehouse": _("None chosen: from any of them."),
        }


class WindowForm(RowForm):
    weekdays = Weekdays()
    starts = _time(True, _("from"))
    ends = _time(True, _("to"))

    class Meta:
        model = DeliveryWindow
        fields = ["weekdays", "starts", "ends", "capacity", "is_active"]
        help_texts = {
            "capacity": _("Who has a place already keeps it, also above a lower number."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Later than the beginning."))
        return cleaned


class NewWindowForm(WindowForm):
    """Hours that are not there yet; of pick-up, at which warehouse."""

    class Meta(WindowForm.Meta):
        fields = ["warehouse", *WindowForm.Meta.fields]


class CalendarDayForm(RowForm):
    class Meta:
        model = CalendarDay
        fields = ["day", "is_working", "name"]
        widgets = {"day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        help_texts = {
            "is_working": _("A Saturday or Sunday that is worked counts as a Friday."),
            "name": _("E.g. “Victory Day” or “moved from Sunday”."),
        }


class StepForm(Dressed, forms.Form):
    """A price of a zone, VAT inside: up to so much weight and volume, nothing is any."""

    up_to_kg = forms.DecimalField(
        label=_("weight up to, kg"), required=False, min_value=Decimal("0.001"),
        max_digits=10, decimal_places=3, localize=True,
    )  # fmt: skip
    up_to_m3 = forms.DecimalField(
        label=_("volume up to, m³"), required=False, min_value=Decimal("0.001"),
        max_digits=10, decimal_places=3, localize=True,
    )  # fmt: skip
    price = forms.DecimalField(
        label=_("price, ₽"), required=False, min_value=Decimal(0),
        max_digits=14, decimal_places=2, localize=True,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        has_limit = cleaned.get("up_to_kg") is not None or cleaned.get("up_to_m3") is not None
        if has_limit and cleaned.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("What it costs."))
        return cleaned


class StepFormSet(forms.BaseFormSet):
    """All prices of a zone; rows without a price are left out."""

    def clean(self) -> None:
        if any(self.errors):
            return
        limits = [(row["up_to_kg"], row["up_to_m3"]) for row in self.rows]
        if len(set(limits)) < len(limits):
            raise forms.ValidationError(_("Two prices up to the same weight and volume."))

    @property
    def rows(self) -> Sequence[dict[str, Any]]:
        found = [form.cleaned_data for form in self.forms]
        return [row for row in found if row.get("price") is not None]

    def steps(self, zone: DeliveryZone) -> Sequence[DeliveryStep]:
        return [DeliveryStep(zone=zone, **row) for row in self.rows]


Steps = forms.formset_factory(StepForm, formset=StepFormSet, extra=4, max_num=60, absolute_max=60)
