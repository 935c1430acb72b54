"""All values of one filter of a list, with their numbers: a list shows the commonest alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from accounts.models import User
from contributions import browse, filters_shown, kinds
from contributions.facets import FACETS
from contributions.selection import Selection, offered
from search.folding import fold
from vocabulary.models import Concept

ON_PAGE: Final = 100
LONGEST: Final = 100


@dataclass(frozen=True)
class Values:
    """What the page shows: the values that begin as typed, of them one page."""

    name: str
    title: str | Promise
    find: str
    results: browse.Results
    page: Page[filters_shown.Choice]
    list_url: str

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form sends along unseen: all of the list's address that is not on the page."""
        shown = {(self.name, choice.value) for choice in self.page}
        return [pair for pair in self.results.selection.words_and_filters if pair not in shown]


def offers(name: str, kind: str) -> bool:
    """Whether there may be more values than a list of this kind shows."""
    return name in offered(kind) and FACETS[name].from_rows


def of(
    name: str, selection: Selection, user: User | AnonymousUser, *, find: str, page: str
) -> Values:
    """The values by name, those in use too. Queries of `browse.results`, one more where tags are
    looked for."""
    results = browse.results(selection, user, all_of=name)
    groups = [group for group in results.groups if group.name == name]
    choices = [choice for group in groups for choice in group.choices]
    if find:
        choices = _like(name, find, choices)
    choices.sort(key=lambda choice: fold(str(choice.label)))
    return Values(
        name=name,
        title=FACETS[name].title,
        find=find,
        results=results,
        page=Paginator(choices, ON_PAGE).get_page(page),
        list_url=list_url(selection.kind),
    )


def list_url(kind: str) -> str:
    """The page of a list, or of the search in all of them."""
    return reverse(f"{kinds.get(kind).url_namespace}:browse" if kind else "search")


def _like(name: str, find: str, choices: list[filters_shown.Choice]) -> list[filters_shown.Choice]:
    """Those whose name has what was typed; tags also by a word of another name, in any language."""
    typed, known = fold(find), set[str]()
    if name == "tag":
        language = (get_language() or "en").split("-")[0]
        matching = Concept.objects.accepted().matching(find, language)
        known = set(matching.values_list("slug", flat=True))
    return [one for one in choices if typed in fold(str(one.label)) or one.value in known]
