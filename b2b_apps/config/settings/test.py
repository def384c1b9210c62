"""Tests: a PostgreSQL of their own, fast password hashing, nothing leaves the process."""

import os
from pathlib import Path

os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parents[3] / "var" / "test"))

from b2b_apps.config.settings.base import *

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = ""
CELERY_TASK_ALWAYS_EAGER = True
EXCHANGE_HOLD_SECONDS = 0.0
# Open, so that nobody finds there what is not his.
SHOWCASE = "open"
# An index of its own for each process of the tests.
SEARCH_URL = ""
SEARCH_ROOT = DATA_DIR / f"search-{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
# Nothing leaves the machine: tests that want a bank start the stub.
CBR_URL = "http://127.0.0.1:1/"
LOGGING = {"version": 1, "disable_existing_loggers": False}
