"""Sign-in by e-mail, in the same time for everyone."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from b2b_apps.core.prepared import PreparedRows


def account_by_email(email: str) -> User | None:
    """Return the account that signs in by ``email``, whatever its case. One query.

    The case is folded by the database on both sides, as its unique index does.
    """
    rows = get_user_model().objects.alias(plain=Lower("email")).exclude(email="")
    return rows.filter(plain=Lower(Value(email.strip()))).first()


class EmailBackend(ModelBackend):
    """Looks a person up by e-mail only and computes exactly one password hash.

    Oscar's backend computes none for an unknown e-mail and one for each account that shares it,
    and Django's, asked after it, one more: who has an account could be read off a clock.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = username or kwargs.get("email") or ""
        if password is None:
            return None
        user = account_by_email(email)
        if user is None:
            get_user_model()().set_password(password)
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """Return who is signed in, None if he may not be any more. One query, prepared: every
        request asks it.
        """
        found = _USERS(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


def _users(pk: int) -> QuerySet[User]:
    return get_user_model()._default_manager.filter(pk=pk)


_USERS = PreparedRows(_users, pk=int)
