"""Health of the process, and pictures of goods."""

from django.urls import path

from b2b_apps.core import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("media/<path:path>", views.media, name="media"),
]
