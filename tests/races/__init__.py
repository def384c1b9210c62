"""Races over real HTTP: many clients, the real web server in processes of its own, PostgreSQL."""
