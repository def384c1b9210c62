"""App of the search engine's side; Oscar's own app has the label ``search``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Index, its generations, its queue of changes."""

    name = "search"
    label = "b2b_search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"
