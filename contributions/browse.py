"""Reading the query string of lists and search, and making what their page shows of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import at_once, listing
from contributions.facets import FACETS, Facet
from contributions.models import Contribution, SearchDocument
from search import analysis, query, snippets, spelling

LONGEST_QUERY: Final = 300
LAST_PAGE: Final = 1_000_000
SORTS: Final = {"relevance": _("Best match"), "newest": _("Newest first"), "title": _("Title")}
# Filters that may be typed among the words: tag:…, country:….
TYPED_FILTERS: Final = frozenset({"tag", "country", "objective", "kind"})


class BrowseForm(forms.Form):
    """The query string without the filters. Nothing in it is an error; it is read or ignored."""

    q = forms.CharField(required=False, strip=True)
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)
    exact = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Selection:
    """What the reader asked for, understood."""

    q: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    exact: bool = False  # take the words as typed
    kind: str = ""  # fixed by the page
    # What was not understood, as typed.
    ignored: tuple[str, ...] = ()

    @property
    def effective_sort(self) -> str:
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Chosen filters one by one, in the order of the page."""
        return [(name, code) for name in FACETS for code in self.chosen.get(name, [])]

    def url(self, *, without: tuple[str, str] | None = None, filters: bool = True) -> str:
        """Address of this selection (first page), perhaps without one filter or any."""
        kept = [pair for pair in self.pairs if filters and pair != without]
        parts = [("q", self.q)] if self.q else []
        parts += [("sort", self.sort)] if self.sort else []
        parts += [("exact", "1")] if self.exact else []
        return "?" + urlencode(parts + kept)


@dataclass(frozen=True)
class Choice:
    """A value of a filter beside its count."""

    value: str
    label: str | Promise
    count: int
    checked: bool
    objective: str = ""


@dataclass(frozen=True)
class Group:
    """A filter with its values, for components/_facet.html."""

    name: str
    title: str | Promise
    is_open: bool
    choices: list[Choice]


@dataclass(frozen=True)
class Chip:
    """A filter in use, with the address without it and how many there would be."""

    label: str | Promise
    remove_url: str
    objective: str
    count_without: int


@dataclass(frozen=True)
class Line:
    """One result for components/_hit.html; `is_cut` for the first that lacks some of the words."""

    contribution: Contribution
    headline: snippets.Fragments
    passage: snippets.Fragments
    is_cut: bool


@dataclass(frozen=True)
class Results:
    """Everything the page shows."""

    selection: Selection
    listing: listing.Listing
    page: Page[Line]
    groups: list[Group]
    chips: list[Chip]
    # The words in their place, where the typed ones were corrected.
    corrected: str = ""

    @property
    def sorts(self) -> list[tuple[str, str | Promise]]:
        """Without words nothing matches better than anything else."""
        return [(code, SORTS[code]) for code in SORTS if self.selection.q or code != "relevance"]

    @property
    def ways_out(self) -> list[Chip]:
        """The filters whose removal gives results."""
        return [chip for chip in self.chips if chip.count_without]

    @property
    def clear_url(self) -> str:
        return self.selection.url(filters=False)

    @property
    def as_typed_url(self) -> str:
        return replace(self.selection, exact=True).url()

    @property
    def everywhere_url(self) -> str:
        return reverse("search") + self.selection.url(filters=False)


def read(parameters: QueryDict, kind: str = "") -> Selection:
    """Understand a query string; what cannot be understood is listed in `ignored`."""
    form = BrowseForm(parameters)
    form.is_valid()
    ignored = [f"sort={parameters['sort']}" for name in form.errors if name == "sort"]
    chosen: dict[str, list[str]] = {}
    for name in parameters:
        if name in form.fields:
            continue
        facet = _offered(kind).get(name)
        for code in dict.fromkeys(filter(None, parameters.getlist(name))):
            if facet and _is_possible(facet, code):
                chosen.setdefault(name, []).append(code)
            else:
                ignored.append(f"{name}={code}")
    typed = _tidy(form.cleaned_data.get("q") or "")
    if len(typed) > LONGEST_QUERY:
        ignored.append(f"…{typed[LONGEST_QUERY:][:40]}")
    return Selection(
        q=typed[:LONGEST_QUERY],
        chosen=chosen,
        sort=form.cleaned_data.get("sort") or "",
        page=form.cleaned_data.get("page") or 1,
        exact=bool(form.cleaned_data.get("exact")),
        kind=kind,
        ignored=tuple(ignored),
    )


def results(selection: Selection, user: User | AnonymousUser) -> Results:
    """Find, correct, count. Four queries for a visitor; more where a word matches nothing."""
    selection, asked = _with_typed_filters(selection)
    found = _find(selection, asked, user)
    unknown = [
        (name, code)
        for name, code in selection.pairs
        if FACETS[name].from_rows and not _label(found, name, code)
    ]
    if unknown:
        selection = _dropping(selection, unknown)
        found = _find(selection, asked, user)
    corrected = "" if selection.exact else _correction(asked, found, user)
    if corrected:
        asked = query.parse(corrected, TYPED_FILTERS)
        found = _find(selection, asked, user)
    return Results(
        selection=selection,
        listing=found,
        page=_page(found, asked),
        groups=_groups(selection, found),
        chips=_chips(selection, found),
        corrected=corrected,
    )


def _offered(kind: str) -> dict[str, Facet]:
    """The filters of a page: those that its kind has."""
    if not kind:
        return FACETS
    return {
        name: facet
        for name, facet in FACETS.items()
        if name != "kind" and (not facet.kinds or kind in facet.kinds)
    }


def _is_possible(facet: Facet, code: str) -> bool:
    """Whether the code can be one of the filter's; for rows the database decides later."""
    if facet.from_rows:
        return len(code) <= 100 and code.replace("-", "").replace("_", "").isalnum()
    return code in facet.labels()


def _tidy(typed: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())


def _with_typed_filters(selection: Selection) -> tuple[Selection, query.Query]:
    """Move country:ma and the like from the words to the filters; what is no filter is a word."""
    offered = _offered(selection.kind)
    names = frozenset(TYPED_FILTERS & offered.keys())
    asked = query.parse(selection.q, names)
    chosen = {name: list(codes) for name, codes in selection.chosen.items()}
    for name, codes in asked.filters.items():
        for code in map(str.lower, codes):
            if _is_possible(offered[name], code) and code not in chosen.setdefault(name, []):
                chosen[name].append(code)
    words = " ".join(part for part in selection.q.split() if not _is_filter(part, names))
    return replace(selection, q=words, chosen={k: v for k, v in chosen.items() if v}), asked


def _is_filter(part: str, names: Iterable[str]) -> bool:
    return bool(query.parse(part, frozenset(names)).filters)


def _find(selection: Selection, asked: query.Query, user: User | AnonymousUser) -> listing.Listing:
    request = listing.Request(
        query=asked,
        fixed={"kind": [selection.kind]} if selection.kind else {},
        chosen=selection.chosen,
        sort=selection.effective_sort,
        page=selection.page,
    )
    return listing.find(request, user)


def _dropping(selection: Selection, unknown: list[tuple[str, str]]) -> Selection:
    kept: dict[str, list[str]] = {}
    for name, code in selection.pairs:
        if (name, code) not in unknown:
            kept.setdefault(name, []).append(code)
    ignored = tuple(f"{name}={code}" for name, code in unknown)
    return replace(selection, chosen=kept, ignored=selection.ignored + ignored)


def _correction(asked: query.Query, found: listing.Listing, user: User | AnonymousUser) -> str:
    """The words with those that match nothing replaced by the nearest that do; empty if none."""
    documents = SearchDocument.objects.filter(
        contribution__in=Contribution.objects.published().visible_to(user)
    ).values("document")
    better: dict[str, str] = {}
    for place, term in enumerate(asked.terms):
        if term.required and not term.exact and not found.frequency.get(place):
            near = spelling.nearest(term.typed, documents)
            if near and near != term.typed:
                better[term.typed] = near
    text = asked.text
    for word in reversed(list(analysis.words(text))) if better else []:
        if word.folded in better:
            text = text[: word.start] + better[word.folded] + text[word.end :]
    return text if better else ""


def _page(found: listing.Listing, asked: query.Query) -> Page[Line]:
    """The lines of the page, with what cards show: three queries."""
    ids = [hit.contribution_id for hit in found.hits]
    rows = {row.pk: row for row in at_once.cards(Contribution.objects.filter(pk__in=ids))}
    forms = {form for term in asked.terms if term.required for form in term.forms}
    lines = [
        Line(
            contribution=rows[hit.contribution_id],
            headline=snippets.marked(hit.title, forms, hit.language) if forms else [],
            passage=(
                snippets.passage([hit.summary, hit.body], forms, hit.language) if forms else []
            ),
            is_cut=hit.place == found.whole + 1,
        )
        for hit in found.hits
    ]
    # The rows are here already; the paginator only knows how many there are.
    paginator: Paginator[Any] = Paginator(range(found.total), listing.PAGE_SIZE)
    return Page(lines, found.page, paginator)


def _label(found: listing.Listing, name: str, code: str) -> str | Promise:
    if name == "country" and code == "international":
        return _("International")
    return found.label(name, code)


def _groups(selection: Selection, found: listing.Listing) -> list[Group]:
    groups = []
    for facet in _offered(selection.kind).values():
        choices = _choices(facet, selection, found)
        if choices:
            checked = any(choice.checked for choice in choices)
            groups.append(Group(facet.name, facet.title, facet.is_open or checked, choices))
    return groups


def _choices(facet: Facet, selection: Selection, found: listing.Listing) -> list[Choice]:
    """Values with a count and those in use: rows by count and name, others in their own order."""
    counts = {one.code: one.number for one in found.counts.get(facet.name, [])}
    chosen = selection.chosen.get(facet.name, [])
    labels = facet.labels()
    if facet.from_rows:
        labels = {code: label for code in counts if (label := _label(found, facet.name, code))}
        # Objectives and phases have numbers, the others go by how many there are.
        by_number = facet.name in ("objective", "phase")
        order = sorted(
            labels,
            key=lambda code: (code if by_number else "", -counts[code], str(labels[code])),
        )[: facet.most]
        labels = {code: labels[code] for code in [*order, *(c for c in chosen if c not in order)]}
    choices = [
        Choice(
            value=code,
            label=label,
            count=counts.get(code, 0),
            checked=code in chosen,
            objective=code if facet.name == "objective" else "",
        )
        for code, label in labels.items()
        if counts.get(code) or code in chosen or facet.name in ("scope", "kind")
    ]
    return choices if any(choice.count or choice.checked for choice in choices) else []


def _chips(selection: Selection, found: listing.Listing) -> list[Chip]:
    chips = []
    for name, code in selection.pairs:
        facet = FACETS[name]
        label = _label(found, name, code) if facet.from_rows else facet.labels()[code]
        chips.append(
            Chip(
                label=label,
                remove_url=selection.url(without=(name, code)),
                objective=code if name == "objective" else "",
                count_without=found.without.get(name, 0),
            )
        )
    return chips


def ignored_notice(selection: Selection) -> str:
    """One sentence on what was not understood; empty where all was."""
    if not selection.ignored:
        return ""
    shown = ", ".join(item[:60] for item in selection.ignored[:5])
    return _t("“%(filters)s” was ignored.") % {"filters": shown}
