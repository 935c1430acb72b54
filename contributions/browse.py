"""What the page of a list or a search shows: found, corrected, counted, said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from contributions import correcting, filter_names, listing, sentence
from contributions.facets import FACETS, OUT, Facet, turned
from contributions.listing_request import Request
from contributions.selection import PER_PAGE, SORTS, Selection, offered
from search import query, reading, snippets

# So many of the words that begin as typed are named.
BEGUN_SHOWN: Final = 4
# Filter → chosen value → what it is called.
Labels = dict[str, dict[str, str | Promise]]


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
    # Where all values are, if there are more.
    more_url: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Everything of it that is shown."""
        shown = [(one.value, str(one.label), one.count, one.checked) for one in self.choices]
        return (self.name, str(self.title), self.is_open, self.more_url, shown)


@dataclass(frozen=True)
class Chip:
    """A value of a filter in use, and the address without it."""

    label: str | Promise
    remove_url: str
    objective: str


@dataclass(frozen=True)
class WayOut:
    """A filter whose removal gives results: its values in words, the address, how many."""

    names: str
    url: str
    count: int


@dataclass(frozen=True)
class Line:
    """One result; `is_cut` for the first that lacks some of the words."""

    card: str  # see at_once.card_json
    published_at: datetime
    kind: str
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
    ways_out: list[WayOut]
    # What was looked for in place of what was typed.
    better: correcting.Better | None = None
    # All of it in one sentence.
    summary: str = ""
    # The words that something was looked for by, in the order they were typed.
    words: tuple[str, ...] = ()

    @property
    def sorts(self) -> list[tuple[str, str | Promise]]:
        """Without words nothing matches better than anything else; practices alone are adapted."""
        senseless = set() if self.selection.q else {"relevance"}
        if self.selection.kind not in ("", "practice"):
            senseless.add("adapted")
        return [(code, label) for code, label in SORTS.items() if code not in senseless]

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many lines a page may have, while there are more than the fewest."""
        return PER_PAGE if self.listing.total > PER_PAGE[0] else ()

    @cached_property
    def has_practices(self) -> bool:
        """Whether there are two that could be compared. Asked of the lines, not of the
        contributions, which are made only where something new is shown of them."""
        return sum(line.kind == "practice" for line in self.page) > 1

    @property
    def corrected(self) -> str:
        """The words in their place, where the typed ones were corrected."""
        return self.better.text if self.better else ""

    @cached_property
    def begun(self) -> str:
        """Some of the words that the last one was taken for the beginning of, or nothing.

        Those that stand on the page: others may be known from texts that this reader does not see.
        """
        if not self.better or not self.better.words:
            return ""
        standing = {
            word
            for hit in self.listing.hits
            for text in (hit.title, hit.summary, hit.body)
            for word in reading.read(text, hit.language).folded.split()
        }
        return sentence.quoted(
            [word for word in self.better.words if word in standing][:BEGUN_SHOWN]
        )

    @property
    def clear_url(self) -> str:
        return self.selection.url(filters=False)

    @property
    def as_typed_url(self) -> str:
        return replace(self.selection, exact=True).url()

    @property
    def everywhere_url(self) -> str:
        return reverse("search") + self.selection.url(filters=False)


def results(selection: Selection, user: User | AnonymousUser, *, all_of: str = "") -> Results:
    """Find, correct, count; of the filter `all_of` all values, not the commonest alone.

    Four queries for a visitor; more where a word matches nothing.
    """
    selection, asked = _with_typed_filters(selection)
    found = _find(selection, asked, user, all_of)
    unknown = [
        (name, code)
        for name, code in selection.pairs
        if FACETS[turned(name)].from_rows and not _label(found, turned(name), code)
    ]
    if unknown:
        selection = _dropping(selection, unknown)
        found = _find(selection, asked, user, all_of)
    better = None if selection.exact else correcting.better(asked, found.words_found, user)
    if better:
        asked = better.query
        found = _find(selection, asked, user, all_of)
    labels = _labels(selection, found)
    return Results(
        selection=selection,
        listing=found,
        page=_page(found, asked, selection.per_page),
        groups=_groups(selection, found, all_of),
        chips=_chips(selection, labels),
        ways_out=_ways_out(selection, found, labels),
        better=better,
        summary=sentence.of(
            selection,
            found.total,
            asked,
            {name: list(values.values()) for name, values in labels.items()},
        ),
        words=tuple(term.typed for term in asked.terms if term.required),
    )


def newest(selection: Selection, user: User | AnonymousUser, most: int) -> list[int]:
    """Ids of what has all the words as typed and all the filters, newest first. One query.

    A filter that is no more (a country without texts, a tag taken away) finds nothing here.
    """
    plain, asked = _with_typed_filters(replace(selection, sort="newest", page=1, per=most))
    found = _find(plain, asked, user)
    return [hit.contribution_id for hit in found.hits if hit.place <= found.whole]


def _with_typed_filters(selection: Selection) -> tuple[Selection, query.Query]:
    """Move country:ma and the like from the words to the filters; signs alone ask for nothing."""
    words, typed = filter_names.taken_out(selection.q, offered(selection.kind))
    chosen = {name: list(codes) for name, codes in selection.chosen.items()}
    for name, code in typed:
        if code not in chosen.setdefault(name, []):
            chosen[name].append(code)
    asked = query.parse(words)
    ignored = selection.ignored
    if words and not (asked.wanted or asked.unwanted):
        words, ignored = "", (*ignored, words)
    return replace(selection, q=words, chosen=chosen, ignored=ignored), asked


def _find(
    selection: Selection, asked: query.Query, user: User | AnonymousUser, all_of: str = ""
) -> listing.Listing:
    request = Request(
        query=asked,
        kind=selection.kind,
        chosen=selection.chosen,
        sort=selection.effective_sort,
        page=selection.page,
        page_size=selection.per_page,
        all_of=all_of,
    )
    return listing.find(request, user)


def _dropping(selection: Selection, unknown: list[tuple[str, str]]) -> Selection:
    """Without what is not known; a tag that was merged is asked for under its new address."""
    moved = filter_names.moved_tags([code for name, code in unknown if turned(name) == "tag"])
    kept: dict[str, list[str]] = {}
    ignored = selection.ignored
    for name, code in selection.pairs:
        if (name, code) not in unknown:
            kept.setdefault(name, []).append(code)
        elif turned(name) == "tag" and code in moved:
            kept.setdefault(name, []).append(moved[code])
        else:
            ignored = (*ignored, f"{name}={code}")
    chosen = {name: list(dict.fromkeys(codes)) for name, codes in kept.items()}
    return replace(selection, chosen=chosen, ignored=ignored)


def _page(found: listing.Listing, asked: query.Query, size: int) -> Page[Line]:
    """The lines of the page, with what cards show. No query."""
    forms = {form for term in asked.terms if term.required for form in term.forms}
    lines = [
        Line(
            card=hit.card,
            published_at=hit.published_at,
            kind=hit.kind,
            headline=snippets.marked(hit.title, forms, hit.language) if forms else [],
            passage=(
                snippets.passage([hit.summary, hit.body], forms, hit.language) if forms else []
            ),
            is_cut=hit.place == found.whole + 1,
        )
        for hit in found.hits
    ]
    # The rows are here already; the paginator only knows how many there are.
    paginator: Paginator[Any] = Paginator(range(found.total), size)
    return Page(lines, found.page, paginator)


def _label(found: listing.Listing, name: str, code: str) -> str | Promise:
    if name == "country" and code == "international":
        return _("International")
    return found.label(name, code)


def _groups(selection: Selection, found: listing.Listing, all_of: str) -> list[Group]:
    groups = []
    for facet in offered(selection.kind).values():
        most = None if facet.name == all_of else facet.most
        choices = _choices(facet, selection, found, most)
        if choices:
            checked = any(choice.checked for choice in choices)
            number = sum(one.number > 0 for one in found.counts.get(facet.name, []))
            more_url = _more_url(facet, selection) if most and number > most else ""
            groups.append(
                Group(facet.name, facet.title, facet.is_open or checked, choices, more_url)
            )
    return groups


def _more_url(facet: Facet, selection: Selection) -> str:
    """The page of all values of the filter (see contributions.values)."""
    if not facet.from_rows:
        return ""
    of_kind = f"&in={selection.kind}" if selection.kind else ""
    address = reverse("search_values", args=[facet.name]) + selection.url() + of_kind
    return address.replace("?&", "?").removesuffix("?")


def _choices(
    facet: Facet, selection: Selection, found: listing.Listing, most: int | None
) -> list[Choice]:
    """Values with a count and those in use: rows by count and name, at most so many; others in
    their own order."""
    counts = {one.code: one.number for one in found.counts.get(facet.name, [])}
    chosen = selection.chosen.get(facet.name, [])
    labels = facet.labels()
    if facet.is_number:
        labels = {code: code for code in sorted(counts, reverse=True)}
    elif facet.from_rows:
        labels = {code: label for code in counts if (label := _label(found, facet.name, code))}
        # Objectives and phases have numbers, the others go by how many there are.
        by_number = facet.name in ("objective", "phase")
        order = sorted(
            labels,
            key=lambda code: (code if by_number else "", -counts[code], str(labels[code])),
        )[:most]
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


def _labels(selection: Selection, found: listing.Listing) -> Labels:
    labels: Labels = {}
    for name, code in selection.pairs:
        facet = FACETS[turned(name)]
        known: Mapping[str, str | Promise] = {} if facet.from_rows else facet.labels()
        label = _label(found, facet.name, code) if facet.from_rows else known.get(code, code)
        labels.setdefault(name, {})[code] = label
    return labels


def _said(name: str, label: str | Promise) -> str | Promise:
    """What a filter in use is called beside others."""
    if not name.startswith(OUT):
        return label
    return pgettext("a filter that leaves out", "not: %(value)s") % {"value": label}


def _chips(selection: Selection, labels: Labels) -> list[Chip]:
    return [
        Chip(
            label=_said(name, labels[name][code]),
            remove_url=selection.url(without=(name, code)),
            objective=code if name == "objective" else "",
        )
        for name, code in selection.pairs
    ]


def _ways_out(selection: Selection, found: listing.Listing, labels: Labels) -> list[WayOut]:
    """Where nothing was found: what there is without one of the filters."""
    if found.total:
        return []
    return [
        WayOut(
            names=str(_said(name, sentence.any_of(sorted(map(str, values.values()))))),
            url=selection.url(without=name),
            count=found.without[name],
        )
        for name, values in labels.items()
        if found.without.get(name)
    ]
