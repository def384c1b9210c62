"""Fork of ``oscar.apps.customer``: sign-in, profile and password only.

Oscar serves some forty account pages (addresses, alerts, wish lists, registration); we serve
what a buyer of a company needs.
"""

from django.urls import path
from oscar.apps.customer import apps
from oscar.core.loading import get_class


class CustomerConfig(apps.CustomerConfig):
    name = "forked_oscar.customer"

    def get_urls(self) -> list:
        views = {
            name: get_class("customer.views", name)
            for name in (
                "AccountAuthView",
                "LogoutView",
                "ProfileView",
                "ChangePasswordView",
                "SetPasswordView",
            )
        }
        urls = [
            path("login/", views["AccountAuthView"].as_view(), name="login"),
            path("logout/", views["LogoutView"].as_view(), name="logout"),
            path("profile/", views["ProfileView"].as_view(), name="profile-view"),
            path("password/", views["ChangePasswordView"].as_view(), name="change-password"),
            path(
                "set-password/<uidb64>/<token>/",
                views["SetPasswordView"].as_view(),
                name="set-password",
            ),
        ]
        return self.post_process_urls(urls)
