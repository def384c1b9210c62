"""Fork of ``oscar.apps.customer``: sign-in, profile, password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from b2b_apps.storefront.contract_choice import contract_remember
from b2b_apps.storefront.demo_accounts import demo_accounts
from forked_oscar.customer.brought import bring_along
from forked_oscar.customer.forms import EmailAuthenticationForm


class AccountAuthView(auth.LoginView):
    """Sign-in. Oscar puts a registration form beside it; companies are invited instead."""

    template_name = "oscar/customer/login_registration.html"
    form_class = EmailAuthenticationForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["login_form"] = context["form"]
        context["demo_accounts"] = demo_accounts()
        return context

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        options = contract_remember(self.request)
        brought = bring_along(self.request, options)
        if brought and options and response["Location"] == self.get_default_redirect_url():
            return redirect("basket:summary")
        return response

    def get_redirect_url(self) -> str:
        """Return the page that asked to sign in; from the front page the staff go to the desk."""
        page = str(super().get_redirect_url())
        is_front = page in {"/", reverse("catalogue:index")}
        return "" if is_front and self.request.user.is_staff else page

    def get_default_redirect_url(self) -> str:
        return "/dashboard/" if self.request.user.is_staff else "/"


class LogoutView(auth.LogoutView):
    """Sign-out by POST. Oscar does so by GET, which any picture on a page can trigger."""

    next_page = reverse_lazy("customer:login")
    http_method_names = ["post", "options"]


class ProfileView(LoginRequiredMixin, TemplateView):
    """Who I am and for whom I act. Oscar shows a shop customer's fields."""

    template_name = "oscar/customer/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employee = getattr(self.request.user, "employee", None)
        roles = employee.memberships.select_related("counterparty") if employee else ()
        return super().get_context_data(employee=employee, roles=roles, **kwargs)


class ChangePasswordView(LoginRequiredMixin, auth.PasswordChangeView):
    """A new password; other sessions of the person end with it."""

    template_name = "oscar/customer/change_password.html"
    success_url = reverse_lazy("customer:profile-view")

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        messages.success(self.request, _("The password is changed."))
        return response


class SetPasswordView(auth.PasswordResetConfirmView):
    """The first password of an invited person, or a new one by a link of the staff.

    Oscar serves Django's view with a page of its layout; ours leads on to the sign-in.
    """

    template_name = "oscar/customer/set_password.html"
    success_url = reverse_lazy("customer:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        # Django's own answers every method when the link is used up.
        if str(self.request.method) not in {"GET", "HEAD", "POST"}:
            return self.http_method_not_allowed(self.request)
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        messages.success(self.request, _("The password is set. Sign in with it."))
        return response
