"""Session: what we keep for one browser, and whose it is, so that one statement reads the session,
the person and what the person may do. SESSION_ENGINE names this module."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

# Written out: every request needs them, and Django takes longer to write them than PostgreSQL to
# run them.
_ROLES: Final = RawSQL(
    "ARRAY(SELECT g.name FROM accounts_user_groups l JOIN auth_group g ON g.id = l.group_id"
    " WHERE l.user_id = accounts_session.user_id)",
    (),
    output_field=ArrayField(models.TextField()),
)
_COUNTRIES: Final = RawSQL(
    "ARRAY(SELECT f.country_id FROM accounts_focalpoint f"
    " WHERE f.user_id = accounts_session.user_id)",
    (),
    output_field=ArrayField(models.TextField()),
)


class Session(AbstractBaseSession):
    """As Django's, with the person beside the data that only we can read."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("person"),
    )

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class SessionStore(db.SessionStore):
    """Django's store over our table."""

    # Whose the row was when it was read. Whether they are signed in says `accounts.middleware`.
    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)  # noqa: S101  for the types
        session.user_id = data.get(SESSION_KEY)
        return session

    def load(self) -> dict[str, Any]:
        """The data of the session; `person` is read with it, roles and countries too. One query."""
        living = Session.objects.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        )
        found = (
            living.select_related("user")
            .annotate(role_names=_ROLES, country_codes=_COUNTRIES)
            .first()
        )
        if found is None:
            self._session_key = None
            return {}
        self.person = found.user
        if self.person is not None:
            self.person.set_rights(found.role_names, found.country_codes)
        decoded: dict[str, Any] = self.decode(found.session_data)
        return decoded
