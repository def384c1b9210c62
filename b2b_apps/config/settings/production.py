"""Production: secrets and hosts must be given, HTTPS is assumed in front."""

from django.core.exceptions import ImproperlyConfigured

from b2b_apps.config.settings.base import *
from b2b_apps.config.settings.base import ALLOWED_HOSTS, IS_DEMO, SECRET_KEY, STORAGES, env

if not SECRET_KEY or not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set SECRET_KEY and ALLOWED_HOSTS.")
if IS_DEMO:
    raise ImproperlyConfigured("PAKGAUZ_DEMO shows accounts with passwords: not in production.")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# 1C neither follows redirects nor speaks HSTS.
SECURE_REDIRECT_EXEMPT = [
    r"^exchange/1c/?$",
    r"^bitrix/admin/1c_exchange\.php",
    r"^healthz$",
    r"^readyz$",
]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
}
