"""Addresses of the open showcase."""

from django.urls import path

from b2b_apps.guests import views

app_name = "guests"
urlpatterns = [
    path("showcase/", views.showcase, name="showcase"),
    path("showcase/choose/", views.choose_one, name="choose"),
    path("showcase/request/", views.request_new, name="request_new"),
    path("showcase/request/<uuid:uid>/", views.request_one, name="request"),
]
