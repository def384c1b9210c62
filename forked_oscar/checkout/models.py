"""Fork of ``oscar.apps.checkout``: models unchanged."""

from oscar.apps.checkout.models import *
