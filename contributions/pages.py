"""What the pages of all kinds share: finding the contribution, who may do what, who fills gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db.models import Model, TextChoices
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import at_once, endorsing, permissions, tagging, unread
from contributions.memory import Memory
from contributions.models import Contribution, ContributionQuerySet, Revision
from contributions.related import RelatedItem, near
from contributions.seen import Seen
from contributions.templatetags.text import partial_date
from search.store import STATE

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser


@dataclass(frozen=True)
class Part:
    """A numbered part of a page."""

    key: str  # fragment: #how
    title: str | Promise


# Parts with the fields that fill them; a part without fields is always shown.
Parts = tuple[tuple[Part, tuple[str, ...]], ...]
NEAR_SHOWN = 4
# More are asked for, because some of them may stand on the page already.
NEAR_ASKED = 12
# Of so many contributions a process keeps what is near to them.
_kept_near: Memory[dict[int, list[str]]] = Memory(1000)
# The last parts of every page; the others come before them.
LESSONS = Part("lessons", gettext_lazy("Lessons learned"))
RELATED = Part("related", gettext_lazy("Near to this one"))
SOURCES = Part("sources", gettext_lazy("Sources"))
DISCUSSION = Part("discussion", gettext_lazy("Discussion"))


@dataclass(frozen=True)
class Fact:
    """A line of "at a glance"; `language` where a person wrote the text."""

    label: str | Promise
    text: str
    language: str = ""


@dataclass(frozen=True)
class Invitation:
    """Who can add what is missing, and where; no address for somebody who cannot."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Beside:
    """Other contributions that a page shows."""

    lessons: list[Contribution]  # drawn from it
    related: list[RelatedItem]
    source: Contribution | None  # from which a lesson was learned
    texts: dict[int, str]  # of the cards among which these were chosen


@dataclass(frozen=True)
class Actions:
    """Addresses of what this reader may do; empty where they may not."""

    revise: str = ""  # begins a new version; a form sends it
    status: str = ""  # of the version that is being written or reviewed
    moderate: str = ""
    endorse: str = ""  # for focal points of its countries
    confirm: str = ""  # that it is still right, where that is due; a form sends it


def get_or_404(reader: Reader, kind: str, code: str, *relations: at_once.Relation) -> Contribution:
    """The contribution with what its page shows, if the reader may see it. One query, which also
    counts the reader's unread lines."""
    visible = found_by(reader, kind, code)
    visible = visible.annotate(index_state=RawSQL(STATE, ()))  # noqa: S611  our own SQL
    if isinstance(reader, User):
        visible = visible.annotate(unread_lines=unread.number(reader))
    found = at_once.load(visible, *shown_of(*relations))
    if not found:
        raise Http404
    if isinstance(reader, User):
        # Taken off: it says nothing of the contribution (see `shown_state`).
        unread.keep(reader, vars(found[0]).pop("unread_lines"))
    return found[0]


def found_by(reader: Reader, kind: str, code: str) -> ContributionQuerySet:
    """The contribution, if the reader may see it. Not run here."""
    return (
        Contribution.objects.visible_to(reader)
        .of_kind(kind)
        .filter(code=code)
        .select_related("live", "owner__country")
        .defer("live__content")
    )


def shown_of(*relations: at_once.Relation) -> tuple[at_once.Relation, ...]:
    """What every page shows of a contribution, and these."""
    shared = (at_once.TAGS, at_once.LINKS, at_once.FILES, at_once.CO_AUTHORS, endorsing.SHOWN)
    return (*at_once.CARD, *shared, *relations)


def common_context(
    request: HttpRequest, contribution: Contribution, page_key: str
) -> dict[str, object]:
    """What the templates of all kinds read; `page_key` is what the whole page is kept by, if it is.
    No query for visitors after `get_or_404`."""
    allowed = actions(request.user, contribution)
    return {
        "contribution": contribution,
        "page_key": page_key,
        # What is kept whole need not be kept in parts too.
        "state": "" if page_key else shown_state(contribution),
        "actions": allowed,
        "invitation": invitation(request.user, contribution, allowed),
        "tags": tags(request.user, contribution),
        "places": places(contribution),
        "endorsements": endorsing.lines(contribution),
        "address": request.build_absolute_uri(contribution.get_absolute_url()),
    }


def beside(reader: Reader, contribution: Contribution) -> Beside:
    """What else a page shows: all published, and open to this reader. One query, and one more where
    what is near was not asked since the index changed."""
    reasons = _near(contribution, reader)
    source = contribution.lesson.source_contribution_id if contribution.kind == "lesson" else None
    visible = visible_beside(reader)
    drawn = Contribution.objects.filter(lesson__source_contribution=contribution)
    named = [*reasons, *([source] if source else [])]
    found = at_once.cards_among(visible, named, drawn)
    already = {source, *found.also}
    related = [pk for pk in reasons if pk in found.texts and pk not in already]
    return Beside(
        lessons=[found.card(pk) for pk in found.also],
        related=[RelatedItem(found.card(pk), reasons[pk]) for pk in related[:NEAR_SHOWN]],
        source=found.card(source) if source in found.texts else None,
        texts=found.texts,
    )


def visible_beside(reader: Reader) -> ContributionQuerySet:
    """Other contributions that a page may show. Not run here."""
    return Contribution.objects.visible_to(reader).published()


def _near(contribution: Contribution, reader: Reader) -> dict[int, list[str]]:
    """Keys of what is near, with the reasons; kept as long as the index is the same. What of it a
    page shows is always asked anew."""
    seen = Seen.by(reader)
    key = (
        getattr(contribution, "index_state", None),
        contribution.pk,
        get_language(),
        tuple(seen.open_to),
        reader.pk if seen.extra is not None else None,
    )
    if not key[0]:
        return near(contribution, reader, NEAR_ASKED)
    return _kept_near.get(key, lambda: near(contribution, reader, NEAR_ASKED))


def shown_state(contribution: Contribution) -> str:
    """A sign of everything that the record and its rows say, as `at_once.load` found it: parts of a
    page that show nothing else are kept by it. No query."""
    rows = (contribution, getattr(contribution, contribution.kind))
    said = [
        (name, value)
        for row in rows
        for name, value in vars(row).items()
        # What was made of the rows says nothing that the rows do not.
        if not (name.startswith("_") or name == "index_state" or isinstance(value, Model))
    ]
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def actions(reader: Reader, contribution: Contribution) -> Actions:
    """What the reader may do with it. No query for visitors, one at most for others (the version
    that waits)."""
    if not isinstance(reader, User):
        return Actions()
    code = [contribution.code]
    may_edit = permissions.can_edit(reader, contribution)
    has_open_version = contribution.open_state != ""
    return Actions(
        revise=reverse("contributions:revise", args=code)
        if may_edit and contribution.is_published and not has_open_version
        else "",
        status=reverse("contributions:status", args=code) if may_edit else "",
        moderate=_moderation_address(reader, contribution),
        endorse=reverse("contributions:endorse", args=code)
        if reader.focal_countries & {country.pk for country in contribution.countries.all()}
        and not contribution.is_written_by(reader)
        and contribution.is_published
        else "",
        confirm=reverse("contributions:confirm", args=code)
        if contribution.wants_confirmation and permissions.can_vouch(reader, contribution)
        else "",
    )


def _moderation_address(reader: User, contribution: Contribution) -> str:
    """Where a reviewer answers the version that waits, if there is one."""
    if contribution.open_state not in Revision.WAITING_STATES:
        return ""
    revision = contribution.open_revision()
    if revision is None or not permissions.can_review(reader, revision):
        return ""
    return reverse("admin:contributions_revision_moderate", args=[revision.pk])


def recorded_parts(row: Model, parts: Parts) -> tuple[list[Part], list[Part]]:
    """(parts to show, parts of which nothing is recorded), in order. No query after `load`."""
    shown: list[Part] = []
    missing: list[Part] = []
    for part, fields in parts:
        recorded = not fields or any(_is_recorded(row, name) for name in fields)
        (shown if recorded else missing).append(part)
    return shown, missing


def _is_recorded(row: Model, name: str) -> bool:
    value = getattr(row, name)
    return bool(value.all() if hasattr(value, "all") else value)


def last_parts(others: Beside) -> list[Part]:
    """The end of every page: lessons and neighbours where there are any, sources, discussion."""
    return [
        *([LESSONS] if others.lessons else []),
        *([RELATED] if others.related else []),
        SOURCES,
        DISCUSSION,
    ]


def invitation(reader: Reader, contribution: Contribution, allowed: Actions) -> Invitation:
    """Who can add what is missing. No query after `get_or_404`."""
    if allowed.status:
        return Invitation(_t("Add what you know in a new version"), allowed.status)
    if isinstance(reader, User):
        return Invitation(_t("Tell what you know in the discussion"), "#discussion")
    places = names(country.label() for country in contribution.country_list)
    if places:
        return Invitation(
            _t("The focal point of %(countries)s or another member can add it.")
            % {"countries": places}
        )
    return Invitation(_t("A member who knows can add it."))


def places(contribution: Contribution) -> str:
    """Where it comes from, in words. No query after `get_or_404`."""
    found = [country.label() for country in contribution.country_list]
    if contribution.international:
        found.append(_t("International"))
    return names(found) or _t("Country not recorded")


def tags(reader: Reader, contribution: Contribution) -> tagging.TagLine:
    """Tags for this reader. No query for visitors after `get_or_404`, one at most for others."""
    return tagging.line(reader, contribution, contribution.taggings.all())


def names(items: Iterable[str]) -> str:
    """ "A, B, C" with the comma of the active language."""
    return pgettext("between items of a list", ", ").join(items)


def labels(choices: type[TextChoices], values: Iterable[str]) -> str:
    """The labels of chosen values in one line; a value that is no choice (any more) is left out."""
    known = dict(choices.choices)
    return names(str(known[value]) for value in values if value in known)


def period(start: str, end: str) -> str:
    """ "May 2018 – 2020", or what is known of it; dates may be a year or a month."""
    return " – ".join(partial_date(value) for value in (start, end) if value)
