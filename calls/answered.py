"""Which call a published contribution answers: comes with the statement that finds its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, F, OuterRef, QuerySet, Value, When
from django.utils.translation import get_language

from accounts.models import User
from calls.models import Call, CallText
from contributions import at_once
from contributions.models import Contribution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def _text() -> QuerySet[CallText]:
    """As Call.text_in chooses: in the reader's language, else in English, else the first."""
    language = (get_language() or "en").split("-")[0]
    fitting = Case(
        When(language=language, then=Value(0)), When(language="en", then=Value(1)), default=Value(2)
    )
    # Only what was opened can be answered, and every member sees that.
    answered = CallText.objects.filter(
        call__answers__contribution=OuterRef("pk"), call__in=Call.objects.opened().values("pk")
    )
    return answered.order_by(fitting, "pk")[:1]


def _build(row: at_once.Row) -> CallText:
    return CallText(call=Call(slug=row["slug"]), language=row["language"], title=row["title"])


SHOWN: Final = at_once.Relation(
    name="answered_call",
    rows=_text,
    columns=lambda: {"slug": F("call__slug"), "language": F("language"), "title": F("title")},
    build=_build,
    is_single=True,
)


def relations(reader: User | AnonymousUser) -> tuple[at_once.Relation, ...]:
    """What `at_once.load` gathers for this reader: nothing for those who may see no call."""
    return (SHOWN,) if isinstance(reader, User) and reader.is_member else ()


def call_of(contribution: Contribution) -> CallText | None:
    """The call that it answers, in words for the reader; None also where they may see no call. No
    query after `at_once.load` with `relations`."""
    found: Any = getattr(contribution, SHOWN.name, None)
    return found if isinstance(found, CallText) else None
