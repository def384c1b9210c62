"""The index is built, kept fresh and compared with the database."""
