"""Addresses of fast entry."""

from django.urls import path

from b2b_apps.entry import file_views, views

app_name = "entry"
urlpatterns = [
    path("quick-order/", views.quick_order, name="index"),
    path("quick-order/check/", views.check, name="check"),
    path("quick-order/rows/", views.rows, name="rows"),
    path("quick-order/scan/", views.scan, name="scan"),
    path("quick-order/add/", views.add, name="add"),
    path("quick-order/clear/", views.clear, name="clear"),
    path("quick-order/undo/", views.undo, name="undo"),
    path("quick-order/bring/", views.bring, name="bring"),
    path("quick-order/again/", views.again, name="again"),
    path("quick-order/file/", file_views.upload, name="upload"),
    path("quick-order/file/state/", file_views.state, name="state"),
    path("quick-order/file/columns/", file_views.columns, name="columns"),
    path("quick-order/file/columns/again/", file_views.again, name="columns_again"),
    path("quick-order/file/drop/", file_views.drop, name="drop"),
    path("quick-order/template.xlsx", file_views.template, name="template"),
    path("quick-order/report.xlsx", views.report, name="report"),
]
