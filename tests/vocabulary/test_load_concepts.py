"""`load_concepts` brings the database up to the file and leaves people's work alone.

The test database already holds the project's own file (see conftest).
"""

from __future__ import annotations

import json
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories.vocabulary import concept, label
from vocabulary import catalogue, loading, workflow
from vocabulary.models import Concept, ConceptLabel

pytestmark = pytest.mark.django_db
TOTAL = len(catalogue.read())


def load(path: Path | None = None) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_concepts", *(["--file", str(path)] if path else []), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


def edited(tmp_path: Path, slug: str, **changes: Any) -> Path:
    """The project's file with one concept changed."""
    blocks = json.loads(catalogue.PATH.read_text(encoding="utf-8"))
    for block in blocks:
        if block["slug"] == slug:
            block.update(changes)
    path = tmp_path / "concepts.json"
    path.write_text(json.dumps(blocks), encoding="utf-8")
    return path


def without(tmp_path: Path, slug: str) -> Path:
    blocks = json.loads(catalogue.PATH.read_text(encoding="utf-8"))
    kept = [block for block in blocks if block["slug"] != slug]
    for block in kept:
        block["related"] = [other for other in block["related"] if other != slug]
    path = tmp_path / "concepts.json"
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path


def texts(slug: str, language: str) -> set[str]:
    found = ConceptLabel.objects.filter(concept__slug=slug, language=language)
    return set(found.values_list("text", flat=True))


def test_everything_of_the_file_is_there() -> None:
    nrm = Concept.objects.get(slug="national-referral-mechanism")

    assert Concept.objects.accepted().filter(from_file=True).count() == TOTAL
    assert nrm.broader is not None
    assert nrm.broader.slug == "victim-protection"
    assert nrm.related.filter(slug="standard-operating-procedures").exists()
    assert "MNO" in texts(nrm.slug, "fr")


def test_a_second_run_changes_nothing() -> None:
    before = set(ConceptLabel.objects.values_list("pk", flat=True))

    out, err = load()

    assert (out, err) == (f"{TOTAL} concepts, nothing to change.", "")
    assert set(ConceptLabel.objects.values_list("pk", flat=True)) == before


def test_a_full_load_is_quick_and_asks_little(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ConceptLabel.objects.all().delete()
    Concept.objects.update(broader=None)
    Concept.objects.all().delete()
    entries = catalogue.read()

    began = time.perf_counter()
    with django_assert_max_num_queries(20):
        changes = loading.load(entries)

    assert len(changes.created) == TOTAL
    assert time.perf_counter() - began < 4  # each label leaves a line in the audit trail


def test_a_changed_concept_is_updated_and_reported(tmp_path: Path) -> None:
    path = edited(tmp_path, "shelter", scope_note="Another sentence.", broader=None)

    out, _err = load(path)

    changed = Concept.objects.get(slug="shelter")
    assert (changed.scope_note, changed.broader) == ("Another sentence.", None)
    assert f"{TOTAL} concepts: 0 new, 1 changed, 0 no longer in the file" in out


def test_labels_follow_the_file(tmp_path: Path) -> None:
    path = edited(tmp_path, "shelter", synonyms={"fr": ["maison sûre"]}, acronyms={})

    load(path)

    assert texts("shelter", "fr") == {"Centres d’accueil", "maison sûre"}


def test_relations_follow_the_file(tmp_path: Path) -> None:
    path = edited(tmp_path, "shelter", related=["untoc"])

    load(path)

    shelter = Concept.objects.get(slug="shelter")
    assert shelter.related.filter(slug="untoc").exists()
    assert Concept.objects.get(slug="untoc").related.filter(slug="shelter").exists()


def test_a_concept_that_left_the_file_stays_with_its_labels(tmp_path: Path) -> None:
    out, _err = load(without(tmp_path, "sport"))

    sport = Concept.objects.get(slug="sport")
    assert (sport.status, sport.from_file) == (Concept.Status.ACCEPTED, False)
    assert not sport.labels.filter(from_file=True).exists()
    assert "Спорт" in texts("sport", "ru")
    assert "1 no longer in the file" in out


def test_labels_added_by_coordinators_stay() -> None:
    label(Concept.objects.get(slug="shelter"), "refuge")

    out, _err = load()

    assert "refuge" in texts("shelter", "en")
    assert out == f"{TOTAL} concepts, nothing to change."


def test_a_coordinators_preferred_label_goes_before_the_files(tmp_path: Path) -> None:
    sport = Concept.objects.get(slug="sport")
    ConceptLabel.objects.filter(concept=sport, language="ur").delete()
    label(sport, "کھیل کود", language="ur", kind=ConceptLabel.Kind.PREFERRED)

    load()

    assert texts("sport", "ur") == {"کھیل کود"}


def test_proposals_are_left_alone(member: User) -> None:
    proposal = Concept.objects.propose("Hotspots", "en", member)

    load()

    proposal.refresh_from_db()
    assert proposal.status == Concept.Status.PROPOSED
    assert texts(proposal.slug, "en") == {"Hotspots"}


def test_a_rejected_concept_of_the_file_stays_rejected(coordinator: User) -> None:
    sport = Concept.objects.get(slug="sport")
    workflow.reject(sport, by=coordinator, note="Too narrow.")
    labels = sport.labels.count()

    out, err = load()

    sport.refresh_from_db()
    assert (sport.status, sport.labels.count()) == (Concept.Status.REJECTED, labels)
    assert out == f"{TOTAL} concepts, nothing to change."
    assert err.startswith("Left alone: sport ")


def test_what_stood_beside_a_merged_concept_stands_beside_the_other(coordinator: User) -> None:
    merged, into = (Concept.objects.get(slug=slug) for slug in ("victim-identification", "hotline"))
    narrower = set(merged.narrower.values_list("slug", flat=True))
    related = set(merged.related.exclude(pk=into.pk).values_list("slug", flat=True))
    workflow.merge(merged, into=into, by=coordinator)

    out, _err = load()

    assert out == f"{TOTAL} concepts, nothing to change."
    assert narrower
    assert narrower <= set(into.narrower.values_list("slug", flat=True))
    assert related
    assert related <= set(into.related.values_list("slug", flat=True))


def test_a_name_that_another_concept_holds_is_left_to_it(tmp_path: Path) -> None:
    concept("Hotspots")
    labels = json.loads(catalogue.PATH.read_text(encoding="utf-8"))[0]["labels"]
    path = edited(tmp_path, "sport", labels={**labels, "en": "hotspots"})

    _out, err = load(path)

    assert Concept.objects.get(slug="sport").name == "Sport"
    assert err.startswith("Left alone: sport ")


def test_a_malformed_file_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    path = edited(tmp_path, "shelter", scope_note="Another.", broader="nowhere")

    with pytest.raises(CommandError, match="shelter: broader concept nowhere does not exist"):
        load(path)

    assert not Concept.objects.filter(scope_note="Another.").exists()
