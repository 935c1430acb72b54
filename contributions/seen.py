"""What one reader may see, as SQL: for statements over search documents that no QuerySet writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from contributions.models import Contribution
from search.ranking import Sql


@dataclass(frozen=True)
class Seen:
    """What one reader may see, for SQL over contributions_searchdocument `o`."""

    visible: QuerySet[Contribution]
    open_to: list[str]
    # Published under another visibility and yet visible: one's own, those of one's country.
    extra: QuerySet[Contribution] | None

    @classmethod
    def by(cls, user: User | AnonymousUser) -> Seen:
        visible = Contribution.objects.published().visible_to(user).order_by()
        open_to = Contribution.objects.open_to(user)
        rest = [level for level in Contribution.Visibility.values if level not in open_to]
        extra = None if user.is_anonymous else visible.filter(visibility__in=rest)
        return cls(visible, open_to, extra if rest else None)

    def condition(self) -> Sql:
        found = Sql("o.visibility = ANY(%s)", (self.open_to,))
        if self.extra is None:
            return found
        return Sql("(") + found + Sql(" OR o.contribution_id IN (") + self._ids() + Sql("))")

    def aside(self) -> Sql:
        """Condition of the extra ones alone."""
        return Sql("o.contribution_id IN (") + self._ids() + Sql(")")

    def _ids(self) -> Sql:
        assert self.extra is not None  # noqa: S101  for the types
        return Sql(*self.extra.values("id").query.sql_with_params())
