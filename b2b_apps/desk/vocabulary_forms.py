"""Forms of what the search is taught: groups of synonyms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from b2b_apps.desk.row_forms import Dressed

LONGEST = 4000


class SynonymForm(Dressed, forms.Form):
    """A group of phrases, a line each. ``seen`` is when the group was changed last, as opened."""

    phrases = forms.CharField(
        label=_("words and phrases, a line each"),
        max_length=LONGEST,
        help_text=_("Who types one of them finds goods with any of them."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "area"}),
    )
    finds = forms.CharField(
        label=_("also find, a line each"),
        required=False,
        max_length=LONGEST,
        help_text=_(
            "Empty: the group works both ways. Filled in: those above find these too, these do"
            " not find those."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "area"}),
    )
    is_active = forms.BooleanField(label=_("the group works"), required=False, initial=True)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @property
    def opened_with(self) -> str:
        return ""

    def values(self) -> dict[str, Any]:
        """What ``synonym_save`` takes."""
        return {
            "phrases": self.cleaned_data["phrases"].splitlines(),
            "finds": self.cleaned_data["finds"].splitlines(),
            "is_active": self.cleaned_data["is_active"],
        }
