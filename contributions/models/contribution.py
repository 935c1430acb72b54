"""Contribution: the last approved content of a practice, lesson or effort, and who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from accounts.models import User
from countries.models import Country
from objectives.models import Objective
from vocabulary.models import Concept

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from contributions.models.revision import Revision

# Content not confirmed for this long says so on the page and in print (DESIGN.md §2.5).
STALE_AFTER = timedelta(days=730)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Lists of contributions by meaning; `visible_to` is the only rule of sight."""

    def published(self) -> Self:
        return self.filter(status=Contribution.Status.PUBLISHED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def did_not_work(self) -> Self:
        """Lessons of what did not work and of challenges: the other half of the knowledge."""
        return self.filter(lesson__lesson_type__in=("did_not_work", "challenge"))

    def in_country(self, country: Country) -> Self:
        return self.filter(countries=country)

    def about(self, concept: Concept) -> Self:
        return self.filter(taggings__tag=concept)

    def written_by(self, user: User) -> Self:
        return self.filter(
            Q(owner=user)
            | Q(
                pk__in=Contribution.co_authors.through.objects.filter(user=user).values(
                    "contribution"
                )
            )
        )

    @staticmethod
    def open_to(user: User | AnonymousUser) -> list[str]:
        """The visibilities under which this person sees everything that is published."""
        levels = Contribution.Visibility
        if not isinstance(user, User) or not user.is_active:
            return [levels.PUBLIC]
        if user.is_coordinator:
            return [levels.PUBLIC, levels.MEMBERS, levels.COORDINATORS]
        return [levels.PUBLIC, levels.MEMBERS]

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Who sees what: status × visibility × role × authorship × own country.

        Visitors see published public content; members also members-only content and everything
        they wrote; focal points also the coordinators-only content of the own country and what
        awaits review about it (a new version of a published record is asked of `can_read`);
        reviewers also what awaits review; coordinators everything. One query at most (the focal
        point's countries, cached on the user); joins no rows, so no duplicates.
        """
        if not isinstance(user, User) or not user.is_active:
            return self.published().filter(visibility__in=self.open_to(user))
        if user.is_coordinator:
            return self
        published = Q(status=Contribution.Status.PUBLISHED)
        seen = published & Q(visibility__in=self.open_to(user))
        if user.focal_countries:
            own = Contribution.countries.through.objects.filter(
                country__in=user.focal_countries
            ).values("contribution")
            seen |= published & Q(pk__in=own)
            seen |= Q(live=None, pk__in=Contribution.objects.waiting_about(user.focal_countries))
        if user.is_reviewer:
            seen |= Q(open_state__in=("submitted", "in_review"))
        coauthored = Contribution.co_authors.through.objects.filter(user=user)
        return self.filter(seen | Q(owner=user) | Q(pk__in=coauthored.values("contribution")))

    def waiting_about(self, countries: Iterable[str]) -> QuerySet[Contribution, int]:
        """Keys of what awaits review and names one of the countries; not where an author asked to
        stay unnamed (see `permissions.hears_of_country`)."""
        return (
            self.filter(
                revisions__state__in=("submitted", "in_review"),
                revisions__content__countries__has_any_keys=sorted(countries),
            )
            .exclude(revisions__content__anonymous_to_members=True)
            .values_list("pk", flat=True)
        )

    def with_confirmed(self) -> Self:
        """Each with `confirmed`: the day its content was last said to be right."""
        return self.annotate(confirmed=Coalesce("last_confirmed_on", TruncDate("published_at")))

    def stale(self, today: date | None = None) -> Self:
        """What readers see though nobody has confirmed it for two years."""
        old = (today or timezone.localdate()) - STALE_AFTER
        return self.published().with_confirmed().filter(confirmed__lt=old)

    def newest_first(self) -> Self:
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk")


class Contribution(models.Model):
    """One thing somebody wrote. Its columns hold what readers see: the last approved revision."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("good practice")
        LESSON = "lesson", _("lesson learned")
        EFFORT = "effort", _("country effort")

    class Status(models.TextChoices):
        DRAFT = "draft", _("not yet published")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: everyone, also search engines")
        MEMBERS = "members", _("Members: people whom a coordinator has admitted")
        COORDINATORS = "coordinators", _("Coordinators, the authors and the country's focal points")

    class CrimeScope(models.TextChoices):
        TIP = "TIP", _("Trafficking in persons (TIP)")
        SOM = "SOM", _("Smuggling of migrants (SOM)")
        BOTH = "BOTH", _("Both")

    class SourceKind(models.TextChoices):
        OWN_WORK = "own_work", _("own work")
        EVENT_SESSION = "event_session", _("session of an event")
        EVALUATION = "evaluation", _("evaluation")
        PUBLICATION = "publication", _("publication")

    class Licence(models.TextChoices):
        CC_BY = "cc-by-4.0", _("CC BY 4.0: others may share and adapt it if they name the source")
        CC_BY_NC = "cc-by-nc-4.0", _("CC BY-NC 4.0: the same, not for commercial use")
        ASK = "ask", _("Ask before using it outside the community")

    code = models.CharField(_("code"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    # State of the open (not yet decided) revision, kept by workflow so that queues need no join.
    open_state = models.CharField(_("state of the open version"), max_length=20, blank=True)

    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    objectives = models.ManyToManyField(
        Objective, through="ContributionObjective", related_name="contributions"
    )
    crime_scope = models.CharField(_("crime"), max_length=4, choices=CrimeScope, blank=True)
    crime_scope_reason = models.CharField(_("why both"), max_length=300, blank=True)
    countries = models.ManyToManyField(Country, related_name="contributions", blank=True)
    international = models.BooleanField(_("international"), default=False)
    subnational_area = models.CharField(_("area within the country"), max_length=200, blank=True)
    original_language = models.CharField(
        _("language"), max_length=7, choices=settings.CONTENT_LANGUAGES, default="en"
    )
    visibility = models.CharField(
        _("who can read it"), max_length=12, choices=Visibility, default=Visibility.MEMBERS
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("owner")
    )
    co_authors = models.ManyToManyField(User, related_name="coauthored", blank=True)
    organisation = models.CharField(_("organisation"), max_length=300, blank=True)
    resource_person_function = models.CharField(_("contact function"), max_length=300, blank=True)
    consent_to_publish = models.BooleanField(_("consent to publish"), default=False)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, blank=True)
    tags = TaggableManager(
        through="contributions.Tagging",
        blank=True,
        verbose_name=_("tags"),
        related_name="contributions",
    )
    source_kind = models.CharField(
        _("kind of source"), max_length=20, choices=SourceKind, blank=True
    )
    source_text = models.CharField(_("source"), max_length=500, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    no_identifying_details = models.BooleanField(_("no names or case details"), default=False)
    operational_detail = models.BooleanField(_("operational detail is sensitive"), default=False)

    source_key = models.CharField(
        _("fact key"), max_length=100, unique=True, null=True, blank=True, editable=False,
    )  # fmt: skip
    doubtful = models.BooleanField(_("to be confirmed by the focal point"), default=False)
    doubt_note = models.CharField(_("what is to be confirmed"), max_length=500, blank=True)
    coordinator_note = models.TextField(_("note among coordinators"), blank=True)
    review_due_on = models.DateField(_("review due on"), null=True, blank=True)
    last_confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)

    live = models.OneToOneField(
        "contributions.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.CheckConstraint(
                name="contribution_published_has_live_version",
                condition=Q(status="draft") | Q(live__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="contribution_sensitive_is_not_public",
                condition=~Q(operational_detail=True, visibility="public"),
            ),
            models.CheckConstraint(
                name="contribution_doubt_says_what",
                condition=Q(doubtful=False) | ~Q(doubt_note=""),
            ),
        ]
        indexes = [
            # Lists: published of one kind, newest first.
            models.Index(
                fields=["kind", "-published_at", "-id"],
                name="contribution_list",
                condition=Q(status="published"),
            ),
            # What members see of the coordinators' own: their texts, their country's.
            models.Index(
                fields=["owner"],
                name="contribution_restricted",
                condition=Q(status="published", visibility="coordinators"),
            ),
            # The queue: only what is open.
            models.Index(
                fields=["open_state"], name="contribution_open", condition=~Q(open_state="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse(f"{self.kind}s:detail", args=[self.code])

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def objective_numbers(self) -> list[tuple[int, bool]]:
        """(number, is main) in order. Uses prefetched `objective_links`, otherwise one query."""
        return [(link.objective_id, link.is_primary) for link in self.objective_links.all()]

    @property
    def primary_objective(self) -> Objective | None:
        """The main objective; None where the source names none. Prefetched like the above."""
        links = list(self.objective_links.all())
        main = [link for link in links if link.is_primary]
        return main[0].objective if main else None

    @property
    def country_list(self) -> list[Country]:
        """Countries by name in the reader's language. Uses the prefetch, otherwise one query."""
        return sorted(self.countries.all(), key=lambda country: country.label())

    @property
    def is_author_withheld(self) -> bool:
        """Whether nothing on the page may hint at who wrote it. Reads self.lesson for lessons.

        The wish stands in the live row only once a lesson is published; until then every lesson's
        author is withheld.
        """
        return self.kind == self.Kind.LESSON and (
            self.live_id is None or self.lesson.anonymous_to_members
        )

    @property
    def author_line(self) -> str:
        """Function, country and organisation of the author, or nothing where it is withheld.

        Reads self.owner: select_related it in lists.
        """
        if self.is_author_withheld:
            return gettext("Name withheld on request")
        return self.owner.public_function

    @property
    def author_lines(self) -> list[str]:
        """The same for owner and co-authors. Uses the prefetch of co_authors."""
        if self.is_author_withheld:
            return [self.author_line]
        return [self.author_line, *(person.public_function for person in self.co_authors.all())]

    @property
    def confirmed_on(self) -> date | None:
        """The day somebody last said it is right; None of what was never published."""
        return self.last_confirmed_on or (self.published_at and self.published_at.date())

    @property
    def is_stale(self) -> bool:
        """Not confirmed for two years; never true for what was never published."""
        confirmed = self.confirmed_on
        return bool(confirmed and confirmed < timezone.localdate() - STALE_AFTER)

    @property
    def wants_confirmation(self) -> bool:
        """Whether somebody should say that it is still right: it is old, or its day has come."""
        due = self.review_due_on is not None and self.review_due_on <= timezone.localdate()
        return self.is_published and (due or self.is_stale)

    def open_revision(self) -> Revision | None:
        """The version being written or reviewed, if there is one. One query."""
        return self.revisions.open().first()

    def is_written_by(self, user: User | AnonymousUser) -> bool:
        """Owner or co-author. One query at most, none where co_authors are prefetched."""
        return user.is_authenticated and (
            self.owner_id == user.pk
            or any(person.pk == user.pk for person in self.co_authors.all())
        )


class ContributionObjective(models.Model):
    """A contribution serves an objective; at most one of them is the main one."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="objective_links"
    )
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="links")
    is_primary = models.BooleanField(_("main objective"), default=False)

    class Meta:
        verbose_name = _("objective of a contribution")
        verbose_name_plural = _("objectives of contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "objective"], name="contribution_objective_once"
            ),
            models.UniqueConstraint(
                fields=["contribution"],
                condition=Q(is_primary=True),
                name="contribution_one_main_objective",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} → {self.objective_id}"


class Tagging(ItemBase):
    """A contribution carries a concept (shown to people as a tag)."""

    content_object = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="taggings"
    )
    tag = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="taggings")
    tagged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("tag of a contribution")
        verbose_name_plural = _("tags of contributions")
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="tagging_once")
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"
