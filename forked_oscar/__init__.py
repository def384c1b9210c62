"""Forks of Oscar's apps: models and adapters that call b2b_apps."""
