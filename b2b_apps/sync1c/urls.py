"""The address that operators type into 1C; the second is what 1C offers by itself."""

from django.urls import re_path

from b2b_apps.sync1c.exchange.views import exchange

urlpatterns = [
    re_path(r"^exchange/1c/?$", exchange, name="exchange"),
    re_path(r"^bitrix/admin/1c_exchange\.php/?$", exchange, name="exchange-bitrix"),
]
