"""What a search is called before its owner says otherwise, and what can be followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from accounts.models import User
from contributions import kinds
from contributions.browse import Results
from countries.models import Country
from following.models import SavedSearch
from objectives.models import Objective
from vocabulary.models import Concept


@dataclass(frozen=True)
class Thing:
    """A country, an objective, a tag."""

    label: str
    url: str
    query: str


def of(results: Results) -> str:
    """ "Practices: court, Morocco"; cut to what a name may be."""
    kind = results.selection.kind
    where = str(kinds.get(kind).label_plural) if kind else ""
    words = [results.selection.q] if results.selection.q else []
    what = pgettext("between items of a list", ", ").join(
        [*words, *(str(chip.label) for chip in results.chips)]
    )
    if where and what:
        name = _t("%(list)s: %(search)s") % {"list": where, "search": what}
    else:
        name = where or what or _t("All contributions")
    return name[: SavedSearch.NAME_LENGTH]


def page(kind: str) -> str:
    """The page of a list, or of the search in all of them."""
    return reverse(f"{kinds.get(kind).url_namespace}:browse" if kind else "search")


def thing(entered: dict[str, Any], user: User) -> Thing | None:
    """What the code stands for, if this person may see it. One query, for tags two."""
    name, value = entered["name"], entered["value"]
    query = urlencode({name: value})
    if name == "country":
        country = Country.objects.filter(pk=value.upper()).first()
        query = urlencode({name: value.lower()})
        return Thing(country.label(), country.get_absolute_url(), query) if country else None
    if name == "objective":
        objective = Objective.objects.filter(number=value).first() if value.isdecimal() else None
        return Thing(objective.label(), objective.get_absolute_url(), query) if objective else None
    concept = Concept.objects.accepted().with_labels().filter(slug=value).first()
    return Thing(concept.label(), reverse("tags:detail", args=[value]), query) if concept else None
