"""Fork of ``oscar.apps.partner``: its AppConfig."""

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    name = "forked_oscar.partner"
