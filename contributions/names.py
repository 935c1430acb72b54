"""What texts are labelled with (concepts, objectives, countries), under all names: the aliases of
the search index, kept in step."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from countries.models import Country
from objectives.models import Objective
from search import store
from vocabulary.mentions import all_names

# Changes with every name that is added, changed or taken away; fetches no row. The first is that
# of the way in which terms are made of names.
_SIGN = """
    SELECT concat_ws(' ', '2',
        (SELECT concat(count(*), '/', sum(hashtext(
            concat_ws(' ', l.concept_id, l.language, l.kind, l.text))::bigint))
            FROM vocabulary_conceptlabel l JOIN vocabulary_concept c ON c.id = l.concept_id
            WHERE c.status = 'accepted'),
        (SELECT sum(hashtext(iso2 || names::text)::bigint) FROM countries_country),
        (SELECT sum(hashtext(number || name || names::text)::bigint) FROM objectives_objective)
    )
"""
# Two approvals after a change of names would otherwise both make them.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('search_alias'))"


def concept(pk: int) -> str:
    """The concept as a thing of the index; the two below likewise."""
    return f"#c{pk}"


def country(iso2: str) -> str:
    return f"#{iso2}"


def objective(number: int) -> str:
    return f"#o{number}"


def refresh() -> str:
    """Make the aliases anew if a name was added, changed or taken away since; the sign of the names
    as they are. Two queries, more where they are made."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGN)
        sign = str(cursor.fetchone()[0])
    if sign == store.names_sign():
        return sign
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if sign == store.names_sign():
            return sign
        names: dict[str, list[tuple[str, str]]] = {}
        for thing, language, name in _all():
            names.setdefault(thing, []).append((language, name))
        store.set_names(names, sign)
    return sign


def _all() -> Iterator[tuple[str, str, str]]:
    """(thing, language, name)."""
    for pk, language, text in all_names():
        yield concept(pk), language, text
    for number, name, others in Objective.objects.values_list("number", "name", "names"):
        for language, text in {"en": name, **others}.items():
            yield objective(number), language, text
    for iso2, others in Country.objects.values_list("iso2", "names"):
        for language, text in others.items():
            yield country(iso2), language, text
