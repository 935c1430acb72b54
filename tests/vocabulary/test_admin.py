"""Coordinators decide on proposals and complete labels in the admin; reviewers only look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories.vocabulary import concept, label
from vocabulary.models import Concept, ConceptLabel

pytestmark = pytest.mark.django_db
LIST = "/admin/vocabulary/concept/"
Browser = Callable[[User], Client]


def decide(client: Client, action: str, *concepts: Concept) -> Any:
    chosen = [str(each.pk) for each in concepts]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


def listed(client: Client, query: str) -> set[str]:
    response = client.get(f"{LIST}?{query}")
    return {each.slug for each in response.context["cl"].result_list}


def form(labels: list[dict[str, str]], **fields: str) -> dict[str, str]:
    """What the change form posts: own labels as rows, the file's labels as they are."""
    posted = {
        "labels-TOTAL_FORMS": str(len(labels)),
        "labels-INITIAL_FORMS": "0",
        "labels-2-TOTAL_FORMS": "0",
        "labels-2-INITIAL_FORMS": "0",
        **fields,
    }
    for number, row in enumerate(labels):
        posted |= {f"labels-{number}-{key}": value for key, value in row.items()}
    return posted


def row(text: str, *, language: str = "en", kind: str = "synonym") -> dict[str, str]:
    return {"language": language, "kind": kind, "text": text}


def save(client: Client, to: Concept, *labels: dict[str, str]) -> Any:
    fields = {} if to.from_file else {"name": to.name, "slug": to.slug, "group": "theme"}
    return client.post(f"{LIST}{to.pk}/change/", form(list(labels), **fields))


def test_the_queue_of_proposals(as_user: Browser, coordinator: User, member: User) -> None:
    Concept.objects.propose("Hotspots", "en", member)

    assert listed(as_user(coordinator), "status__exact=proposed") == {"hotspots"}


def test_coordinators_accept_several_proposals_at_once(
    as_user: Browser, coordinator: User, member: User
) -> None:
    proposals = [Concept.objects.propose(name, "en", member) for name in ("Hotspots", "Places")]

    response = decide(as_user(coordinator), "accept_selected", *proposals)

    assert "2 concepts decided." in response.content.decode()
    for proposal in proposals:
        proposal.refresh_from_db()
        assert (proposal.status, proposal.decided_by) == ("accepted", coordinator)


def test_coordinators_reject_several_proposals_with_one_reason(
    as_user: Browser, coordinator: User, member: User
) -> None:
    proposals = [Concept.objects.propose(name, "en", member) for name in ("Hotspots", "Places")]
    client = as_user(coordinator)
    chosen = {
        "action": "reject_selected",
        "_selected_action": [str(each.pk) for each in proposals],
    }

    asked = client.post(LIST, chosen)
    empty = client.post(LIST, chosen | {"note": " "})

    assert "Hotspots" in asked.content.decode()
    assert "This field is required." in empty.content.decode()
    assert set(Concept.objects.proposed()) == set(proposals)

    client.post(LIST, chosen | {"note": "Places are countries here."})

    for proposal in proposals:
        proposal.refresh_from_db()
        assert proposal.status == "rejected"
        assert proposal.decision_note == "Places are countries here."


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"answer": "accept"}, "accepted"),
        ({"answer": "same", "into": "LEGISLATION"}, "rejected"),
        ({"answer": "reject", "note": "Too narrow."}, "rejected"),
    ],
)
def test_one_proposal_is_decided_on_a_page_of_its_own(
    answer: dict[str, str], status: str, as_user: Browser, coordinator: User, member: User
) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)

    response = as_user(coordinator).post(f"{LIST}{proposal.pk}/decide/", answer)

    proposal.refresh_from_db()
    assert response.status_code == 302
    assert proposal.status == status
    assert (proposal.merged_into is not None) == (answer["answer"] == "same")
    if proposal.merged_into:
        assert proposal.merged_into.labels.filter(text="Hotspots", kind="synonym").exists()


@pytest.mark.parametrize(
    ("answer", "field", "message"),
    [
        ({}, "answer", "This field is required."),
        ({"answer": "same"}, "into", "Say which concept it is another name of."),
        ({"answer": "same", "into": "Nonsense"}, "into", "No accepted concept has this name."),
        ({"answer": "reject", "note": " "}, "note", "Give the reason."),
    ],
)
def test_a_decision_that_lacks_something_says_so_beside_the_field(
    answer: dict[str, str],
    field: str,
    message: str,
    as_user: Browser,
    coordinator: User,
    member: User,
) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)

    response = as_user(coordinator).post(f"{LIST}{proposal.pk}/decide/", answer)

    assert response.context["form"].errors == {field: [message]}
    assert Concept.objects.proposed().get() == proposal


def test_the_list_says_how_many_languages_lack_a_name(as_user: Browser, coordinator: User) -> None:
    concept("Hotspots", fr="Points chauds")

    html = as_user(coordinator).get(f"{LIST}?q=hotspots").content.decode()

    assert '<td class="field-untranslated">7</td>' in html


def test_reviewers_look_and_decide_nothing(as_user: Browser, reviewer: User, member: User) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)
    client = as_user(reviewer)

    decide(client, "accept_selected", proposal)
    response = save(client, proposal, row("Hot places"))

    proposal.refresh_from_db()
    assert listed(client, "status__exact=proposed") == {"hotspots"}
    assert response.status_code == 403
    assert (proposal.status, proposal.labels.count()) == ("proposed", 1)


@pytest.mark.parametrize(("person", "status"), [("member", 302), ("focal_point_morocco", 403)])
def test_others_do_not_see_the_vocabulary_in_the_admin(
    person: str, status: int, as_user: Browser, request: pytest.FixtureRequest
) -> None:
    response = as_user(request.getfixturevalue(person)).get(LIST)

    assert response.status_code == status


def test_nothing_is_deleted(as_user: Browser, coordinator: User) -> None:
    hotspots = concept("Hotspots")

    response = as_user(coordinator).post(f"{LIST}{hotspots.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert Concept.objects.filter(pk=hotspots.pk).exists()


def test_search_folds_and_knows_every_language(as_user: Browser, coordinator: User) -> None:
    concept("Hotspots", pt="Pontos quêntes")

    assert listed(as_user(coordinator), "q=QUENTES") == {"hotspots"}


def test_concepts_that_lack_a_translation_are_found(as_user: Browser, coordinator: User) -> None:
    concept("Hotspots")
    concept("Places", ru="Места")

    missing = listed(as_user(coordinator), "missing=ru")

    assert missing == {"hotspots"}


def test_a_label_is_added_folded(as_user: Browser, coordinator: User) -> None:
    shelter = Concept.objects.get(slug="shelter")

    response = save(as_user(coordinator), shelter, row(" Réfuge  sûr ", language="fr"))

    assert response.status_code == 302
    added = ConceptLabel.objects.get(concept=shelter, from_file=False)
    assert (added.text, added.folded) == ("Réfuge sûr", "refuge sur")


@pytest.mark.parametrize(
    "labels",
    [
        [row("SHELTERS")],
        [row("Havens", kind="preferred")],
        [row("Haven"), row("haven")],
    ],
)
def test_a_label_that_is_there_already_is_refused_in_words(
    labels: list[dict[str, str]], as_user: Browser, coordinator: User
) -> None:
    shelter = Concept.objects.get(slug="shelter")

    response = save(as_user(coordinator), shelter, *labels)

    assert "This repeats another label in the same language." in response.content.decode()
    assert not shelter.labels.filter(from_file=False).exists()


def test_what_the_file_brought_is_not_changed_here(as_user: Browser, coordinator: User) -> None:
    shelter = Concept.objects.get(slug="shelter")

    page = as_user(coordinator).get(f"{LIST}{shelter.pk}/change/").content.decode()
    as_user(coordinator).post(
        f"{LIST}{shelter.pk}/change/", form([], name="Other", group="theme", status="rejected")
    )

    shelter.refresh_from_db()
    assert "Centres d’accueil" in page
    assert (shelter.name, shelter.group, shelter.status) == ("Shelters", "method", "accepted")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_needs_as_many_queries_for_one_as_for_three(
    rows: int,
    as_user: Browser,
    coordinator: User,
    member: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        label(Concept.objects.propose(f"Zzspot {number}", "en", member), f"zz{number}")
    client = as_user(coordinator)

    with django_assert_max_num_queries(6):
        assert len(listed(client, "status__exact=proposed")) == rows
