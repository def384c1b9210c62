"""What staff teach the search: synonyms, and products pinned to what is typed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_QUERY = 200


class Synonym(models.Model):
    """A group of phrases that mean the same, as lists of texts.

    With ``finds`` it is one-way: its phrases also find those, which do not find them.
    """

    phrases = models.JSONField(_("phrases"), default=list)
    finds = models.JSONField(_("also find"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["pk"]

    def __str__(self) -> str:
        phrases = " | ".join(self.phrases)
        return f"{phrases} > {' | '.join(self.finds)}" if self.finds else phrases


class Pin(models.Model):
    """A product that comes first when a text is typed; ``place`` 0 is the very first.

    ``key`` is the text as search reads it, so that «кран шаровой» is «краны шаровые».
    """

    key = models.CharField(max_length=2 * LONGEST_QUERY)
    text = models.CharField(_("query"), max_length=LONGEST_QUERY)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(_("place"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("pinned result")
        verbose_name_plural = _("pinned results")
        ordering = ["key", "place"]
        constraints = [
            models.UniqueConstraint(fields=["key", "place"], name="pin_place_is_one"),
            models.UniqueConstraint(fields=["key", "product"], name="pin_product_is_once"),
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.place + 1}"
