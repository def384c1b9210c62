"""The Celery application: with a broker it wakes up work that stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.production")
app = Celery("pakgauz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
