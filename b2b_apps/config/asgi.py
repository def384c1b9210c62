"""The WSGI application behind a buffer of its own: what ``serve`` and ``demo`` run."""

import os

from django.conf import settings

from b2b_apps.config.wsgi import application as wsgi
from b2b_apps.core.balance import Balance
from b2b_apps.core.bodies import body_limit
from b2b_apps.core.buffering import BufferedApplication

application = BufferedApplication(
    wsgi,
    limit_for=body_limit,
    balance=Balance(settings.DATA_DIR / "processes", server=os.getppid()),
)
