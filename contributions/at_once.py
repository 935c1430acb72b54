"""Contributions with all that hangs on them, in one query.

A page shows rows of up to eight tables. Prefetching asks once for each of them; here PostgreSQL
gathers the rows of each relation into an array, and they are put where a prefetch would put them,
so that `contribution.countries.all()`, `country_list` and the templates ask nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    F,
    Field,
    JSONField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from accounts.models import User
from contributions.models import (
    Attachment,
    Contribution,
    ContributionObjective,
    Link,
    StoredFile,
    Tagging,
)
from countries.models import Country
from objectives.models import Objective
from search.ranking import Sql
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
    is_single: bool = False  # one row at most, and no manager: the name is an attribute


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
FILES: Final = Relation(
    name="attachments",
    rows=lambda: Attachment.objects.filter(contribution=OuterRef("pk")).order_by("position"),
    columns=lambda: {
        **{name: F(name) for name in ("title", "language", "credit", "file_id")},
        **{name: F(f"file__{name}") for name in ("media_type", "size")},
    },
    build=lambda row: Attachment(
        title=row["title"],
        language=row["language"],
        credit=row["credit"],
        file=StoredFile(pk=row["file_id"], media_type=row["media_type"], size=row["size"]),
    ),
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
# Co-authors as far as a page names them: function and country.
CO_AUTHORS: Final = Relation(
    name="co_authors",
    rows=lambda: User.objects.filter(coauthored=OuterRef("pk")).order_by("pk"),
    columns=lambda: {
        "pk": F("pk"),
        "function": F("function"),
        "iso2": F("country_id"),
        "names": F("country__names"),
    },
    build=lambda row: User(
        pk=row["pk"],
        function=row["function"],
        country=Country(iso2=row["iso2"], names=row["names"]) if row["iso2"] else None,
    ),
)
CARD: Final = (COUNTRIES, OBJECTIVES)
_KINDS: Final = ("practice", "lesson", "effort")
_SHOWN: Final = frozenset(
    {
        *("id", "code", "kind", "title", "summary", "original_language", "visibility", "doubtful"),
        *("crime_scope", "international", "published_at"),
        *("contribution_ptr", "maturity", "lesson_type", "statement", "standing"),
    }
)


def load(contributions: QuerySet[Contribution], *relations: Relation) -> list[Contribution]:
    """Run the query: the contributions with their child rows and these relations. One query."""
    found = list(annotated(contributions, *relations))
    for contribution in found:
        for relation in relations:
            rows = [relation.build(row) for row in getattr(contribution, _column(relation))]
            # Where the list holds several kinds, only some have this child.
            holder = getattr(contribution, relation.child, None) if relation.child else contribution
            if holder is not None and relation.is_single:
                setattr(holder, relation.name, rows[0] if rows else None)
            elif holder is not None:
                _put(holder, relation.name, rows)
    return found


def annotated(
    contributions: QuerySet[Contribution], *relations: Relation
) -> QuerySet[Contribution]:
    """The query of `load`. Not run here."""
    return contributions.select_related("practice", "lesson", "effort").annotate(
        **{
            _column(relation): RawSQL(  # noqa: S611  Django's own SQL, see _rows_sql
                *_rows_sql(relation, get_language()),
                output_field=ArrayField(JSONField()),
            )
            for relation in relations
        }
    )


@lru_cache(maxsize=128)
def _rows_sql(relation: Relation, language: str | None) -> tuple[str, tuple[Any, ...]]:
    """The array of a relation's rows as SQL. Django takes longer to write it than PostgreSQL to
    run it, and it is always the same; of a reader it knows the language only."""
    rows = ArraySubquery(relation.rows().values(row=JSONObject(**relation.columns())))
    sql, params = (
        Contribution.objects.order_by().annotate(found=rows).values_list("found")
    ).query.sql_with_params()
    table = connection.ops.quote_name(Contribution._meta.db_table)
    return sql.removeprefix("SELECT ").removesuffix(f' AS "found" FROM {table}'), params


def cards(contributions: QuerySet[Contribution]) -> list[Contribution]:
    """What a line in a list (`contributions.cards`) shows. One query."""
    return load(contributions, *CARD)


@dataclass(frozen=True)
class Cards:
    """What `cards_among` found: texts of cards by key, and keys of `also`; newest first."""

    texts: dict[int, str]
    also: list[int]

    def card(self, pk: int) -> Contribution:
        """Made only where it is shown: that takes longer than finding it."""
        return card(self.texts[pk])


def cards_among(
    visible: QuerySet[Contribution],
    ids: Iterable[int],
    also: QuerySet[Contribution] | None = None,
) -> Cards:
    """Cards of those of `visible` that are among the ids or `also`. One query.

    For what a page shows beside its own: a condition with OR would read the whole table.
    """
    seen_sql, seen_params = visible.order_by().values("pk").query.sql_with_params()
    also_sql, also_params = "SELECT NULL::bigint WHERE false", ()
    if also is not None:
        also_sql, also_params = also.order_by().values("pk").query.sql_with_params()
    json_sql = card_json()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH also AS MATERIALIZED ({also_sql})"  # noqa: S608
            f" SELECT c.id, c.id IN (SELECT * FROM also), {json_sql.text}"
            " FROM contributions_contribution c"
            f" WHERE c.id = ANY(%s::bigint[] || ARRAY(SELECT * FROM also)) AND c.id IN ({seen_sql})"
            " ORDER BY c.published_at DESC, c.id DESC",
            (*also_params, *json_sql.params, list(ids), *seen_params),
        )
        rows = cursor.fetchall()
    return Cards(
        {pk: text for pk, _also, text in rows}, [pk for pk, is_also, _t in rows if is_also]
    )


def card_json() -> Sql:
    """A card of the contribution `c` as text, for statements that find rows themselves.

    The text holds whatever a card shows, in the active language where it has languages, and
    nothing else; so the same text always makes the same card.
    """
    language = (get_language() or "en").split("-")[0]
    return Sql(_card_sql(), (language, language))


def card(text: str) -> Contribution:
    """The contribution of a card, as `cards` would load it but for what no card shows. No query."""
    row: Row = json.loads(text)
    contribution: Contribution = _instance(Contribution, row["row"])
    for kind in _KINDS:
        if row[kind]:
            child = _instance(child_model(kind), row[kind])
            contribution._state.fields_cache[kind] = child
    countries = [Country(iso2=iso2, names={"en": name}) for iso2, name in row["countries"]]
    _put(contribution, "countries", countries)
    links = [
        ContributionObjective(
            objective=Objective(number=number, short_name=name), is_primary=is_primary
        )
        for number, name, is_primary in row["objectives"]
    ]
    _put(contribution, "objective_links", links)
    return contribution


@cache
def _card_sql() -> str:
    def columns(model: type[Model], table: str) -> str:
        return ", ".join(f"{table}.{field.column}" for field in _short_fields(model))

    children = ", ".join(
        f"""'{kind}', (SELECT row_to_json(r) FROM (
            SELECT {columns(child_model(kind), "k")} FROM {child_model(kind)._meta.db_table} k
            WHERE k.contribution_ptr_id = c.id AND c.kind = '{kind}') r)"""  # noqa: S608
        for kind in _KINDS
    )
    return f"""json_build_object(
        'row', (SELECT row_to_json(r) FROM (SELECT {columns(Contribution, "c")}) r),
        {children},
        'countries', ARRAY(
            SELECT json_build_array(s.iso2, coalesce(s.names->>%s, s.names->>'en'))
            FROM contributions_contribution_countries l
            JOIN countries_country s ON s.iso2 = l.country_id
            WHERE l.contribution_id = c.id ORDER BY s.iso2),
        'objectives', ARRAY(
            SELECT json_build_array(o.number, coalesce(o.short_names->>%s, o.short_name),
                l.is_primary)
            FROM contributions_contributionobjective l
            JOIN objectives_objective o ON o.number = l.objective_id
            WHERE l.contribution_id = c.id ORDER BY o.number)
    )::text"""  # noqa: S608  names of our own tables


def child_model(kind: str) -> type[Model]:
    """The model of the rows of a kind."""
    model = Contribution._meta.get_field(kind).related_model
    assert isinstance(model, type)  # noqa: S101  for the types
    return model


def _short_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns that cards show, of a contribution or of the row of its kind."""
    return [field for field in model._meta.local_concrete_fields if field.name in _SHOWN]


def _instance(model: type[Any], row: Row) -> Any:
    fields = _short_fields(model)
    values = [field.to_python(row[str(field.column)]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)


def _column(relation: Relation) -> str:
    return f"rows_of_{relation.name}"


def _put(holder: Model, name: str, rows: list[Any]) -> None:
    """Where Django's prefetch keeps rows and `manager.all()` looks for them."""
    vars(holder).setdefault("_prefetched_objects_cache", {})[name] = rows
