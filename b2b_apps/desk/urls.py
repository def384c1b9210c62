"""Addresses of the staff's side; mounted by the fork of Oscar's dashboard as ``dashboard:``."""

from django.urls import URLPattern, path

from b2b_apps.desk.access import StaffView, staff_only
from b2b_apps.desk.views import (
    clients,
    connections,
    contracts,
    exchange,
    find,
    goods,
    managers,
    orders,
    people,
    prices,
    stock,
    today,
)


def _staff(route: str, view: StaffView, name: str) -> URLPattern:
    """An address for staff; going through here is what guards it."""
    return path(route, staff_only(view), name=name)


urlpatterns = [
    _staff("", today.today, "index"),
    _staff("find/", find.find, "find"),
    _staff("orders/", orders.order_list, "orders"),
    _staff("orders/<str:number>/", orders.order_detail, "order"),
    _staff("clients/", clients.client_list, "clients"),
    _staff("clients/<int:pk>/", clients.client_detail, "client"),
    _staff("clients/<int:pk>/edit/", clients.client_edit, "client-edit"),
    _staff("clients/<int:pk>/people/new/", people.person_new, "person-new"),
    _staff("contracts/", contracts.contract_list, "contracts"),
    _staff("contracts/<int:pk>/", contracts.contract_detail, "contract"),
    _staff("contracts/<int:pk>/edit/", contracts.contract_edit, "contract-edit"),
    _staff("people/", people.person_list, "people"),
    _staff("people/<int:pk>/", people.person_detail, "person"),
    _staff("people/<int:pk>/edit/", people.person_edit, "person-edit"),
    _staff("people/<int:pk>/roles/", people.person_roles, "person-roles"),
    _staff("people/<int:pk>/link/", people.person_link, "person-link"),
    _staff("managers/", managers.manager_list, "managers"),
    _staff("managers/<int:pk>/", managers.manager_detail, "manager"),
    _staff("prices/", prices.price_list_board, "prices"),
    _staff("prices/why/", prices.price_why, "price-why"),
    _staff("prices/<int:pk>/", prices.price_list_detail, "price-list"),
    _staff("prices/<int:pk>/edit/", prices.price_list_edit, "price-list-edit"),
    _staff("stock/", stock.warehouse_list, "stock"),
    _staff("stock/<int:pk>/", stock.warehouse_detail, "warehouse"),
    _staff("stock/<int:pk>/edit/", stock.warehouse_edit, "warehouse-edit"),
    _staff("products/", goods.product_list, "products"),
    _staff("products/<int:pk>/", goods.product_detail, "product"),
    _staff("products/<int:pk>/edit/", goods.product_edit, "product-edit"),
    _staff("categories/", goods.group_tree, "categories"),
    _staff("exchange/", exchange.monitor, "exchange"),
    _staff("exchange/live/", exchange.live, "exchange-live"),
    _staff("exchange/sessions/", exchange.session_list, "exchange-sessions"),
    _staff("exchange/sessions/<int:pk>/", exchange.session_detail, "exchange-session"),
    _staff("exchange/outgoing/", exchange.outgoing, "exchange-outgoing"),
    _staff("exchange/outgoing/<int:pk>/retry/", exchange.retry, "exchange-retry"),
    _staff("exchange/connections/", connections.connection_list, "exchange-connections"),
    _staff("exchange/connections/new/", connections.connection_new, "exchange-connection-new"),
    _staff("exchange/connections/<int:pk>/", connections.connection_detail, "exchange-connection"),
    _staff("exchange/connections/<int:pk>/password/", connections.connection_password,
           "exchange-connection-password"),
    _staff("exchange/statuses/", connections.status_list, "exchange-statuses"),
    _staff("exchange/statuses/new/", connections.status_edit, "exchange-status-new"),
    _staff("exchange/statuses/<int:pk>/", connections.status_edit, "exchange-status"),
]  # fmt: skip
