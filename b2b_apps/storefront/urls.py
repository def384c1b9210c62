"""Addresses of the shell."""

from django.conf import settings
from django.urls import URLPattern, path

from b2b_apps.storefront.appearance import appearance
from b2b_apps.storefront.order_views import order, orders, repeat
from b2b_apps.storefront.specimens import components
from b2b_apps.storefront.switches import contract_switch, region_switch

app_name = "storefront"
urlpatterns: list[URLPattern] = [
    path("appearance/", appearance, name="appearance"),
    path("switch/contract/", contract_switch, name="contract_switch"),
    path("switch/region/", region_switch, name="region_switch"),
    path("orders/", orders, name="orders"),
    path("orders/<str:number>/", order, name="order"),
    path("orders/<str:number>/repeat/", repeat, name="order_repeat"),
]
if settings.DEBUG:
    urlpatterns += [path("components/", components, name="components")]
