"""Why an object was not taken, in plain words: what PostgreSQL says is for the log."""

from django.db import DatabaseError

from b2b_apps.core.transient import sqlstate_of
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.messages import message

# https://www.postgresql.org/docs/current/errcodes-appendix.html
REASONS = {
    "22001": "слишком длинное значение",
    "22003": "число слишком велико",
    "22007": "дата вне допустимых пределов",
    "22008": "дата вне допустимых пределов",
    "22021": "недопустимый знак в тексте",
    "22P05": "недопустимый знак в тексте",
    "23502": "не заполнено обязательное значение",
    "23503": "ссылка на то, чего на портале нет",
    "23505": "такой объект уже есть",
    "23514": "значение нарушает правило «%s»",
    "54000": "значение слишком велико для поиска по нему",
}
UNKNOWN = "внутренняя ошибка портала, подробности в журнале сервера"


def reason_of(error: Exception) -> str:
    """Return the reason for 1C's user; in Russian whatever the portal's language."""
    if isinstance(error, BadValueError):
        return message(error.code, error.params)
    if not isinstance(error, DatabaseError):
        return UNKNOWN
    reason = REASONS.get(sqlstate_of(error), UNKNOWN)
    diagnosis = getattr(error.__cause__, "diag", None)
    return reason % (getattr(diagnosis, "constraint_name", "") or "?") if "%s" in reason else reason
