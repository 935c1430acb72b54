"""ReviewerProfile: what a reviewer knows, and what they must not judge."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.content import rows_of
from contributions.models import Revision
from countries.models import Country
from objectives.models import Objective
from search.folding import fold


class ReviewerProfile(models.Model):
    """Kept by the reviewer, seen by coordinators. Empty fields mean "not said", never "none"."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="reviewer_profile")
    languages = ArrayField(
        models.CharField(max_length=7, choices=settings.CONTENT_LANGUAGES),
        verbose_name=_("languages you read well"),
        default=list,
        blank=True,
    )
    objectives = models.ManyToManyField(
        Objective, verbose_name=_("objectives you know"), related_name="+", blank=True
    )
    countries = models.ManyToManyField(
        Country, verbose_name=_("countries you know"), related_name="+", blank=True
    )
    conflict_countries = models.ManyToManyField(
        Country,
        verbose_name=_("countries whose texts you should not judge"),
        related_name="+",
        blank=True,
    )
    conflict_bodies = models.TextField(
        _("bodies whose texts you should not judge"),
        blank=True,
        max_length=5_000,
        help_text=_("One in each line: where you work or worked, whom you advise, who pays you."),
    )
    away_until = models.DateField(
        _("no new reviews before"),
        null=True,
        blank=True,
        help_text=_("Leave it empty while you can take reviews."),
    )
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("profile of a reviewer")
        verbose_name_plural = _("profiles of reviewers")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def bodies(self) -> list[str]:
        """The declared bodies, one a line."""
        return [line.strip() for line in self.conflict_bodies.splitlines() if line.strip()]

    def conflict_with(self, revision: Revision) -> str:
        """The country or body the text shares with what was declared, or nothing. Prefetch
        conflict_countries in lists.

        Bodies are compared with those that the text names, as whole words of any spelling; who
        wrote it is not looked at, so that nothing is told about a withheld author.
        """
        written = set(revision.content.get("countries") or [])
        countries = [c.label() for c in self.conflict_countries.all() if c.pk in written]
        if countries:
            return ", ".join(countries)
        named = f" {fold(' ; '.join(_bodies_of(revision)))} "
        for body in self.bodies:
            if len(fold(body)) > 2 and f" {fold(body)} " in named:
                return body
        return ""


def _bodies_of(revision: Revision) -> list[str]:
    """Names of bodies that the text gives: who did it and who took part."""
    content = revision.content
    return [
        str(content.get("organisation") or ""),
        *(str(row.get("name") or "") for row in rows_of(content, "stakeholders")),
    ]
