"""Forms of a record that others change too: 1C's exchange, a colleague in another window.

A form carries what its fields were when it was opened. Only what the person changed is written,
so what an exchange has written between opening and saving stays; a field that both have changed
is not written over unseen.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WAS = "was-"


class FigureInput(forms.TextInput):
    """A figure as people write and paste it: "20 000,50", whatever the spaces are."""

    is_localized = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return "".join(typed.split()) if isinstance(typed, str) else typed


class Dressed(forms.BaseForm):
    """Puts the classes of the design system and the ARIA of errors on the widgets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.widget = FigureInput({"inputmode": "decimal", **field.widget.attrs})
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "select" if is_choice else "input")

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["aria-invalid"] = "true"
                attrs["aria-describedby"] = f"e-{name}"


class Warned(forms.Form):
    """A form that takes what is unlikely when it is saved once more, and not before."""

    warned_of = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def warn(self, field: str, about: str, text: str) -> None:
        """Refuse with a warning, unless the person has saved again after it. ``about`` is what he
        was warned of: something else is warned of anew.
        """
        if self.data.get("warned_of") != about:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["warned_of"] = about  # type: ignore[index]
            self.add_error(field, text)


class RowForm(Dressed, forms.ModelForm):
    """Writes the columns that the person changed and no others.

    ``instance`` is the row as it is now (``editing.row_locked``). A form that carries nothing of
    how it was opened is compared with that row. ``written_too`` are columns that follow from what
    was changed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.touched: set[str] = set()
        self.overtaken: set[str] = set()
        self.written_too: set[str] = set()

    @property
    def opened_with(self) -> SafeString:
        """Hidden fields: what each was when the form was opened; or became, once that was told."""
        if self.instance._state.adding:
            return SafeString("")
        told = ((WAS, name, self._was(name)) for name in self.fields)
        return format_html_join("", '<input type="hidden" name="{}{}" value="{}">', told)

    @property
    def changed_data(self) -> list[str]:
        """Names of the fields that the person changed."""
        return [name for name in self.fields if name in self.touched]

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in list(self.cleaned_data):
            if self.instance._state.adding:
                self.touched.add(name)
                continue
            now, wanted = self._now(name), _text(self.cleaned_data[name])
            if wanted == (was := self._was(name)):
                self.cleaned_data[name] = self._kept(name)
            elif now not in {was, wanted}:
                self.overtaken.add(name)
                self.add_error(name, self._overtaken(name))
            else:
                self.touched.add(name)

    def save(self, commit: bool = True) -> Any:
        if not commit or self.instance._state.adding:
            return super().save(commit)
        names = self.touched | self.written_too
        columns = [field.name for field in self.instance._meta.concrete_fields
                   if field.name in names or getattr(field, "auto_now", False)]  # fmt: skip
        if names & set(columns):
            self.instance.save(update_fields=columns)
        if names & {field.name for field in self.instance._meta.many_to_many}:
            self._save_m2m()  # type: ignore[attr-defined]
        return self.instance

    def _was(self, name: str) -> str:
        now = self._now(name)
        return now if name in self.overtaken else str(self.data.get(WAS + name, now))

    def _now(self, name: str) -> str:
        return _text(self.get_initial_for_field(self.fields[name], name))

    def _kept(self, name: str) -> Any:
        """The value of a field that the person left alone, as it is now."""
        if name in {field.name for field in self.instance._meta.concrete_fields}:
            return getattr(self.instance, name)
        if name in {field.name for field in self.instance._meta.many_to_many}:
            return self.cleaned_data[name]
        return self.get_initial_for_field(self.fields[name], name)

    def _overtaken(self, name: str) -> str:
        value = self._kept(name)
        shown = getattr(self.instance, f"get_{name}_display", lambda: value)()
        if isinstance(value, bool):
            shown = _("yes") if value else _("no")
        text = _("It has become “%(value)s” meanwhile. Save once more if yours is to stand.")
        return text % {"value": "—" if shown in {None, ""} else shown}


def _text(value: Any) -> str:
    """One text for one value, whether it comes from a row, from a form or from what was cleaned."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet | list | tuple):
        return ",".join(sorted(_text(item) for item in value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip().replace("\r\n", "\n")
