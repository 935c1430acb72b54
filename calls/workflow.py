"""Opening, closing and answering calls, joining and leaving them: the only place where these
change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _t

from accounts.models import User
from calls.models import Answer, Call
from calls.permissions import (
    can_answer,
    can_ask,
    can_choose,
    can_manage,
    is_chosen_still,
)
from contributions import drafts, kinds, notifications
from contributions.models import Contribution, Notification, Revision
from contributions.workflow import WrongStateError

# How long a member's question stays open unless a coordinator moves its deadline.
ASKED_FOR: Final = timedelta(days=30)
MOST_WAITING: Final = 5


@transaction.atomic
def open_call(call: Call, *, by: User) -> None:
    """Make the call public among members and tell those it is addressed to.

    Opening a closed one again tells nobody twice. Raises PermissionDenied, and ValidationError
    where it has no text or its deadline has passed.
    """
    if not can_manage(by):
        raise PermissionDenied
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if not locked.texts.exists():
        raise ValidationError(_t("Write the text in at least one language first."))
    if locked.deadline <= timezone.now():
        raise ValidationError(_t("The deadline has passed: move it first."))
    is_new = locked.opened_at is None
    locked.opened_at = locked.opened_at or timezone.now()
    locked.closed_at = None
    locked.edition = kinds.get(locked.kind).edition
    locked.save(update_fields=["opened_at", "closed_at", "edition"])
    if is_new:
        tell(locked, _addressed(locked, but=by))


@transaction.atomic
def ask(question: str, why: str, *, kind: str, language: str, by: User) -> Call:
    """A member's question to the community: a call that coordinators hear of and open.

    The same question asked again is the one that waits. Raises PermissionDenied, and
    ValidationError where MOST_WAITING of the person wait already.
    """
    if not can_ask(by):
        raise PermissionDenied
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    waiting = Call.objects.filter(made_by=by, opened_at__isnull=True)
    same = waiting.filter(texts__title=question, kind=kind).first()
    if same is not None:
        return same
    if not can_manage(by) and waiting.count() >= MOST_WAITING:
        raise ValidationError(
            _t("%(count)d questions of yours wait to be opened. Wait until they are.")
            % {"count": MOST_WAITING}
        )
    call = Call.objects.create(
        slug=f"question-{get_random_string(10, 'abcdefghijkmnpqrstuvwxyz23456789')}",
        kind=kind,
        deadline=timezone.now() + ASKED_FOR,
        made_by=by,
    )
    call.texts.create(language=language, title=question, body=why)
    coordinators = User.objects.with_role("coordinator", "administrator").exclude(pk=by.pk)
    tell(call, [user for user in coordinators if user.is_active], variant="asked")
    return call


@transaction.atomic
def drop(call: Call, *, by: User) -> None:
    """Delete a call that was never opened; a member who asked for it is told.

    Raises PermissionDenied, also for one that was opened: people know its address.
    """
    if not can_manage(by) or call.opened_at is not None:
        raise PermissionDenied
    if call.made_by_id != by.pk and call.made_by.is_active:
        # The call itself has no page any more.
        tell(call, [call.made_by], variant="dropped", link=reverse("calls:index"))
    call.delete()


@transaction.atomic
def close_call(call: Call, *, by: User) -> None:
    """End the call before its deadline; what was begun for it can still be sent."""
    if not can_manage(by):
        raise PermissionDenied
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.opened_at is not None and locked.closed_at is None:
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])


@transaction.atomic
def move(call: Call, deadline: datetime, *, by: User) -> None:
    """Another deadline (to the second), for which people are reminded anew. Raises
    PermissionDenied."""
    if not can_manage(by):
        raise PermissionDenied
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.deadline.replace(microsecond=0) != deadline.replace(microsecond=0):
        locked.deadline = deadline
        locked.save(update_fields=["deadline"])
        locked.reminders.all().delete()


@transaction.atomic
def answer(call: Call, *, by: User) -> Revision:
    """Begin a draft for the call, or take up the one that the person began and never sent.

    Raises PermissionDenied where the call is not open (any more).
    """
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if not can_answer(by, call):
        raise PermissionDenied
    begun = (
        Revision.objects.filter(contribution__call_answer__call=call, author=by)
        .editable()
        .select_related("contribution")
        .first()
    )
    if begun is not None:
        return begun
    content = call.first_content(by.language or settings.LANGUAGE_CODE)
    revision = drafts.begin(call.kind, by=by, content=content)
    Answer.objects.create(call=call, contribution=revision.contribution)
    return revision


@transaction.atomic
def join(call: Call, contribution: Contribution, *, by: User) -> None:
    """Let a draft answer the call, and no other; its text stays as it is.

    Raises PermissionDenied where the draft is not the person's, WrongStateError where it is no
    draft any more, ValidationError where the call is not open (any more) or asks for another kind.
    """
    locked = _own_draft(contribution, by)
    if Answer.objects.filter(call=call, contribution=locked).exists():
        return
    now = Call.objects.select_for_update().get(pk=call.pk)
    if not can_answer(by, now):
        raise ValidationError(_t("This call is closed. You can post without it."))
    if now.kind != locked.kind:
        raise ValidationError(_t("This call asks for something else."))
    Answer.objects.update_or_create(contribution=locked, defaults={"call": call})


@transaction.atomic
def leave(contribution: Contribution, *, by: User) -> None:
    """Let a draft answer no call. Raises PermissionDenied and WrongStateError like `join`."""
    Answer.objects.filter(contribution=_own_draft(contribution, by)).delete()


def _own_draft(contribution: Contribution, by: User) -> Contribution:
    """The contribution as it is now, held until the end of the transaction."""
    locked = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not can_choose(by, locked):
        raise PermissionDenied
    if not is_chosen_still(locked):
        raise WrongStateError(_t("This text is not a draft any more: nothing was changed."))
    return locked


def tell(call: Call, people: Iterable[User], *, variant: str = "", link: str = "") -> int:
    """A line in the inbox of each, with the title in their language; returns how many. It leads to
    `link`, else to the call."""
    by_language: dict[str, list[User]] = {}
    for person in people:
        by_language.setdefault(person.language or settings.LANGUAGE_CODE, []).append(person)
    for language, group in by_language.items():
        text = call.text_in(language)
        notifications.send(
            group,
            Notification.Topic.CALL,
            None,
            text=text.title if text else call.slug,
            link=link or call.get_absolute_url(),
            variant=variant,
        )
    return sum(len(group) for group in by_language.values())


def _addressed(call: Call, *, but: User) -> list[User]:
    """Members of the call's countries, or all members where it names none."""
    people = User.objects.filter(is_active=True).exclude(pk=but.pk)
    countries = [country.pk for country in call.countries.all()]
    if countries:
        own = Q(country__in=countries) | Q(focal_points__country__in=countries)
        people = people.filter(own).distinct()
    return [person for person in people if person.is_member]
