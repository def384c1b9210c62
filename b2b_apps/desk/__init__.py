"""The staff's workplace."""
