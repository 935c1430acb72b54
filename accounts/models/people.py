"""Who the people are: users with a role, focal points of countries, and the two ways in
(a request to join, an invitation). Decisions about them are made in `membership`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from countries.models import Country

INVITATION_DAYS = 14
INVITATION_SALT = "accounts.invitation"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a member. Without a password one signs in by a mailed code."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=tidy_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def with_role(self, *roles: str) -> models.QuerySet[User]:
        """Active users in any of these groups, for example to tell all coordinators."""
        return self.filter(is_active=True, groups__name__in=roles).distinct()

    def focal_points_of(self, country: Country | str) -> models.QuerySet[User]:
        return self.filter(is_active=True, focal_points__country=country)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; every active user is a member. Roles above that are groups
    (`accounts.roles`); a focal point is a member with rows in `FocalPoint`."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody with this e-mail address is here already.")},
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    function = models.CharField(
        _("function"),
        max_length=120,
        blank=True,
        help_text=_("Shown under what you write instead of your name, for example: Prosecutor."),
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("country"),
    )
    language = models.CharField(
        _("interface language"),
        max_length=10,
        blank=True,
        help_text=_("Empty: whatever the browser asks for."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Take the mark away instead of deleting somebody: what they wrote stays."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # Mails that came back for good, counted for one address: another one starts at nought.
    bounced_address = models.EmailField(_("address of returned mails"), blank=True, editable=False)
    hard_bounces = models.PositiveSmallIntegerField(
        _("mails that came back"), default=0, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_any_case",
                violation_error_message=_("Somebody with this e-mail address is here already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = tidy_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the user's groups. No query for who came with a session, else one, kept."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def focal_countries(self) -> frozenset[str]:
        """ISO codes (upper case) of the countries this person speaks for. Queries as of `roles`."""
        return frozenset(self.focal_points.values_list("country_id", flat=True))

    def set_rights(self, roles: Iterable[str], countries: Iterable[str]) -> None:
        """What was read together with the person is not asked again."""
        vars(self).update(roles=frozenset(roles), focal_countries=frozenset(countries))

    def forget_rights(self) -> None:
        """Their groups or countries change: who asks next, asks the database."""
        for name in ("roles", "focal_countries"):
            vars(self).pop(name, None)

    @property
    def is_member(self) -> bool:
        return self.is_active

    @property
    def is_administrator(self) -> bool:
        return self.is_active and (self.is_superuser or "administrator" in self.roles)

    @property
    def is_coordinator(self) -> bool:
        return self.is_administrator or (self.is_active and "coordinator" in self.roles)

    @property
    def is_reviewer(self) -> bool:
        return self.is_coordinator or (self.is_active and "reviewer" in self.roles)

    @property
    def is_focal_point(self) -> bool:
        return self.is_active and bool(self.focal_countries)

    @property
    def is_staff(self) -> bool:
        """Who may enter the admin follows from the role and is not stored a second time.
        What they find there is decided by the permissions of each model."""
        return self.is_reviewer or self.is_focal_point

    @property
    def mail_has_stopped(self) -> bool:
        """Whether so many mails came back that no more are sent until the person says so."""
        return self.bounced_address == self.email and (
            self.hard_bounces >= settings.MAIL_BOUNCE_LIMIT
        )

    @property
    def public_function(self) -> str:
        """What others see under a comment: function and country. Reads `self.country`."""
        function = self.function or gettext("Member")
        if self.country is None:
            return function
        return gettext("%(function)s, %(country)s") % {
            "function": function,
            "country": self.country.label(),
        }


class FocalPoint(models.Model):
    """A member who speaks for a country: posts its efforts and keeps its profile."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="focal_points",
        verbose_name=_("person"),
    )
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        related_name="focal_points",
        verbose_name=_("country"),
    )
    since = models.DateField(_("since"), default=timezone.localdate)

    class Meta:
        verbose_name = _("focal point")
        verbose_name_plural = _("focal points")
        constraints = [
            models.UniqueConstraint(fields=["user", "country"], name="focal_point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.country_id}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def pending(self) -> JoinRequestQuerySet:
        return self.filter(state=JoinRequest.State.PENDING)

    def longest_waiting_first(self) -> JoinRequestQuerySet:
        return self.order_by("created_at", "pk")


class JoinRequest(models.Model):
    """Somebody asks to become a member; a coordinator decides, with a reason when declining."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        FOCAL_POINT = "focal_point", _("Focal point of my country")

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    organisation = models.CharField(_("organisation"), max_length=200)
    function = models.CharField(_("function"), max_length=120)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="+", verbose_name=_("country")
    )
    role = models.CharField(
        _("role asked for"), max_length=20, choices=Role.choices, default=Role.MEMBER
    )
    why = models.TextField(_("why you would like to join"), max_length=2000)
    language = models.CharField(_("language"), max_length=10, default="en")
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        default=State.PENDING,
        editable=False,
    )
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(state__in=["approved", "declined"])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="join_request_decision_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="join_request_decline_reason",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(state="pending"),
                name="join_request_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country_id}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING


def invitation_end() -> datetime:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())

    def sent_by(self, user: User) -> InvitationQuerySet:
        return self.filter(invited_by=user).select_related("country").order_by("-created_at", "-pk")


class Invitation(models.Model):
    """A place kept for somebody, with a role. The link is signed, not stored: whoever reads the
    database cannot use it."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        FOCAL_POINT = "focal_point", _("Focal point")
        REVIEWER = "reviewer", _("Reviewer")
        COORDINATOR = "coordinator", _("Coordinator")

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("country"),
    )
    language = models.CharField(_("language of the mail"), max_length=10, default="en")
    invited_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="invitations_sent",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=invitation_end)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="focal_point") | Q(country__isnull=False),
                name="invitation_focal_point_country",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="invitation_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_acceptance_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:accept_invitation", args=[self.token])

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt=INVITATION_SALT)

    @property
    def is_used(self) -> bool:
        return self.accepted_at is not None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


def tidy_email(email: str) -> str:
    """Addresses are kept in small letters: people type them with any capitals."""
    return email.strip().lower()
