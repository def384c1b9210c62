"""The WSGI application."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from b2b_apps.core.grammar import CHARSETS


class Request(WSGIRequest):
    """Takes no encoding that we do not know.

    Django takes any that Python has and decodes the query string by it right here, where no
    middleware can refuse it yet.
    """

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        content_type, params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = content_type, params
        if (charset := params.get("charset", "").lower()) in CHARSETS:
            self.encoding = charset


class Handler(WSGIHandler):
    """Django's, with our request."""

    request_class = Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.production")
django.setup(set_prefix=False)
application = Handler()

# Its models need the settings.
from b2b_apps.config.warming import warm  # noqa: E402

warm()
