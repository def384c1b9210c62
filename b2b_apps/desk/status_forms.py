"""The form of a status: its names, tone, place and what the buyer is told of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from b2b_apps.desk.row_forms import RowForm
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import PLACES, USUAL, status_book
from b2b_apps.sync1c.mapping import bare
from b2b_apps.sync1c.models import StatusMapping


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
        self.fields["position"].help_text = _("1 comes first in lists and filters.")
        key = (self.instance.of, self.instance.code)
        if key not in USUAL:
            return
        _tone, usual = USUAL[key]
        for language in ("ru", "en"):
            with override(language):
                self.fields[f"name_{language}"].widget.attrs["placeholder"] = str(usual)
        self.fields["position"].widget.attrs["placeholder"] = str(PLACES[key])


class OwnStatusForm(StatusLookForm):
    """A status of the staff's own: what it is a kind of, and the texts of 1C that it stands for."""

    texts = forms.CharField(
        label=gettext_lazy("statuses in 1C that it stands for"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One a line, as 1C words them."),
    )

    class Meta(StatusLookForm.Meta):
        fields = ["name_ru", "name_en", "base", "texts", *StatusLookForm.Meta.fields[2:]]
        help_texts = {
            "base": gettext_lazy(
                "What may be changed or cancelled follows from it, and 1C's status moves a shipment"
                " to it. Of one that stands elsewhere the usual name is shown."
            ),
            "about_ru": StatusLookForm.Meta.help_texts["about_ru"],
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book = status_book()
        self.fields["base"] = forms.ChoiceField(
            label=self.fields["base"].label,
            help_text=self.fields["base"].help_text,
            choices=[(look.code, look.name) for look in book.all_of(StatusLook.Of.SHIPMENT)],
            widget=forms.Select({"class": "select"}),
        )
        for name in ("name_ru", "name_en"):
            self.fields[name].required = True
        if self.instance.pk:
            told = self.instance.texts.order_by("text").values_list("text", flat=True)
            self.initial["texts"] = "\n".join(told)

    def clean_texts(self) -> str:
        """Texts that another own status stands for are taken away there, not here by the way."""
        texts = [bare(text) for text in self.cleaned_data["texts"].splitlines()]
        wanted = {text.casefold(): text for text in texts if text}
        rows = StatusMapping.objects.exclude(own_status=None).exclude(own_status=self.instance.pk)
        for row in rows.filter(own_status__is_removed=False).select_related("own_status"):
            if row.text.casefold() in wanted:
                values = {"text": row.text, "name": str(row.own_status)}
                raise ValidationError(_("“%(text)s” is shown as “%(name)s” already.") % values)
        return "\n".join(wanted.values())
