"""The form of a status: its names, tone, place and what the buyer is told of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from b2b_apps.desk.row_forms import RowForm
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import PLACES, USUAL


class StatusLookForm(RowForm):
    position = forms.IntegerField(
        label=gettext_lazy("place"), required=False, min_value=1, max_value=99
    )

    class Meta:
        model = StatusLook
        fields = ["name_ru", "name_en", "about_ru", "about_en", "position", "tone"]
        widgets = {
            "about_ru": forms.Textarea({"rows": 2}),
            "about_en": forms.Textarea({"rows": 2}),
            "tone": forms.RadioSelect,
        }
        help_texts = {
            "name_ru": gettext_lazy("Empty: as usual."),
            "name_en": gettext_lazy("Empty: as usual."),
            "about_ru": gettext_lazy("Stands below the status on the page of the order."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = (self.instance.of, self.instance.code)
        _tone, usual = USUAL[key]
        for language in ("ru", "en"):
            with override(language):
                self.fields[f"name_{language}"].widget.attrs["placeholder"] = str(usual)
        self.fields["position"].widget.attrs["placeholder"] = str(PLACES[key])
        self.fields["position"].help_text = _("1 comes first in lists and filters.")
