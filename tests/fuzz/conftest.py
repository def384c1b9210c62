"""The town of the isolation matrix, once for a module."""

from tests.isolation.conftest import town

__all__ = ["town"]
