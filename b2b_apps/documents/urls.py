"""Addresses of documents."""

from django.urls import path

from b2b_apps.documents import views

app_name = "documents"
urlpatterns = [
    path("documents/<uuid:uid>/", views.document_file, name="file"),
    path("documents/<uuid:uid>/status/", views.document_status, name="status"),
    path("documents/<uuid:uid>/retry/", views.retry, name="retry"),
]
