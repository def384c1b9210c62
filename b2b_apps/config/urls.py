"""All URLs: Oscar's apps by their forks, then ours."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/setlang/", set_language, name="set_language"),
    path("", include("b2b_apps.core.urls")),
    path("", include("b2b_apps.storefront.urls")),
    path("", include("b2b_apps.documents.urls")),
    path("exchange/", include("b2b_apps.sync1c.urls")),
    path("catalogue/", apps.get_app_config("catalogue").urls),
    path("basket/", apps.get_app_config("basket").urls),
    path("checkout/", apps.get_app_config("checkout").urls),
    path("accounts/", apps.get_app_config("customer").urls),
    path("search/", apps.get_app_config("search").urls),
    path("dashboard/", apps.get_app_config("dashboard").urls),
]
