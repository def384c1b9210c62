"""Fork of ``oscar.apps.customer``: models unchanged."""

from oscar.apps.customer.models import *
