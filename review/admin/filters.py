"""Filters of the queue, each with the number of texts it would list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import CallText
from contributions import kinds
from contributions.forms.fields import country_choices, objective_choices
from contributions.models import Revision
from objectives.labels import active_label
from review import reading
from review.models import Assignment

INTERNATIONAL = "international"


class QueueFilter(admin.SimpleListFilter):
    """A filter that is a condition, so that all numbers are counted in one query."""

    any_label: Any = _("All")

    def condition(self, value: str) -> Q:
        """What a text must fulfil; asked for the offered values and for whatever was typed."""
        raise NotImplementedError

    def unchosen(self) -> Q:
        """The condition where nothing is chosen."""
        return Q()

    def selected(self) -> Q:
        """The condition of the chosen value."""
        value = self.value()
        return self.condition(value) if value else self.unchosen()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        return queryset.filter(self.selected())

    def choices(self, changelist: Any) -> Any:
        counts = changelist.counts[self.parameter_name]
        yield self._choice(changelist, None, self.any_label, counts[None])
        for value, label in self.lookup_choices:
            if counts[value] or self.value() == str(value):
                yield self._choice(changelist, value, label, counts[value])

    def _choice(self, changelist: Any, value: Any, label: Any, count: int) -> dict[str, Any]:
        query = {"remove": [self.parameter_name]} if value is None else {
            "new_params": {self.parameter_name: value}
        }  # fmt: skip
        return {
            "selected": self.value() == (None if value is None else str(value)),
            "query_string": changelist.get_query_string(**query),
            "display": f"{label} ({count})",
        }


class FilteredList(ChangeList):
    """The changelist that counts for all its filters at once."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request, *args, **kwargs)

    @property
    def counts(self) -> dict[str, dict[Any, int]]:
        """Parameter → value → how many texts; each filter's numbers ignore its own choice. One
        query, kept."""
        if not hasattr(self, "_counts"):
            self._counts = self._count()
        return self._counts

    def _count(self) -> dict[str, dict[Any, int]]:
        filters = [spec for spec in self.filter_specs if isinstance(spec, QueueFilter)]
        wanted: dict[str, Count] = {}
        names: dict[str, tuple[str, Any]] = {}
        for spec in filters:
            others = Q()
            for other in filters:
                others &= other.selected() if other is not spec else Q()
            for value in (None, *(value for value, _label in spec.lookup_choices)):
                chosen = spec.unchosen() if value is None else spec.condition(str(value))
                name = f"n{len(names)}"
                names[name] = (str(spec.parameter_name), value)
                wanted[name] = Count("pk", filter=(others & chosen) or Q(pk__isnull=False))
        searched, _duplicates = self.model_admin.get_search_results(
            self.request, self.root_queryset.order_by(), self.query
        )
        found = searched.aggregate(**wanted)
        counts: dict[str, dict[Any, int]] = {}
        for name, (parameter, value) in names.items():
            counts.setdefault(parameter, {})[value] = found[name]
        return counts


class StateFilter(QueueFilter):
    """What waits, unless another state is asked for."""

    title = _("state")
    parameter_name = "state"
    any_label = _("Waiting")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All that was sent")), *Revision.State.choices]

    def unchosen(self) -> Q:
        return Q(state__in=Revision.WAITING_STATES)

    def condition(self, value: str) -> Q:
        if value == "all":
            return Q()
        return Q(state=value) if value in Revision.State.values else self.unchosen()


class KindFilter(QueueFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.name, kind.label) for kind in kinds.all_kinds()]

    def condition(self, value: str) -> Q:
        return Q(contribution__kind=value)


class ObjectiveFilter(QueueFilter):
    title = _("objective")
    parameter_name = "objective"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, f"{value} {label}") for value, label in objective_choices()]

    def condition(self, value: str) -> Q:
        return Q(content__objectives__contains=value) | Q(content__primary_objective=value)


class CountryFilter(QueueFilter):
    """By what the text itself says, since nothing else knows it before it is published. Offers
    the countries of what waits; of all that was sent where another state is asked for."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        sent = Revision.objects.exclude(submitted_at=None)
        among = sent if request.GET.get("state") else Revision.objects.waiting()
        used = {
            code
            for codes in among.values_list("content__countries", flat=True)
            for code in codes or []
        }
        named = [pair for pair in country_choices() if pair[0] in used]
        return [*named, (INTERNATIONAL, _("international"))]

    def condition(self, value: str) -> Q:
        if value == INTERNATIONAL:
            return Q(content__international=True)
        return Q(content__countries__contains=value)


class LanguageFilter(QueueFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return settings.CONTENT_LANGUAGES

    def condition(self, value: str) -> Q:
        return Q(language=value)


class ReviewerFilter(QueueFilter):
    """Assigned to me, to nobody, or to a certain reviewer."""

    title = _("reviewer")
    parameter_name = "reviewer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        self.me = request.user.pk
        people = User.objects.filter(
            pk__in=Assignment.objects.waiting().values("reviewer")
        ).select_related("country")
        named = [
            (str(person.pk), reading.reviewer_words(person))
            for person in people
            if person.pk != self.me
        ]
        return [
            ("me", _("Assigned to me")),
            ("nobody", _("Assigned to nobody")),
            *sorted(named, key=lambda pair: pair[1]),
        ]

    def condition(self, value: str) -> Q:
        assigned = Assignment.objects.open()
        if value == "nobody":
            return ~Q(pk__in=assigned.values("revision"))
        number = (
            self.me if value == "me" else int(value) if value.isdecimal() and len(value) < 10 else 0
        )
        return Q(pk__in=assigned.filter(reviewer=number).values("revision"))


class AgeFilter(QueueFilter):
    """How long it waits, and what should be reviewed by now."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("7", _("Over one week")),
            ("14", _("Over two weeks")),
            ("28", _("Over four weeks")),
            ("overdue", _("Review overdue")),
        ]

    def condition(self, value: str) -> Q:
        if value == "overdue":
            late = Assignment.objects.overdue(timezone.localdate())
            return Q(pk__in=late.values("revision"))
        days = int(value) if value.isdecimal() and len(value) < 5 else 0
        return Q(submitted_at__lt=timezone.now() - timedelta(days=days))


class CallFilter(QueueFilter):
    """What answers a call for contributions."""

    title = _("call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        titles: dict[str, dict[str, str]] = {}
        answered = CallText.objects.filter(call__answers__isnull=False).distinct()
        for slug, language, title in answered.values_list("call__slug", "language", "title"):
            titles.setdefault(slug, {})[language] = title
        named = [(slug, active_label(texts)) for slug, texts in titles.items()]
        return sorted(named, key=lambda pair: pair[1])

    def condition(self, value: str) -> Q:
        return Q(contribution__call_answer__call__slug=value)


# What the queue offers, in this order.
FILTERS = (
    StateFilter,
    ReviewerFilter,
    AgeFilter,
    KindFilter,
    ObjectiveFilter,
    CountryFilter,
    LanguageFilter,
    CallFilter,
)
