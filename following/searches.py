"""Saving, looking, taking away: all that changes a saved search but its alerts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.models import User
from contributions import unread
from contributions.facets import turned
from contributions.selection import Selection
from following.models import SavedSearch
from vocabulary.models import Concept


class TooManyError(Exception):
    """One person keeps at most SavedSearch.MOST."""


@dataclass(frozen=True)
class Look:
    """A page as this person knows it: their saved search, and since when things are new to them."""

    saved: SavedSearch | None = None

    @property
    def since(self) -> datetime.datetime | None:
        return self.saved.last_seen_at if self.saved else None


def query_of(selection: Selection) -> str:
    """The canonical query string, without order, length and number of the page."""
    words = [("q", selection.q)] if selection.q else []
    exact = [("exact", "1")] if selection.exact else []
    return urlencode([*words, *exact, *selection.pairs])


def find(user: User | AnonymousUser, kind: str, query: str) -> SavedSearch | None:
    """The person's saved search of this address. One query; none for visitors."""
    if not isinstance(user, User):
        return None
    return SavedSearch.objects.of(user).kept().filter(kind=kind, query=query).first()


def look(user: User | AnonymousUser, kind: str, query: str) -> Look:
    """The person looks at the page of this address.

    One query, which also counts the unread lines of the masthead where that was not done; and once
    in a visit a second one that notes it: what was new stays marked until the person has been away
    for SavedSearch.VISIT.
    """
    if isinstance(user, User) and not unread.is_kept(user):
        saved = _find_counting(user, kind, query)
    else:
        saved = find(user, kind, query)
    if saved is None:
        return Look()
    now = timezone.now()
    if now - saved.visited_at >= SavedSearch.VISIT:
        saved.last_seen_at, saved.visited_at = saved.visited_at, now
        saved.save(update_fields=["last_seen_at", "visited_at"])
    return Look(saved)


def _find_counting(user: User, kind: str, query: str) -> SavedSearch | None:
    """As `find`; the person's unread lines are counted in the same query."""
    fields = SavedSearch._meta.concrete_fields
    saved = SavedSearch.objects.of(user).kept().filter(kind=kind, query=query)
    row = saved.values(row=JSONObject(**{field.attname: field.attname for field in fields}))
    person = User.objects.filter(pk=user.pk)
    found, number = person.values_list(Subquery(row), unread.number(user)).get()
    unread.keep(user, number)
    if found is None:
        return None
    values = [field.to_python(found[field.attname]) for field in fields]
    return SavedSearch.from_db("default", [field.attname for field in fields], values)


@transaction.atomic
def save(user: User, *, kind: str, query: str, name: str, alert: str) -> SavedSearch:
    """Save it, or change the one that is there; what was taken away comes back.

    Raises TooManyError.
    """
    others = SavedSearch.objects.of(user).kept().exclude(kind=kind, query=query)
    if others.count() >= SavedSearch.MOST:
        raise TooManyError
    saved, created = SavedSearch.objects.get_or_create(
        user=user, kind=kind, query=query, defaults={"name": name, "alert": alert}
    )
    if not created:
        _bring_back(saved)
        saved.name, saved.alert = name, alert
        saved.save(update_fields=["name", "alert"])
    return saved


def remove(saved: SavedSearch) -> None:
    """Take it away; `restore` brings it back as it was, until alerts.collect tidies up."""
    saved.removed_at = saved.removed_at or timezone.now()
    saved.save(update_fields=["removed_at"])


def restore(saved: SavedSearch) -> None:
    """Undo: nothing that was published meanwhile is lost."""
    saved.removed_at = None
    saved.save(update_fields=["removed_at"])


def _bring_back(saved: SavedSearch) -> None:
    """Saved anew after it was taken away: it begins now."""
    if saved.removed_at is not None:
        now = timezone.now()
        saved.removed_at = None
        saved.last_seen_at = saved.visited_at = saved.last_alerted_at = now
        saved.save(update_fields=["removed_at", "last_seen_at", "visited_at", "last_alerted_at"])


def follow_merged_tags() -> int:
    """Searches for a tag that was merged ask for the one it was merged into; how many changed.

    Two queries while nothing was merged since.
    """
    merged = Concept.objects.exclude(merged_into=None)
    into = dict(merged.values_list("slug", "merged_into__slug"))
    changed = 0
    for saved in SavedSearch.objects.filter(query__contains="tag=") if into else []:
        asked = saved.selection
        tags = {name: codes for name, codes in asked.chosen.items() if turned(name) == "tag"}
        chosen = asked.chosen | {
            name: list(dict.fromkeys(into.get(code, code) for code in codes))
            for name, codes in tags.items()
        }
        if chosen != asked.chosen:
            _ask_instead(saved, query_of(replace(asked, chosen=chosen)))
            changed += 1
    return changed


def _ask_instead(saved: SavedSearch, query: str) -> None:
    """One that has become the same as another of the person goes."""
    if SavedSearch.objects.filter(user=saved.user_id, kind=saved.kind, query=query).exists():
        saved.delete()
        return
    saved.query = query
    saved.save(update_fields=["query"])
