"""Forms of a status of 1C and its meaning."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.desk.row_forms import Dressed
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import StatusBook, status_book
from b2b_apps.sync1c.mapping import bare
from b2b_apps.sync1c.models import StatusMapping

OWN = "own-"


def meanings(book: StatusBook) -> list[tuple[str, str]]:
    """What a status of 1C may mean: statuses of a shipment by their names of now, those of the
    staff's own with what they are a kind of, or nothing.
    """
    values = [value for value in StatusMapping.Meaning.values if value]
    own = book.all_of(StatusLook.Of.OWN)
    return [
        ("", _("changes nothing")),
        *((value, book.shipment(value).name) for value in values),
        *((OWN + x.code, f"{x.name} ({book.shipment(x.base).name})") for x in own),
    ]


def meaning_chosen(row: StatusMapping) -> str:
    """What is chosen of ``meanings`` for a status of 1C."""
    own = row.own_status
    return OWN + own.code if own and not own.is_removed else row.meaning


class MeaningForm(Dressed, forms.Form):
    """Another meaning of a status that is known."""

    meaning = forms.ChoiceField(
        label=gettext_lazy("meaning"), required=False, choices=lambda: meanings(status_book())
    )

    @property
    def own(self) -> StatusLook | None:
        """The own status that was chosen, None if it is none of those. One query."""
        code: str = self.cleaned_data["meaning"]
        rows = StatusLook.objects.filter(of=StatusLook.Of.OWN)
        return rows.get(code=code.removeprefix(OWN)) if code.startswith(OWN) else None


class NewMeaningForm(MeaningForm):
    """A status of 1C and its meaning."""

    text = forms.CharField(label=gettext_lazy("status in 1C"), max_length=120)
    field_order = ("text", "meaning")

    def clean_text(self) -> str:
        text = bare(self.cleaned_data["text"])
        if not text:
            raise ValidationError(_("Write the status as 1C words it."))
        return text

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        known = StatusMapping.objects.values_list("text", flat=True)
        if values.get("text", "").casefold() in {text.casefold() for text in known}:
            self.add_error("text", _("This status has a meaning already: change it in the list."))
        return values
