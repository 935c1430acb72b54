"""Concepts leave and come back as SKOS and as a spreadsheet; files from elsewhere only add."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from rdflib import RDF, SKOS, Graph, URIRef

from accounts.models import User
from contributions.models import Contribution
from search.folding import fold
from tests.factories.contributions import published
from tests.factories.vocabulary import concept
from vocabulary import exchange, importing
from vocabulary.catalogue import CatalogueError, Entry, Label
from vocabulary.models import Concept, ConceptLabel

Browser = Callable[[User], Client]
SITE = "https://example.org"
IMPORT = "/admin/vocabulary/concept/import/"
FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://thesaurus.example/c/debt-bondage> a skos:Concept ;
  skos:prefLabel "Debt bondage"@en-GB, "Servitude pour dettes"@fr ;
  skos:altLabel "bonded labour"@en ;
  skos:broader <https://thesaurus.example/c/forced-labour> .
<https://thesaurus.example/c/forced-labour> a skos:Concept ;
  skos:prefLabel "Forced labour"@en ; skos:altLabel "labour under threat"@en .
"""


def entry(slug: str = "hotspots", name: str = "Hotspots", **more: object) -> Entry:
    labels = (Label("en", "preferred", name), *more.pop("labels", ()))  # type: ignore[misc]
    fields = {"group": "theme", "scope_note": "", "source": ""} | more
    return Entry(slug=slug, labels=labels, **fields)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "xlsx"])
def test_what_leaves_comes_back_the_same(suffix: str) -> None:
    written = exchange.write(suffix, site_url=SITE)

    back = {each.slug: each for each in exchange.read(f"concepts.{suffix}", written)}

    assert len(back) == Concept.objects.accepted().count() >= 250
    for each in exchange._entries():
        again = back[each.slug]
        assert set(again.labels) == set(each.labels)
        assert (again.group, again.scope_note, again.source, again.broader, again.related) == (
            each.group, each.scope_note, each.source, each.broader, each.related,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "xlsx"])
def test_writing_asks_three_queries(
    suffix: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        exchange.write(suffix, site_url=SITE)


@pytest.mark.django_db
def test_skos_says_what_skos_has_words_for() -> None:
    graph = Graph().parse(data=exchange.write("ttl", site_url=SITE), format="turtle")
    forced, tip = (
        URIRef(f"{SITE}/tags/{slug}/") for slug in ("joint-investigation-teams", "forced-labour")
    )

    assert (forced, RDF.type, SKOS.Concept) in graph
    assert "JIT" in {str(text) for text in graph.objects(forced, SKOS.altLabel)}
    assert {text.language for text in graph.objects(tip, SKOS.prefLabel)} >= {"en", "ar", "zh"}
    for child, parent in graph.subject_objects(SKOS.broader):
        assert (parent, SKOS.narrower, child) in graph


@pytest.mark.django_db
def test_proposals_do_not_leave(member: User) -> None:
    Concept.objects.propose("Hotspots", "en", member)

    assert b"Hotspots" not in exchange.write("ttl", site_url=SITE)


@pytest.mark.django_db
def test_cells_are_never_formulas() -> None:
    concept("Hotspots", fr='=HYPERLINK("http://evil.example")')

    book = load_workbook(BytesIO(exchange.write("xlsx", site_url=SITE)))

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    back = exchange.read("c.xlsx", exchange.write("xlsx", site_url=SITE))
    assert '=HYPERLINK("http://evil.example")' in {x.text for e in back for x in e.labels}


def test_a_thesaurus_of_others_is_understood() -> None:
    found = {each.slug: each for each in exchange.read("their.TTL", FOREIGN.encode())}

    bondage = found["debt-bondage"]
    assert bondage.name == "Debt bondage"
    assert Label("fr", "preferred", "Servitude pour dettes") in bondage.labels
    assert Label("en", "synonym", "bonded labour") in bondage.labels
    assert bondage.broader == "forced-labour"


BILLION = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>"""


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("concepts.doc", b"", "not one of ttl, rdf, xlsx"),
        ("concepts", b"", "not one of"),
        ("concepts.ttl", b"", "holds no concepts"),
        ("concepts.ttl", b"<a> <b", "not valid ttl"),
        ("concepts.ttl", b"\xff\xfe\x00", "ttl"),
        ("concepts.rdf", b"<rdf>", "not valid rdf"),
        ("concepts.rdf", BILLION, "entities"),
        ("concepts.xlsx", b"PK\x03\x04nonsense", "not an Excel workbook"),
        ("concepts.xlsx", b"", "not an Excel workbook"),
        ("concepts.ttl", b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name: str, data: bytes, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        exchange.read(name, data)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["ttl", "rdf", "xlsx"]))
def test_no_file_breaks_the_reader(data: bytes, suffix: str) -> None:
    with pytest.raises(CatalogueError):
        exchange.read(f"concepts.{suffix}", data)


@pytest.mark.django_db
def test_an_import_adds_concepts_and_names_and_takes_nothing_away(coordinator: User) -> None:
    before = Concept.objects.count()
    known = Concept.objects.get(slug="forced-labour")
    labels = set(known.labels.values_list("text", flat=True))

    outcome = importing.bring_in(exchange.read("t.ttl", FOREIGN.encode()), by=coordinator)

    known.refresh_from_db()
    assert set(known.labels.values_list("text", flat=True)) > labels
    assert known.labels.get(text="labour under threat").from_file is False
    assert Concept.objects.count() == before + len(outcome.created)


@pytest.mark.django_db
def test_a_second_import_changes_nothing(coordinator: User) -> None:
    entries = [entry(scope_note="Where they are.", labels=(Label("fr", "preferred", "Points"),))]

    first = importing.bring_in(entries, by=coordinator)
    second = importing.bring_in(entries, by=coordinator)

    made = Concept.objects.get(slug="hotspots")
    assert first.created == ["Hotspots (hotspots)"]
    assert not second
    assert (made.status, made.decided_by, made.scope_note) == (
        "accepted", coordinator, "Where they are.",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_name_we_prefer_otherwise_becomes_a_synonym(coordinator: User) -> None:
    ours = concept("Hotspots", fr="Points chauds")

    importing.bring_in([entry(labels=(Label("fr", "preferred", "Foyers"),))], by=coordinator)

    assert ours.labels.get(text="Foyers").kind == ConceptLabel.Kind.SYNONYM
    assert ours.labels.get(text="Points chauds").kind == ConceptLabel.Kind.PREFERRED


@pytest.mark.django_db
def test_what_people_decided_stays(coordinator: User, member: User) -> None:
    Concept.objects.propose("Hotspots", "en", member)
    concept("Places")

    outcome = importing.bring_in([entry(), entry("venues", "Places")], by=coordinator)

    assert outcome.left_alone == ["hotspots: is proposed here", "venues: known here as places"]
    assert not outcome


@pytest.mark.django_db
def test_no_circle_of_broader_concepts_comes_in(coordinator: User) -> None:
    top, below = concept("Places"), concept("Hotspots")
    below.broader = top
    below.save()

    importing.bring_in([entry("places", "Places", broader="hotspots")], by=coordinator)

    top.refresh_from_db()
    assert top.broader is None


@pytest.mark.django_db
def test_only_coordinators_bring_in(member: User) -> None:
    with pytest.raises(PermissionDenied):
        importing.bring_in([entry()], by=member)


@pytest.mark.django_db
def test_a_preview_writes_nothing(coordinator: User) -> None:
    outcome = importing.preview([entry()], by=coordinator)

    assert outcome.created == ["Hotspots (hotspots)"]
    assert not Concept.objects.filter(slug="hotspots").exists()


@pytest.mark.django_db
def test_a_file_is_shown_first_and_brought_in_when_confirmed(
    as_user: Browser, coordinator: User
) -> None:
    client = as_user(coordinator)
    file = SimpleUploadedFile("their.ttl", FOREIGN.encode())

    shown = client.post(IMPORT, {"file": file})

    assert "labour under threat" in shown.content.decode()
    assert not ConceptLabel.objects.filter(text="labour under threat").exists()

    client.post(IMPORT, {"read": shown.context["read"]})

    assert ConceptLabel.objects.filter(text="labour under threat").exists()


@pytest.mark.django_db
def test_what_carries_a_concept_is_found_by_its_new_name(
    as_user: Browser, coordinator: User, visitor: Client
) -> None:
    found = published(tags=["forced-labour"], visibility="public")
    client = as_user(coordinator)
    file = SimpleUploadedFile("their.ttl", FOREIGN.encode())

    client.post(IMPORT, {"read": client.post(IMPORT, {"file": file}).context["read"]})

    assert found.title in visitor.get("/search/?q=labour+under+threat").content.decode()


@pytest.mark.django_db
def test_a_bad_file_gets_a_message_beside_the_field(as_user: Browser, coordinator: User) -> None:
    client = as_user(coordinator)

    for posted in ({}, {"file": SimpleUploadedFile("a.ttl", b"<a> <b")}, {"read": "forged"}):
        response = client.post(IMPORT, posted)
        assert response.status_code == 200
        assert response.context["form"].errors["file"]


@pytest.mark.django_db
@pytest.mark.parametrize(("person", "status"), [("member", 302), ("reviewer", 403)])
def test_others_bring_nothing_in(
    person: str, status: int, as_user: Browser, request: pytest.FixtureRequest
) -> None:
    assert as_user(request.getfixturevalue(person)).get(IMPORT).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("suffix", "media_type"), [("ttl", "text/turtle"), ("rdf", "application/rdf+xml")]
)
def test_everybody_may_download_the_concepts(visitor: Client, suffix: str, media_type: str) -> None:
    response = visitor.get(f"/tags/concepts.{suffix}")

    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == f'attachment; filename="concepts.{suffix}"'
    assert f'href="/tags/concepts.{suffix}"' in visitor.get("/tags/").content.decode()


@pytest.mark.django_db
def test_other_formats_are_not_found(visitor: Client) -> None:
    assert visitor.get("/tags/concepts.doc").status_code == 404


@pytest.mark.django_db
def test_the_commands_write_and_bring_in(
    tmp_path: Path, coordinator: User, capsys: pytest.CaptureFixture[str]
) -> None:
    concept("Hotspots", fr="Points chauds")
    carrier = published(tags=["hotspots"])
    path = tmp_path / "concepts.xlsx"
    call_command("export_concepts", path)
    ConceptLabel.objects.filter(text="Points chauds").delete()

    call_command("import_concepts", path, "--by", coordinator.email, "--dry-run")
    assert not ConceptLabel.objects.filter(text="Points chauds").exists()
    call_command("import_concepts", path, "--by", coordinator.email)

    assert ConceptLabel.objects.get(text="Points chauds").folded == fold("Points chauds")
    assert "1 more names" in capsys.readouterr().out
    assert Contribution.objects.filter(pk=carrier.pk).exists()


@pytest.mark.django_db
def test_the_commands_say_what_is_wrong(tmp_path: Path, coordinator: User, member: User) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<a> <b")

    with pytest.raises(CommandError, match="ends in one of"):
        call_command("export_concepts", tmp_path / "concepts.doc")
    with pytest.raises(CommandError, match="not valid"):
        call_command("import_concepts", bad, "--by", coordinator.email)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_concepts", tmp_path / "none.ttl", "--by", coordinator.email)
    with pytest.raises(CommandError, match="No coordinator"):
        call_command("import_concepts", bad, "--by", member.email)
