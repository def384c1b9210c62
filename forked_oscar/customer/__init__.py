"""Fork of ``oscar.apps.customer``."""
