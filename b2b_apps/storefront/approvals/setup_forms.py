"""Forms of what a company sets up: a department, a budget, a rule, a deputy."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes.forms import SafeModelChoiceField

from b2b_apps.approvals.models import ApprovalRule, Budget, Department, Deputy
from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.companies.roles import SEE_PRICES, Role
from b2b_apps.pricing.models import Project

DATES = ["%d.%m.%Y", "%Y-%m-%d"]
NUM_STEPS = 3
MOST_SHOWN = 400


class SetupForm(forms.ModelForm):
    """A form of one company; ``people`` are those who have a role in it."""

    def __init__(
        self, *args: Any, company: Counterparty, people: Sequence[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.people = company, people
        self.set_up()

    def set_up(self) -> None:
        """Give fields the choices of the company."""

    @property
    def persons(self) -> list[tuple[int, str]]:
        return [(m.employee_id, str(m.employee)) for m in self.people]

    def choose(self, name: str, choices: Sequence[tuple[Any, Any]], empty: str = "—") -> None:
        """Let a field of a related row be one of these."""
        ids = [pk for pk, _name in choices]
        field: Any = self.fields[name]
        field.queryset = field.queryset.model.objects.filter(pk__in=ids)
        field.choices = [("", empty), *choices] if not field.required else list(choices)


class DepartmentForm(SetupForm):
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Who belongs to it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Department
        fields = ("name", "head", "spans_holding", "is_active")

    def set_up(self) -> None:
        self.choose("head", self.persons)
        members: Any = self.fields["members"]
        members.choices = [(str(pk), name) for pk, name in self.persons]
        if self.instance.pk:
            there = self.instance.members.values_list("employee_id", flat=True)
            members.initial = [str(pk) for pk in there]
        if not self.company.holding_id:
            del self.fields["spans_holding"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Department.objects.filter(counterparty=self.company, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a department of this name."))
        return name


class BudgetForm(SetupForm):
    class Meta:
        model = Budget
        fields = (
            "name", "department", "amount", "period", "starts_on", "ends_on", "over",
            "category", "project", "is_active",
        )  # fmt: skip
        field_classes = {"department": SafeModelChoiceField, "project": SafeModelChoiceField}

    def set_up(self) -> None:
        rows = Department.objects.filter(counterparty=self.company)
        self.choose("department", [(row.pk, row.name) for row in rows])
        self.choose("category", category_choices(), empty=_("all goods"))
        projects = Project.objects.filter(
            counterparty=self.company, kind=Project.Kind.PROJECT
        ).order_by("-pk")[:MOST_SHOWN]
        self.choose("project", [(p.pk, p.name) for p in projects], empty=_("whatever project"))
        self.fields["amount"].localize = True
        for name in ("starts_on", "ends_on"):
            self.fields[name] = forms.DateField(
                label=self.fields[name].label,
                required=False,
                input_formats=DATES,
                help_text=_("Only for a period from a day to a day"),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        is_own = cleaned.get("period") == Budget.Period.OWN
        if is_own and not (start and end and start <= end):
            self.add_error("ends_on", _("Enter both days, the first before the last."))
        return cleaned


class RuleForm(SetupForm):
    brands = forms.CharField(
        label=gettext_lazy("Makers, through commas"), max_length=500, required=False
    )
    category = forms.ChoiceField(label=gettext_lazy("Goods of the section"), required=False)
    field_order = ("name", "department", "min_sum", "of_budget", "brands", "category")

    class Meta:
        model = ApprovalRule
        fields = (
            "name", "min_sum", "department", "of_budget", "is_new_consignee", "is_new_project",
            "is_parallel", "may_own", "on_change", "remind_hours", "escalate_hours",
            "priority", "spans_holding", "is_active",
        )  # fmt: skip
        field_classes = {"department": SafeModelChoiceField}

    def set_up(self) -> None:
        rows = Department.objects.filter(counterparty=self.company)
        self.choose("department", [(r.pk, r.name) for r in rows], empty=_("whatever department"))
        category: Any = self.fields["category"]
        category.choices = [
            ("", _("all goods")),
            *((str(pk), name) for pk, name in category_choices()),
        ]
        self.fields["min_sum"].localize = True
        if not self.company.holding_id:
            del self.fields["spans_holding"]
        kept = {c.get("kind"): c.get("values", []) for c in self.instance.conditions}
        self.fields["brands"].initial = ", ".join(map(str, kept.get("brand", [])))
        category.initial = str(next(iter(kept.get("category", [])), ""))
        chain: Sequence[Mapping[str, Any]] = self.instance.chain
        for place in range(NUM_STEPS):
            self._add_step(place, chain[place] if place < len(chain) else {})

    def _add_step(self, place: int, step: Mapping[str, Any]) -> None:
        self.fields[f"step-{place}"] = forms.MultipleChoiceField(
            label=_("Step %(n)d") % {"n": place + 1},
            required=False,
            choices=self.approvers,
            initial=[_key(approver) for approver in step.get("approvers", ())],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[f"mode-{place}"] = forms.ChoiceField(
            label=_("Enough at step %(n)d") % {"n": place + 1},
            choices=[("any", _("any one of them")), ("all", _("all of them"))],
            initial=step.get("mode", "any"),
            required=False,
        )

    @property
    def approvers(self) -> list[tuple[str, str]]:
        """Who may be named: roles that see prices, the head of the department, persons."""
        seeing = [m for m in self.people if SEE_PRICES in m.permissions]
        roles = [(f"role:{r}", _("role: %(role)s") % {"role": Role(r).label})
                 for r in (Role.HEAD, Role.ACCOUNTANT, Role.BUYER)]  # fmt: skip
        persons = [(f"person:{m.employee_id}", str(m.employee)) for m in seeing]
        return [("department_head", _("the head of the department")), *roles, *persons]

    @property
    def steps(self) -> list[tuple[Any, Any]]:
        return [(self[f"step-{n}"], self[f"mode-{n}"]) for n in range(NUM_STEPS)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(f"step-{n}") for n in range(NUM_STEPS)):
            self.add_error("step-0", _("Name at least one approver."))
        return cleaned

    def chain(self) -> list[dict[str, Any]]:
        """The steps as they are kept."""
        data = self.cleaned_data
        return [
            {
                "mode": data.get(f"mode-{n}") or "any",
                "approvers": [_approver(key) for key in data[f"step-{n}"]],
            }
            for n in range(NUM_STEPS)
            if data.get(f"step-{n}")
        ]

    def conditions(self) -> list[dict[str, Any]]:
        """The goods as they are kept; what this form does not show of them stays."""
        found = [c for c in self.instance.conditions if c.get("kind") not in {"brand", "category"}]
        brands = [b.strip() for b in self.cleaned_data["brands"].split(",") if b.strip()]
        if brands:
            found.append({"kind": "brand", "values": brands})
        if self.cleaned_data["category"]:
            found.append({"kind": "category", "values": [int(self.cleaned_data["category"])]})
        return found


class DeputyForm(SetupForm):
    starts_on = forms.DateField(label=gettext_lazy("from"), input_formats=DATES)
    ends_on = forms.DateField(label=gettext_lazy("until"), input_formats=DATES)

    class Meta:
        model = Deputy
        fields = ("principal", "deputy", "starts_on", "ends_on")

    def set_up(self) -> None:
        seeing = [(m.employee_id, str(m.employee)) for m in self.people
                  if SEE_PRICES in m.permissions]  # fmt: skip
        self.choose("principal", seeing)
        self.choose("deputy", seeing)

    def only_of(self, employee_id: int) -> None:
        """Let a person name a deputy of himself alone."""
        self.choose("principal", [(pk, name) for pk, name in self.persons if pk == employee_id])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and start > end:
            self.add_error("ends_on", _("Enter both days, the first before the last."))
        if cleaned.get("deputy") and cleaned.get("deputy") == cleaned.get("principal"):
            self.add_error("deputy", _("Choose another person."))
        return cleaned


def category_choices() -> list[tuple[int, str]]:
    """Sections two deep, in their order. One query."""
    rows = apps.get_model("catalogue", "Category").objects.filter(depth__lte=2).order_by("path")
    return [
        (pk, f"{' ' * 4 * (depth - 1)}{name}")
        for pk, name, depth in rows.values_list("pk", "name", "depth")
    ]


def _key(approver: Mapping[str, Any]) -> str:
    kind = approver.get("kind")
    value = approver.get("id") if kind == "person" else approver.get("role")
    return f"{kind}:{value}" if value else str(kind)


def _approver(key: str) -> dict[str, Any]:
    kind, _colon, value = key.partition(":")
    if kind == "person":
        return {"kind": kind, "id": int(value)}
    return {"kind": kind, "role": value} if kind == "role" else {"kind": kind}
