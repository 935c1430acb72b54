"""Revision: what somebody writes, valid or not; Decision: what was done with it and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.content import rows_of
from contributions.models.attachment import FILES, StoredFile
from contributions.models.contribution import Contribution

# Of silence, after which somebody else may write without taking over.
HOLD = timedelta(minutes=10)
# A discarded draft can be brought back for so long; then it is deleted.
KEEP_DISCARDED = timedelta(days=30)


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Revisions by meaning."""

    def open(self) -> Self:
        return self.filter(state__in=Revision.OPEN_STATES)

    def editable(self) -> Self:
        return self.filter(state__in=Revision.EDITABLE_STATES)

    def written_by(self, user: User) -> Self:
        """Versions of the user's own contributions, and those the user began on others'."""
        own = Contribution.objects.written_by(user)
        return self.filter(Q(author=user) | Q(contribution__in=own))

    def not_written_by(self, user: User) -> Self:
        return self.exclude(author=user).exclude(
            contribution__in=Contribution.objects.written_by(user)
        )

    def of_kind(self, kind: str) -> Self:
        return self.filter(contribution__kind=kind)

    def discarded(self) -> Self:
        """Drafts in the bin."""
        return self.filter(discarded_at__isnull=False)

    def last_of_each(self) -> Self:
        """Of each contribution the newest version that does not lie in the bin."""
        newest = Revision.objects.filter(
            contribution=OuterRef("contribution"), discarded_at__isnull=True
        )
        return self.filter(pk=Subquery(newest.order_by("-number").values("pk")[:1]))

    def with_asked_change(self) -> Self:
        """Each with `asked` and `asked_at`: the last reason for which changes were requested."""
        asked = Decision.objects.filter(revision=OuterRef("pk"), action="request_changes").order_by(
            "-created_at", "-pk"
        )
        return self.annotate(
            asked=Subquery(asked.values("note")[:1]),
            asked_at=Subquery(asked.values("created_at")[:1]),
        )

    def approved(self) -> Self:
        return self.filter(state=Revision.State.APPROVED).order_by("-version")

    def waiting(self) -> Self:
        """What coordinators have to answer, longest waiting first."""
        return self.filter(state__in=Revision.WAITING_STATES).order_by("submitted_at", "pk")


class Revision(models.Model):
    """One version of a contribution's content: the form's data as typed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("sent for review")
        IN_REVIEW = "in_review", _("in review")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    EDITABLE_STATES = (State.DRAFT, State.CHANGES_REQUESTED)
    WAITING_STATES = (State.SUBMITTED, State.IN_REVIEW)
    OPEN_STATES = (*EDITABLE_STATES, *WAITING_STATES)

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"))
    # Shown to readers: counts approved versions only.
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    language = models.CharField(
        _("language"), max_length=7, choices=settings.CONTENT_LANGUAGES, default="en"
    )
    edition = models.PositiveSmallIntegerField(_("form edition"), default=1)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("content"), default=dict
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="revisions")
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Grows by one with each save; a form that carries an older number is stale.
    lock = models.PositiveIntegerField(default=0)
    # Who writes in it now, since when, and until when without another save: a soft lock.
    held_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_since = models.DateTimeField(null=True, blank=True, editable=False)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    # What the author answered to the checks: {"harm": {sign: answer}, "different": {code: why}}.
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("answers to the checks"), default=dict, blank=True
    )
    # What of a Word file could not be read: {"language": of the sentences, "lines": [...]}.
    unread: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("not read from the file"), default=dict, blank=True, editable=False
    )
    # A draft that was never sent and lies in the bin of its authors.
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True, editable=False)
    change_note = models.CharField(_("what changed"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last saved"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    # An old version that holds something harmful: only coordinators still open it.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions for review")  # the admin lists them
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["contribution", "version"], name="revision_version_once"
            ),
            models.UniqueConstraint(
                fields=["contribution", "language"],
                condition=Q(state__in=["draft", "submitted", "in_review", "changes_requested"]),
                name="revision_one_open_per_language",
            ),
            models.CheckConstraint(
                name="revision_version_when_approved",
                condition=Q(state="approved", version__isnull=False)
                | (~Q(state="approved") & Q(version__isnull=True)),
            ),
            models.CheckConstraint(
                name="revision_discarded_is_withdrawn",
                condition=Q(discarded_at__isnull=True) | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="revision_closed_when_approved",
                condition=Q(closed_at__isnull=True) | Q(state="approved"),
            ),
        ]
        indexes = [
            # What focal points may read of their countries before it is published.
            models.Index(
                fields=["contribution"],
                name="revision_waiting",
                condition=Q(state__in=["submitted", "in_review"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution.code} #{self.number}"

    def get_absolute_url(self) -> str:
        """Approved versions by the number that readers see, other texts by their own."""
        if self.version is not None:
            return reverse("contributions:approved", args=[self.contribution.code, self.version])
        return reverse("contributions:version", args=[self.contribution.code, self.number])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE_STATES

    def holder_but(self, user: User, now: datetime | None = None) -> User | None:
        """Who else writes in it at this moment, if anybody does. One query at most."""
        now = now or timezone.now()
        if self.held_by_id in (None, user.pk) or self.held_until is None or self.held_until <= now:
            return None
        return self.held_by

    @property
    def kept_until(self) -> datetime | None:
        """When it leaves the bin for good."""
        return self.discarded_at + KEEP_DISCARDED if self.discarded_at else None

    def files(self) -> list[tuple[StoredFile, dict[str, str]]]:
        """The files that this version names, with what it says of each. One query, none without."""
        rows = rows_of(self.content, FILES)
        if not rows:
            return []
        files = StoredFile.objects.filter(contribution=self.contribution_id)
        known = {str(stored.pk): stored for stored in files}
        return [(known[row["file"]], row) for row in rows if row.get("file") in known]

    @property
    def title(self) -> str:
        """The title as typed; may be empty."""
        return str(self.content.get("title") or "").strip()


class Decision(models.Model):
    """One step of the workflow, kept for good: who did what, when, from which state, and why."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="decisions"
    )
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="decisions")
    action = models.CharField(_("action"), max_length=20)
    from_state = models.CharField(_("from"), max_length=20)
    to_state = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    note = models.TextField(_("reason"), blank=True)
    # What the coordinator set when publishing (visibility, maturity, tags): field -> value.
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("set by the coordinator"), default=dict, blank=True
    )
    # The text that was read when changes were requested, so that the answer can be compared.
    content: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        _("text as it was read"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    # Words of the history: what happened, seen afterwards.
    DONE: ClassVar[dict[str, str | Promise]] = {
        "submit": _("Sent for review"),
        "publish": _("Published by the focal point"),
        "withdraw": _("Withdrawn"),
        "resume": _("Taken up again"),
        "review": _("Review begun"),
        "request_changes": _("Changes requested"),
        "approve": _("Approved and published"),
        "decline": _("Declined"),
        "import": _("Published from a report"),
        "archive": _("Archived"),
        "restore": _("Restored"),
        "confirm": _("Confirmed as still right"),
        "recommend": _("Publishing recommended"),
        "advise_against": _("Declining recommended"),
        "close": _("Version closed"),
        "reopen": _("Version opened again"),
        "endorse": _("Endorsed by a focal point"),
        "unendorse": _("Endorsement taken back"),
        "waive": _("Second review waived"),
    }
    # Said among reviewers; authors read the decision that follows.
    INTERNAL: ClassVar[frozenset[str]] = frozenset({"recommend", "advise_against", "waive"})

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["contribution", "created_at"], name="decision_history")]

    def __str__(self) -> str:
        return f"{self.action} {self.contribution_id}"

    @property
    def action_label(self) -> str:
        return str(self.DONE.get(self.action, self.action))
