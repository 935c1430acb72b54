"""Concepts: labels, constraints, suggestions, proposals, decisions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories.vocabulary import concept, label
from vocabulary import workflow
from vocabulary.models import Concept, ConceptLabel
from vocabulary.permissions import can_curate, can_propose

pytestmark = pytest.mark.django_db


def slugs(found: Any) -> list[str]:
    return [concept.slug for concept in found]


def test_a_label_is_in_the_language_asked_for_or_the_active_one() -> None:
    hotspots = concept("Hotspots", fr="Points chauds")

    assert hotspots.label("fr") == "Points chauds"
    with translation.override("fr-ca"):
        assert (hotspots.label(), hotspots.label_language()) == ("Points chauds", "fr")


def test_a_missing_label_falls_back_to_the_name() -> None:
    hotspots = concept("Hotspots", fr="Points chauds")

    assert (hotspots.label("ru"), hotspots.label_language("ru")) == ("Hotspots", "en")


def test_a_proposal_in_another_language_says_which_language_it_is(member: User) -> None:
    proposal = Concept.objects.propose("نقاط ساخنة", "ar", member)

    assert (proposal.label("fr"), proposal.label_language("fr")) == ("نقاط ساخنة", "ar")


def test_a_synonym_is_never_shown_as_the_label() -> None:
    hotspots = concept("Hotspots")
    label(hotspots, "points chauds", language="fr")

    assert hotspots.label("fr") == "Hotspots"


@pytest.mark.parametrize("rows", [1, 3])
def test_prefetched_labels_need_no_query_each(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        labels = [
            found.label("fr") for found in Concept.objects.with_labels().order_by("name")[:rows]
        ]

    assert len(labels) == rows


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


def test_one_preferred_label_per_language() -> None:
    hotspots = concept("Hotspots")

    with refused("label_one_preferred_per_language"), transaction.atomic():
        label(hotspots, "Hot spots", kind=ConceptLabel.Kind.PREFERRED)


def test_a_label_stands_once_per_concept_and_language_however_it_is_spelt() -> None:
    hotspots = concept("Hotspots")

    with refused("label_once_per_concept_and_language"), transaction.atomic():
        label(hotspots, "HOTSPOTS")


def test_a_label_is_not_empty() -> None:
    hotspots = concept("Hotspots")

    with refused("label_not_empty"), transaction.atomic():
        label(hotspots, "\u200b")


def test_a_concept_is_not_broader_than_itself() -> None:
    hotspots = concept("Hotspots")

    with refused("concept_not_broader_than_itself"), transaction.atomic():
        Concept.objects.filter(pk=hotspots.pk).update(broader=hotspots)


def test_a_decision_has_a_person_and_a_time() -> None:
    hotspots = concept("Hotspots")

    with refused("concept_decided_by_and_at"), transaction.atomic():
        Concept.objects.filter(pk=hotspots.pk).update(decided_at=timezone.now())


def test_a_merged_concept_is_rejected() -> None:
    hotspots, places = concept("Hotspots"), concept("Places")

    with refused("concept_merged_is_rejected"), transaction.atomic():
        Concept.objects.filter(pk=hotspots.pk).update(merged_into=places)


def test_suggestions_match_any_language_by_the_beginning_of_a_word() -> None:
    concept("Hotspots", pt="Pontos quentes", ar="النقاط الساخنة")

    assert slugs(Concept.objects.matching("hotsp", "fr")) == ["hotspots"]
    assert slugs(Concept.objects.matching("QUÉNT", "en")) == ["hotspots"]
    assert slugs(Concept.objects.matching("الساخنه", "en")) == ["hotspots"]
    assert slugs(Concept.objects.matching("otspots", "en")) == []


def test_suggestions_find_arabic_words_without_their_article() -> None:
    concept("Hotspots", ar="النقاط الساخنة")

    assert slugs(Concept.objects.matching("ساخنة", "ar")) == ["hotspots"]
    assert "hotspots" in slugs(Concept.objects.matching("نقاط", "ar"))


def test_suggestions_find_chinese_words_inside_a_label() -> None:
    concept("Hotspots", zh="犯罪热点地区")

    assert slugs(Concept.objects.matching("热点", "zh")) == ["hotspots"]


def test_suggestions_know_the_acronyms_of_the_field() -> None:
    found = Concept.objects.accepted().matching("nrm", "en")

    assert slugs(found)[0] == "national-referral-mechanism"
    assert found[0].match == {"text": "NRM", "language": "en", "kind": "acronym"}


def test_suggestions_prefer_the_whole_label_then_its_beginning_then_a_later_word() -> None:
    concept("Old zzspots")
    concept("Zzspots of old")
    concept("Zzspots")

    found = Concept.objects.matching("zzspots", "en")

    assert slugs(found) == ["zzspots", "zzspots-of-old", "old-zzspots"]


def test_suggestions_prefer_the_readers_language() -> None:
    concept("Other", fr="zzcommun")
    concept("zzcommun")

    assert slugs(Concept.objects.matching("zzcommun", "fr")) == ["other", "zzcommun"]
    assert slugs(Concept.objects.matching("zzcommun", "en")) == ["zzcommun", "other"]


def test_each_concept_is_suggested_once_with_its_best_label() -> None:
    hotspots = concept("Zzspots")
    label(hotspots, "zzspots of crime")

    found = list(Concept.objects.matching("zzsp", "en"))

    assert slugs(found) == ["zzspots"]
    assert found[0].match["text"] == "Zzspots"


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_typed_suggests_nothing(text: str) -> None:
    assert slugs(Concept.objects.matching(text, "en")) == []


def test_percent_signs_are_letters_like_others() -> None:
    assert slugs(Concept.objects.matching("%", "en")) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_are_one_query(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        concept(f"Zzspot {number}")

    with django_assert_num_queries(1):
        found = list(Concept.objects.accepted().matching("zzspot", "en"))

    assert len(found) == rows


def test_a_proposal_is_tidied_and_waits(member: User) -> None:
    proposal = Concept.objects.propose("  Foyers  d\u2019e\u0301coute ", "fr", member)

    assert proposal.name == "Foyers d’écoute"
    assert (proposal.status, proposal.proposed_by) == (Concept.Status.PROPOSED, member)
    assert list(proposal.labels.values_list("language", "text", "kind", "folded")) == [
        ("fr", "Foyers d’écoute", "preferred", "foyers d'ecoute")
    ]
    assert slugs(Concept.objects.proposed()) == [proposal.slug]
    assert proposal not in Concept.objects.accepted()


@pytest.mark.parametrize(
    ("name", "language", "slug"),
    [
        ("TRAFFICKING in  persons", "en", "trafficking-in-persons"),
        ("tip", "en", "trafficking-in-persons"),
        ("regle de non-incrimination", "fr", "non-criminalization-of-smuggled-migrants"),
        ("الإتجار بالبشر", "ar", "trafficking-in-persons"),
        ("traite des personnes", "en", "trafficking-in-persons"),
    ],
)
def test_what_exists_is_not_proposed_again(
    member: User, name: str, language: str, slug: str
) -> None:
    before = Concept.objects.count()

    found = Concept.objects.propose(name, language, member)

    assert found.slug == slug
    assert Concept.objects.count() == before


def test_the_same_proposal_twice_is_one(member: User, author: User) -> None:
    first = Concept.objects.propose("Hotspots", "en", member)

    assert Concept.objects.propose("hotspots", "fr", author) == first


def test_a_rejected_name_comes_back_as_rejected(member: User, coordinator: User) -> None:
    first = Concept.objects.propose("Hotspots", "en", member)
    workflow.reject(first, by=coordinator, note="Too narrow.")

    again = Concept.objects.propose("hotspots", "en", member)

    assert (again, again.status) == (first, Concept.Status.REJECTED)


def test_a_merged_name_leads_to_what_it_was_merged_into(member: User, coordinator: User) -> None:
    places = concept("Places")
    proposal = Concept.objects.propose("Hotspots", "en", member)
    workflow.merge(proposal, into=places, by=coordinator)

    assert Concept.objects.propose("hotspots", "en", member) == places


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 101])
def test_a_proposal_needs_a_name_of_sensible_length(member: User, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 100 characters"):
        Concept.objects.propose(name, "en", member)


def test_a_name_of_signs_alone_still_gets_an_address(member: User) -> None:
    first = Concept.objects.propose("!!!", "en", member)
    second = Concept.objects.propose("???", "en", member)

    assert first.slug == "concept"
    assert second.slug not in {"", first.slug}


def test_a_coordinator_accepts_and_rejects(member: User, coordinator: User) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)

    workflow.accept(proposal, by=coordinator)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == (Concept.Status.ACCEPTED, coordinator)

    workflow.reject(proposal, by=coordinator, note="Too narrow.")
    proposal.refresh_from_db()
    assert proposal.status == Concept.Status.REJECTED


def test_merging_gives_the_labels_to_the_other_concept(member: User, coordinator: User) -> None:
    places = concept("Places", fr="Lieux")
    earlier = Concept.objects.propose("Spots", "en", member)
    proposal = Concept.objects.propose("Hotspots", "en", member)
    label(proposal, "HS", kind=ConceptLabel.Kind.ACRONYM)
    label(proposal, "lieux", language="fr")
    workflow.accept(proposal, by=coordinator)
    workflow.merge(earlier, into=proposal, by=coordinator)

    workflow.merge(proposal, into=places, by=coordinator)

    earlier.refresh_from_db()
    assert (proposal.status, proposal.merged_into) == (Concept.Status.REJECTED, places)
    assert earlier.merged_into == places
    assert set(places.labels.values_list("language", "text", "kind")) == {
        ("en", "Places", "preferred"),
        ("fr", "Lieux", "preferred"),
        ("en", "Hotspots", "synonym"),
        ("en", "Spots", "synonym"),
        ("en", "HS", "acronym"),
    }


def test_merging_hands_over_the_neighbours(coordinator: User) -> None:
    top, old, new, child, friend = (concept(f"{name} of tests") for name in "ABCDE")
    for one, broader in ((old, top), (child, old)):
        one.broader = broader
        one.save()
    old.related.add(friend, new)

    workflow.merge(old, into=new, by=coordinator)

    child.refresh_from_db()
    assert child.broader == new
    assert set(new.related.exclude(pk=old.pk)) == {friend}


def test_merging_into_something_below_makes_no_circle(coordinator: User) -> None:
    top, old, between, below, beside = (concept(f"{name} of tests") for name in "ABCDE")
    for one, broader in ((old, top), (between, old), (below, between), (beside, old)):
        one.broader = broader
        one.save()

    workflow.merge(old, into=below, by=coordinator)

    for one in (between, below, beside):
        one.refresh_from_db()
    assert (between.broader, below.broader, beside.broader) == (top, between, below)


def test_merging_into_itself_or_into_a_proposal_is_refused(member: User, coordinator: User) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)
    other = Concept.objects.propose("Places of risk", "en", member)

    for into in (proposal, other):
        with pytest.raises(ValueError, match="merged into another one"):
            workflow.merge(proposal, into=into, by=coordinator)


def test_nothing_is_rejected_without_a_reason(coordinator: User, member: User) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)

    with pytest.raises(ValueError, match="reason"):
        workflow.reject(proposal, by=coordinator, note=" ")

    proposal.refresh_from_db()
    assert proposal.status == Concept.Status.PROPOSED


@pytest.mark.parametrize("person", ["member", "reviewer", "focal_point_morocco"])
def test_only_coordinators_decide(
    person: str, author: User, request: pytest.FixtureRequest
) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", author)
    user: User = request.getfixturevalue(person)

    with pytest.raises(PermissionDenied):
        workflow.accept(proposal, by=user)
    with pytest.raises(PermissionDenied):
        workflow.reject(proposal, by=user, note="Too narrow.")
    with pytest.raises(PermissionDenied):
        workflow.merge(proposal, into=concept("Places"), by=user)

    proposal.refresh_from_db()
    assert proposal.status == Concept.Status.PROPOSED
    assert can_propose(user)
    assert not can_curate(user)


def test_concepts_without_a_label_in_a_language_are_found() -> None:
    bare, full = concept("Hotspots"), concept("Places", fa="مکان‌ها")
    label(bare, "نقاط", language="fa")

    missing = Concept.objects.missing_language("fa")

    assert bare in missing
    assert full not in missing
