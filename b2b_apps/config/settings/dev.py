"""A developer's machine and the demo: debug pages off unless asked for, own secret."""

from b2b_apps.config.settings.base import *
from b2b_apps.config.settings.base import DATA_DIR, SECRET_KEY, env

DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
if not SECRET_KEY:
    from b2b_apps.config.secret import own_secret

    SECRET_KEY = own_secret(DATA_DIR)
