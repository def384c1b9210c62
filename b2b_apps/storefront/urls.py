"""Addresses of the shell."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from b2b_apps.storefront.address_views import address_suggest
from b2b_apps.storefront.amend_views import order_cancel_page, order_change_page
from b2b_apps.storefront.appearance import appearance
from b2b_apps.storefront.approvals.urls import urlpatterns as approval_urls
from b2b_apps.storefront.asked_views import (
    asked_list,
    asked_new,
    asked_one,
    asked_to_basket,
    asked_withdraw,
)
from b2b_apps.storefront.chat_views import order_file, order_messages
from b2b_apps.storefront.delivery_views import delivery_method
from b2b_apps.storefront.guest_card import guest_card, guest_picture
from b2b_apps.storefront.notice_views import notice_settings, notices, notices_all_read
from b2b_apps.storefront.order_views import order, orders
from b2b_apps.storefront.price_why import price_why
from b2b_apps.storefront.reserve_views import (
    reserve_let_go,
    reserve_lines,
    reserve_new,
    reserve_to_basket,
    reserves,
)
from b2b_apps.storefront.shipping_views import order_shipping
from b2b_apps.storefront.specimens import components
from b2b_apps.storefront.switches import contract_switch, project_switch, region_switch

app_name = "storefront"
urlpatterns: list[URLPattern | URLResolver] = [
    path("appearance/", appearance, name="appearance"),
    path("switch/contract/", contract_switch, name="contract_switch"),
    path("switch/project/", project_switch, name="project_switch"),
    path("switch/region/", region_switch, name="region_switch"),
    path("addresses/", address_suggest, name="address_suggest"),
    path("delivery/<int:pk>/", delivery_method, name="delivery_method"),
    path("orders/", orders, name="orders"),
    path("orders/files/<uuid:uid>/", order_file, name="order_file"),
    path("orders/<str:number>/", order, name="order"),
    path("orders/<str:number>/messages/", order_messages, name="order_messages"),
    path("orders/<str:number>/change/", order_change_page, name="order_change"),
    path("orders/<str:number>/shipping/", order_shipping, name="order_shipping"),
    path("orders/<str:number>/cancel/", order_cancel_page, name="order_cancel"),
    path("showcase/<int:pk>/", guest_card, name="guest_card"),
    path("showcase/<int:pk>/<int:number>/", guest_picture, name="guest_picture"),
    path("notices/", notices, name="notices"),
    path("notices/read/", notices_all_read, name="notices_read"),
    path("notices/settings/", notice_settings, name="notice_settings"),
    path("approvals/", include(approval_urls)),
    path("prices/<int:pk>/why/", price_why, name="price_why"),
    path("prices/asked/", asked_list, name="asked"),
    path("prices/asked/new/", asked_new, name="asked_new"),
    path("prices/asked/<int:pk>/", asked_one, name="asked_one"),
    path("prices/asked/<int:pk>/withdraw/", asked_withdraw, name="asked_withdraw"),
    path("prices/asked/<int:pk>/to-basket/", asked_to_basket, name="asked_to_basket"),
    path("reserves/", reserves, name="reserves"),
    path("reserves/new/", reserve_new, name="reserve_new"),
    path("reserves/lines/", reserve_lines, name="reserve_lines"),
    path("reserves/to-basket/", reserve_to_basket, name="reserve_to_basket"),
    path("reserves/<int:pk>/let-go/", reserve_let_go, name="reserve_let_go"),
]
if settings.DEBUG:
    urlpatterns += [path("components/", components, name="components")]
