"""App of assortments and labels."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssortmentConfig(AppConfig):
    """Rules of what a buyer sees, labels."""

    name = "b2b_apps.assortment"
    label = "assortment"
    verbose_name = _("Assortment")
    default_auto_field = "django.db.models.BigAutoField"
