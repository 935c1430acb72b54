"""Contributions with all that hangs on them, in one query.

A page shows rows of up to eight tables. Prefetching asks once for each of them; here PostgreSQL
gathers the rows of each relation into an array, and they are put where a prefetch would put them,
so that `contribution.countries.all()`, `country_list` and the templates ask nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from accounts.models import User
from contributions.models import Contribution, ContributionObjective, Link, Tagging
from countries.models import Country
from objectives.models import Objective
from vocabulary.models import Concept, ConceptLabel

Row = dict[str, Any]
_COUNTRY: Final = ("iso2", "names")
_OBJECTIVE: Final = ("number", "name", "names", "short_name", "short_names")


@dataclass(frozen=True)
class Relation:
    """Rows that hang on a contribution; `rows` are tied to it by OuterRef("pk") and in order."""

    name: str  # of the manager: "countries" for contribution.countries
    rows: Callable[[], QuerySet[Any]]
    columns: Callable[[], dict[str, Any]]  # name -> expression
    build: Callable[[Row], Model]
    child: str = ""  # where the manager belongs to the child row: "practice", "effort"


def kind_rows(child: str, name: str, model: type[Model], *columns: str) -> Relation:
    """The rows of a kind (results, milestones …), in their order."""
    return Relation(
        name=name,
        rows=lambda: model._default_manager.filter(**{child: OuterRef("pk")}).order_by("position"),
        columns=lambda: {column: F(column) for column in columns},
        build=lambda row: model(**row),
        child=child,
    )


def _objective_link(row: Row) -> ContributionObjective:
    objective = Objective(**{name: row[name] for name in _OBJECTIVE})
    return ContributionObjective(objective=objective, is_primary=row["is_primary"])


def _tagging_columns() -> dict[str, Any]:
    language = (get_language() or "en").split("-")[0]
    label = ConceptLabel.objects.filter(
        concept=OuterRef("tag_id"), language=language, kind=ConceptLabel.Kind.PREFERRED
    ).values(row=JSONObject(language="language", text="text", kind="kind"))
    return {
        "id": F("tag_id"),
        "slug": F("tag__slug"),
        "name": F("tag__name"),
        "status": F("tag__status"),
        "proposed_by_id": F("tag__proposed_by_id"),
        "label": Subquery(label[:1]),
        "tagged_by": F("tagged_by_id"),
        "function": F("tagged_by__function"),
        "iso2": F("tagged_by__country_id"),
        "names": F("tagged_by__country__names"),
    }


def _tagging(row: Row) -> Tagging:
    columns = ("id", "slug", "name", "status", "proposed_by_id")
    concept = Concept(**{name: row[name] for name in columns})
    _put(concept, "labels", [ConceptLabel(**row["label"])] if row["label"] else [])
    if row["tagged_by"] is None:
        return Tagging(tag=concept)
    country = Country(**{name: row[name] for name in _COUNTRY}) if row["iso2"] else None
    member = User(pk=row["tagged_by"], function=row["function"], country=country)
    return Tagging(tag=concept, tagged_by=member)


COUNTRIES: Final = Relation(
    name="countries",
    rows=lambda: Country.objects.filter(contributions=OuterRef("pk")).order_by("pk"),
    columns=lambda: {name: F(name) for name in _COUNTRY},
    build=lambda row: Country(**row),
)
OBJECTIVES: Final = Relation(
    name="objective_links",
    rows=lambda: ContributionObjective.objects.filter(contribution=OuterRef("pk")).order_by(
        "objective_id"
    ),
    columns=lambda: {
        "is_primary": F("is_primary"),
        **{name: F(f"objective__{name}") for name in _OBJECTIVE},
    },
    build=_objective_link,
)
LINKS: Final = Relation(
    name="links",
    rows=lambda: Link.objects.filter(contribution=OuterRef("pk")).order_by("position"),
    columns=lambda: {"title": F("title"), "url": F("url")},
    build=lambda row: Link(**row),
)
# Concepts with their label in the active language; not those that were rejected.
TAGS: Final = Relation(
    name="taggings",
    rows=lambda: (
        Tagging.objects.filter(content_object=OuterRef("pk"))
        .exclude(tag__status=Concept.Status.REJECTED)
        .order_by("tag__slug")
    ),
    columns=_tagging_columns,
    build=_tagging,
)
CARD: Final = (COUNTRIES, OBJECTIVES)


def load(contributions: QuerySet[Contribution], *relations: Relation) -> list[Contribution]:
    """Run the query: the contributions with their child rows and these relations. One query."""
    found = list(
        contributions.select_related("practice", "lesson", "effort").annotate(
            **{
                _column(relation): ArraySubquery(
                    relation.rows().values(row=JSONObject(**relation.columns()))
                )
                for relation in relations
            }
        )
    )
    for contribution in found:
        for relation in relations:
            rows = [relation.build(row) for row in getattr(contribution, _column(relation))]
            # Where the list holds several kinds, only some have this child.
            holder = getattr(contribution, relation.child, None) if relation.child else contribution
            if holder is not None:
                _put(holder, relation.name, rows)
    return found


def cards(contributions: QuerySet[Contribution]) -> list[Contribution]:
    """What a line in a list (`components/_hit.html`) shows. One query."""
    return load(contributions, *CARD)


def _column(relation: Relation) -> str:
    return f"rows_of_{relation.name}"


def _put(holder: Model, name: str, rows: list[Any]) -> None:
    """Where Django's prefetch keeps rows and `manager.all()` looks for them."""
    vars(holder).setdefault("_prefetched_objects_cache", {})[name] = rows
