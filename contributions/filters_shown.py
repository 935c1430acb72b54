"""The filters of a list as its page shows them: values with their numbers, those in use, and ways
out of an empty list. No queries: everything is in the listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from contributions import listing, sentence
from contributions.facets import FACETS, OUT, Facet, turned
from contributions.selection import Selection, offered

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


def label_of(found: listing.Listing, name: str, code: str) -> str | Promise:
    if name == "country" and code == "international":
        return _("International")
    return found.label(name, code)


def groups(selection: Selection, found: listing.Listing, all_of: str) -> list[Group]:
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
        labels = {code: label for code in counts if (label := label_of(found, facet.name, code))}
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


def labels(selection: Selection, found: listing.Listing) -> Labels:
    labels: Labels = {}
    for name, code in selection.pairs:
        facet = FACETS[turned(name)]
        known: Mapping[str, str | Promise] = {} if facet.from_rows else facet.labels()
        label = label_of(found, facet.name, code) if facet.from_rows else known.get(code, code)
        labels.setdefault(name, {})[code] = label
    return labels


def _said(name: str, label: str | Promise) -> str | Promise:
    """What a filter in use is called beside others."""
    if not name.startswith(OUT):
        return label
    return pgettext("a filter that leaves out", "not: %(value)s") % {"value": label}


def chips(selection: Selection, labels: Labels) -> list[Chip]:
    return [
        Chip(
            label=_said(name, labels[name][code]),
            remove_url=selection.url(without=(name, code)),
            objective=code if name == "objective" else "",
        )
        for name, code in selection.pairs
    ]


def ways_out(selection: Selection, found: listing.Listing, labels: Labels) -> list[WayOut]:
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
