"""Assortment rules and labels as forms: everything but their conditions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.desk.row_forms import Dressed

DAY = "%Y-%m-%d"
FIRST_YEAR, LAST_YEAR = 2000, 2100


class RuledForm(Dressed, forms.ModelForm):
    """What rules and labels have in common: name, term, whether it works.

    ``is_draft``: it is being filled in, so a blank that is still empty is no error.
    """

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_draft = is_draft
        for name in ("valid_from", "valid_to"):
            self.fields[name].widget = forms.DateInput(
                format=DAY, attrs={"type": "date", "class": "input"}
            )
            self.fields[name].input_formats = [DAY, "%d.%m.%Y"]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        for name, day in (("valid_from", starts), ("valid_to", ends)):
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("A year from 2000 to 2100."))
        if starts and ends and ends < starts:
            self.add_error("valid_to", _("It can't end before it begins."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service writes; the form itself saves nothing."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Leave the instance alone: the service writes it."""
        if self.is_draft:
            for name in [name for name in self.errors if self.has_error(name, "required")]:
                del self.errors[name]


class AssortmentRuleForm(RuledForm):
    class Meta:
        model = AssortmentRule
        fields = ["name", "kind", "valid_from", "valid_to", "is_active"]


class LabelForm(RuledForm):
    class Meta:
        model = Label
        fields = [
            "name", "code", "look", "position", "newer_than_days", "valid_from", "valid_to",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "name": _("The word that buyers see."),
            "code": _("Latin letters, in addresses of filters: new, hit."),
            "position": _("Labels of one product stand in this order."),
            "newer_than_days": _("Only goods that came to the catalogue within so many days."),
        }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Label.objects.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another label has this code."))
        return code
