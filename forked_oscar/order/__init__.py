"""Fork of ``oscar.apps.order``."""
