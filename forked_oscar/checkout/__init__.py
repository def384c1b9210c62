"""Fork of ``oscar.apps.checkout``."""
