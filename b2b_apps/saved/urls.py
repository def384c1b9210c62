"""Addresses of kept lists."""

from django.urls import path

from b2b_apps.saved import repeat_views, views

app_name = "saved"
urlpatterns = [
    path("templates/", views.index, name="index"),
    path("templates/save/", views.save, name="save"),
    path("templates/from-order/<str:number>/", repeat_views.save_order, name="save_order"),
    path("templates/<int:pk>/", views.one, name="one"),
    path("templates/<int:pk>/sum/", views.total, name="total"),
    path("templates/<int:pk>/name/", views.rename, name="rename"),
    path("templates/<int:pk>/copy/", views.copy, name="copy"),
    path("templates/<int:pk>/archive/", views.archive, name="archive"),
    path("templates/<int:pk>/restore/", views.restore, name="restore"),
    path("templates/<int:pk>/lines/", views.lines, name="lines"),
    path("templates/<int:pk>/lines/<int:line>/restore/", views.line_back, name="line_back"),
    path("templates/<int:pk>/take/", views.take, name="take"),
    path("templates/<int:pk>/template.xlsx", views.export, name="export"),
    path("templates/<int:pk>/journal/", views.journal, name="journal"),
    path("orders/<str:number>/again/", repeat_views.repeat, name="repeat"),
]
