"""Settings, URLs and entry points."""

from b2b_apps.config.celery import app as celery_app

__all__ = ["celery_app"]
