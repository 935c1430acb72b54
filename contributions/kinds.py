"""The registry of kinds: the only way from contributions up to the apps of the kinds.

Each kind app registers once, in AppConfig.ready. A kind with a part missing fails at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.functional import Promise

from contributions import editions
from contributions.editions import Step

if TYPE_CHECKING:
    from accounts.models import User
    from contributions.forms.base import ContributionForm
    from contributions.models import Contribution, Revision


@dataclass(frozen=True)
class Kind:
    """What the house needs to know of a kind of contribution."""

    name: str
    prefix: str  # of codes: PR-0042
    model: type[Contribution]
    form: type[ContributionForm]
    label: str | Promise
    label_plural: str | Promise
    counted: Callable[[int], str]  # "3 practices"
    label_new: str | Promise  # the words of the button and the page: "Post a practice"
    detail_template: str
    # Texts of the body for search, in the order a reader meets them. Queries: those of the rows.
    search_body: Callable[[Any], list[str]]
    # How content of older editions of the form comes into today's shape, oldest first.
    steps: tuple[Step, ...] = ()

    @property
    def edition(self) -> int:
        """Of today's form; content remembers the edition it was written with."""
        return editions.of(self)

    @property
    def url_namespace(self) -> str:
        return f"{self.name}s"

    @property
    def new_url(self) -> str:
        """Where one of this kind is begun."""
        return reverse(f"{self.url_namespace}:new")

    def bind(
        self, revision: Revision, *, by: User | None = None, checked: bool = True
    ) -> ContributionForm:
        """The kind's form filled with a revision's content, for the live row of its contribution.

        `by` is the person who acts (the author where not said): what the text points to must be
        visible to them. One query.
        """
        row = self.model._default_manager.get(pk=revision.contribution_id)
        return self.form(
            content=editions.upgraded(self, revision.content, revision.edition),
            instance=row,
            author=revision.author,
            viewer=by,
            checked=checked,
        )


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; raise ImproperlyConfigured where a part is missing or taken."""
    missing = [field for field, value in vars(kind).items() if not value and field != "steps"]
    if missing:
        raise ImproperlyConfigured(f"Kind {kind.name!r} lacks {', '.join(missing)}.")
    taken = [other for other in _kinds.values() if other.prefix == kind.prefix]
    if taken and taken[0].name != kind.name:
        raise ImproperlyConfigured(f"Code prefix {kind.prefix} belongs to {taken[0].name!r}.")
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name; KeyError for anything else."""
    return _kinds[name]


def of_code(code: str) -> Kind | None:
    """The kind that a code (PR-0042) belongs to, whether such a contribution exists or not."""
    prefix = code.partition("-")[0]
    return next((kind for kind in _kinds.values() if kind.prefix == prefix), None)


def names() -> list[str]:
    return list(_kinds)


def all_kinds() -> Iterator[Kind]:
    yield from _kinds.values()
