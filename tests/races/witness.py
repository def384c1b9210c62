"""Witnesses in the database itself: triggers that note what must never be, whoever wrote it."""

from django.db import connection

OVERSOLD = """
CREATE TABLE IF NOT EXISTS race_fault (what text, id bigint, note text);
CREATE OR REPLACE FUNCTION note_oversold() RETURNS trigger AS $$ BEGIN
    IF NEW.num_allocated > OLD.num_allocated AND NEW.num_allocated > NEW.num_in_stock THEN
        INSERT INTO race_fault VALUES ('oversold', NEW.id,
            NEW.num_allocated || ' of ' || NEW.num_in_stock);
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER note_oversold BEFORE UPDATE ON partner_stockrecord
    FOR EACH ROW EXECUTE FUNCTION note_oversold();
CREATE OR REPLACE FUNCTION note_overdrawn() RETURNS trigger AS $$ BEGIN
    IF NEW.held > OLD.held AND NEW."limit" - NEW.debt - NEW.held < 0 THEN
        INSERT INTO race_fault VALUES ('overdrawn', NEW.id,
            NEW.debt || ' + ' || NEW.held || ' of ' || NEW."limit");
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER note_overdrawn BEFORE UPDATE ON contracts_creditaccount
    FOR EACH ROW EXECUTE FUNCTION note_overdrawn();
"""


def watch() -> None:
    """Set the triggers and forget earlier faults."""
    with connection.cursor() as cursor:
        cursor.execute(OVERSOLD)
        cursor.execute("TRUNCATE race_fault")


def unwatch() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER IF EXISTS note_oversold ON partner_stockrecord;"
            "DROP TRIGGER IF EXISTS note_overdrawn ON contracts_creditaccount;"
            "DROP TABLE IF EXISTS race_fault"
        )


def faults() -> list[tuple[str, int, str]]:
    """What was seen so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, id, note FROM race_fault")
        return list(cursor.fetchall())


def num_deadlocks() -> int:
    """Deadlocks that PostgreSQL has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
