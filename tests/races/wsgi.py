"""The portal for the races; ``RACES_OFF`` names the one protection that is taken out of it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.races.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from tests.races import unlocked  # noqa: E402 - needs the apps to be ready

if off := os.environ.get("RACES_OFF"):
    unlocked.ALL[off]()
