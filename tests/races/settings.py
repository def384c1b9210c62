"""Settings of the server that races run against: the tests', with the database of the run."""

import os

from b2b_apps.config.settings.test import *

DATABASES["default"]["NAME"] = os.environ["RACES_DATABASE"]
EXCHANGE_ROOT = DATA_DIR / "races-exchange"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
}
